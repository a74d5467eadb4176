import { type Bottleneck, median } from "../../src/results/index.js";

/** CPU seconds of each process over the same time. Of several senders, the busiest one. */
export interface Busy {
  readonly target: number;
  readonly sender: number;
  readonly receiver: number;
}

/** The process that had clearly the most to do. Each of them does its work in one thread, so the busiest holds up the rest. */
export const busiest = (busy: Busy): Bottleneck => {
  const [first, second] = (["target", "sender", "receiver"] as const)
    .map((who) => ({ who, seconds: busy[who] }))
    .sort((a, b) => b.seconds - a.seconds);
  if (first === undefined || second === undefined) return "unclear";
  return first.seconds > second.seconds * CLEARLY ? first.who : "unclear";
};

const CLEARLY = 1.2;

/** Whether a target took less than twice what the tester takes against a sink, both in milliseconds or the like. */
export const isTesterBound = (target: readonly number[], sink: readonly number[]): boolean =>
  median(target) < 2 * median(sink);
