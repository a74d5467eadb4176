import { forPeer } from "../../src/table/for-peer.js";
import type { PreparedTable } from "../../src/table/prepared.js";
import { senderOf } from "./lab.js";
import { type TableSource, tablesOf } from "./tables.js";

/** RFC 5398: AS numbers that no path of a real table holds. */
const LONGER = [64496, 64497] as const;

/**
 * One table for each peer with the same prefixes, so that what is best is known without a decision process: the first
 * peer's path is the shortest for every prefix, the second's is one AS longer, and those of all others two (RFC 4271
 * §9.1.2.2 a). All else is alike, and LOCAL_PREF is none of an external peer's business.
 */
export const rankedTables = async (source: TableSource, peers: number): Promise<PreparedTable[]> => {
  const [base] = await tablesOf(source, 1);
  if (base === undefined) throw new RangeError("there is no table");
  const [second, third] = LONGER;
  const ranks = [base];
  if (peers > 1) ranks.push(forPeer(base, { peerAs: second }));
  if (peers > 2) ranks.push(forPeer(ranks.at(-1) ?? base, { peerAs: third }));
  // The AS that stands first gives way to the peer's own: a path that was made longer stays so.
  return Array.from({ length: peers }, (_, n) =>
    forPeer(ranks[Math.min(n, 2)] ?? base, { peerAs: senderOf(n).as, path: "replace" }),
  );
};
