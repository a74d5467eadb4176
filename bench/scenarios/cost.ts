import { type Summary, summary } from "../../src/results/index.js";
import type { RunningTarget, Usage } from "../../src/target/target.js";
import type { Lacking } from "./cells.js";

/** What a stretch of work cost a target, and the tunnel in front of it; null where it can't be seen or there is none. */
export interface Cost {
  readonly target: Spent | null;
  readonly tunnel: Spent | null;
}

/** CPU over the stretch; the peak is that of the process since its start. */
type Spent = Pick<Usage, "cpuSeconds" | "peakRssBytes">;

/** From now on, until the answer is asked for. */
export const costSince = (target: RunningTarget): (() => Cost) => {
  const read = (): { readonly [Who in keyof Cost]: Usage | null } => ({
    target: target.unseen?.usage === true ? null : target.usage(),
    tunnel: target.tunnelUsage?.() ?? null,
  });
  const before = read();
  return () => {
    const after = read();
    return { target: spent(before.target, after.target), tunnel: spent(before.tunnel, after.tunnel) };
  };
};

const spent = (before: Usage | null, after: Usage | null): Spent | null =>
  before === null || after === null
    ? null
    : { cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakRssBytes: after.peakRssBytes };

export interface CostFigures {
  readonly cpu_s: Summary;
  readonly peak_rss_bytes: Summary;
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
}

/** The figures of all runs of a row. */
export const costFigures = (costs: readonly Cost[]): Lacking<CostFigures> => {
  const target = seen(costs.map((cost) => cost.target));
  const tunnel = seen(costs.map((cost) => cost.tunnel));
  return {
    cpu_s: target && summary(target.map(({ cpuSeconds }) => cpuSeconds)),
    peak_rss_bytes: target && summary(target.map(({ peakRssBytes }) => peakRssBytes)),
    ...(tunnel && {
      tunnel_cpu_s: summary(tunnel.map(({ cpuSeconds }) => cpuSeconds)),
      tunnel_peak_rss_bytes: summary(tunnel.map(({ peakRssBytes }) => peakRssBytes)),
    }),
  };
};

/** All of them, or undefined when one is missing. */
export const seen = <Value>(values: readonly (Value | null)[]): Value[] | undefined => {
  const there = values.filter((value) => value !== null);
  return there.length === values.length ? there : undefined;
};
