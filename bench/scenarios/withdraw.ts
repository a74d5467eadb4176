import type { WithdrawMode, WithdrawRow } from "../../src/results/index.js";
import { type Act, type LoadedOptions, measureActs } from "./act.js";
import { rankedTables } from "./ranked.js";

export interface WithdrawOptions extends LoadedOptions {
  readonly modes: readonly WithdrawMode[];
  /** Peers with a path for every prefix, in `one` and `down`; `all` has one, and `one` at least two. */
  readonly peers: number;
}

/**
 * Routes go (RFC 7747 §5.6): the only peer withdraws its table until the receiver has nothing; of several peers the one
 * with the best paths withdraws its, or its session ends with a Cease (§5.2 by way of the session), until the receiver
 * has the second's path for every prefix. `rankedTables` says which path is which, so that this is checked by content.
 */
export async function* withdraw(options: WithdrawOptions): AsyncGenerator<WithdrawRow[]> {
  const acts = options.modes.map((mode) => actOf(mode, options.peers));
  yield* measureActs(acts, async ({ peers }) => ({ senders: await rankedTables(options.source, peers) }), options);
}

const actOf = (mode: WithdrawMode, wanted: number): Act<WithdrawMode> => {
  const peers = mode === "all" ? 1 : mode === "one" ? Math.max(2, wanted) : wanted;
  const before = [Array.from({ length: peers }, (_, n) => n)];
  return { mode, peers, before, send: mode === "down" ? null : "withdraw", left: peers === 1 ? null : 1 };
};
