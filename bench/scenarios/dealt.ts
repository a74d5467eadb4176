import { forPeer } from "../../src/table/for-peer.js";
import { eachUpdate, type PreparedTable } from "../../src/table/prepared.js";
import type { StormPeer } from "../tester/storm.js";

const FIRST_AS = 65_001;
/** 10.0.4.1 */
const FIRST_ID = 0x0a00_0401;

/** The table's UPDATEs dealt out in runs, each with its peer's AS first in the paths, back to back. */
export const dealt = (table: PreparedTable, sessions: number): { messages: Uint8Array; peers: StormPeer[] } => {
  const starts: number[] = [];
  eachUpdate(table.messages, ({ start }) => starts.push(start));
  const parts: Uint8Array[] = [];
  const peers: StormPeer[] = [];
  let from = 0;
  for (let n = 0; n < sessions; n++) {
    const [first, end] = [n, n + 1].map((i) => Math.floor((i * starts.length) / sessions));
    const messages = table.messages.subarray(starts[first ?? 0] ?? table.messages.length, starts[end ?? 0]);
    const as = FIRST_AS + n;
    const part = forPeer({ ...table, messages }, { peerAs: as, path: "replace" }).messages;
    parts.push(part);
    peers.push({ address: `127.0.4.${n + 1}`, as, identifier: FIRST_ID + n, from, to: from + part.length });
    from += part.length;
  }
  return { messages: Buffer.concat(parts), peers };
};
