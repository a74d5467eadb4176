import { type Bottleneck, median } from "../../src/results/index.js";
import { type Cost, seen } from "./cost.js";

/** CPU seconds of each process over the same time. Of several senders, the busiest one. */
export interface Busy {
  /** Null where it can't be seen. */
  readonly target: number | null;
  /** In front of the target, where there is one. */
  readonly tunnel?: number;
  readonly sender: number;
  readonly receiver: number;
}

/**
 * The process that had clearly the most to do. Each of them does its work in one thread, so the busiest holds up the rest.
 * A tunnel that is first is none of those a row can name.
 */
export const busiest = ({ target, tunnel = 0, sender, receiver }: Busy): Bottleneck => {
  if (target === null) return "unclear";
  const [first, second] = Object.entries({ target, tunnel, sender, receiver })
    .map(([who, seconds]) => ({ who: who as Bottleneck | "tunnel", seconds }))
    .sort((a, b) => b.seconds - a.seconds);
  if (first === undefined || second === undefined || first.who === "tunnel") return "unclear";
  return first.seconds > second.seconds * CLEARLY ? first.who : "unclear";
};

const CLEARLY = 1.2;

/** Of a target and its tunnel, over several runs. */
export const busyOf = (costs: readonly Cost[]): Pick<Busy, "target" | "tunnel"> => {
  const target = seen(costs.map((cost) => cost.target?.cpuSeconds ?? null));
  const tunnel = seen(costs.map((cost) => cost.tunnel?.cpuSeconds ?? null));
  return { target: target ? median(target) : null, ...(tunnel && { tunnel: median(tunnel) }) };
};

/** Whether a target took less than twice what the tester takes against a sink, both in milliseconds or the like. */
export const isTesterBound = (target: readonly number[], sink: readonly number[]): boolean =>
  median(target) < 2 * median(sink);
