import type { ReplaceMode, ReplaceRow } from "../../src/results/index.js";
import { type Act, type LoadedOptions, measureActs } from "./act.js";
import { rankedTables } from "./ranked.js";
import { otherOrigins } from "./tables.js";

export interface ReplaceOptions extends LoadedOptions {
  readonly modes: readonly ReplaceMode[];
  /** Peers with a path for every prefix, the one with the better path included: at least two. `attributes` has one. */
  readonly peers: number;
}

/**
 * Every route changes: the only peer announces its table with another ORIGIN in each UPDATE (RFC 7747 §5.7); or one more
 * peer announces a shorter path for every prefix, or takes it back. It ends when the receiver has every prefix anew, with
 * the attributes it should have; `rankedTables` says which path is better, so that this is checked by content.
 */
export async function* replace(options: ReplaceOptions): AsyncGenerator<ReplaceRow[]> {
  const acts = options.modes.map((mode) => actOf(mode, Math.max(2, options.peers)));
  yield* measureActs(
    acts,
    async ({ mode, peers }) => {
      const senders = await rankedTables(options.source, peers);
      const [first] = senders;
      return mode === "attributes" && first !== undefined ? { senders, other: otherOrigins(first) } : { senders };
    },
    options,
  );
}

const actOf = (mode: ReplaceMode, peers: number): Act<ReplaceMode> => {
  // What `left` counts on behind the only sender's table is the other one.
  if (mode === "attributes") return { mode, peers: 1, before: [[0]], send: "other", left: 1 };
  const others = Array.from({ length: peers - 1 }, (_, n) => n + 1);
  return mode === "better"
    ? { mode, peers, before: [others], send: "packed", left: 0 }
    : { mode, peers, before: [others, [0]], send: "withdraw", left: 1 };
};
