import { readFileSync } from "node:fs";
import { type Disturbance, summary } from "../../src/results/index.js";
import { usageOf } from "../../src/target/daemon.js";
import type { RunningTarget } from "../../src/target/target.js";
import { seen } from "./cost.js";

/** What else had the processors during one run, as shares of all of them together. */
export interface Disturbed {
  readonly foreignCpu: number;
  readonly steal: number;
}

/** Seconds since the machine started, over all cores; in ticks of 10 ms. */
export interface CpuTimes {
  /** In programs and in the kernel on their behalf. */
  readonly busy: number;
  /** What the hypervisor gave to others though we had work. */
  readonly steal: number;
  readonly total: number;
}

/** USER_HZ, proc(5). */
const TICKS_PER_SECOND = 100;

/** The first line of /proc/stat, proc(5). Guests' time is part of `user` and not counted twice. */
export const parseCpuTimes = (stat: string): CpuTimes => {
  const fields = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  const busy = user + nice + system + irq + softirq;
  return {
    busy: busy / TICKS_PER_SECOND,
    steal: steal / TICKS_PER_SECOND,
    total: (busy + idle + iowait + steal) / TICKS_PER_SECOND,
  };
};

/** `ours`: CPU seconds of target, tunnel and tester in the time between. */
export const disturbedBy = (before: CpuTimes, after: CpuTimes, ours: number): Disturbed => {
  const total = after.total - before.total;
  if (total <= 0) return { foreignCpu: 0, steal: 0 };
  return {
    foreignCpu: Math.max(0, after.busy - before.busy - ours) / total,
    steal: (after.steal - before.steal) / total,
  };
};

/**
 * Begins to watch the machine; what it gives ends that. `testers`: processes of ours beside this one. Null when the
 * target's CPU can't be seen: it would count as foreign.
 */
export const watchMachine = (target: RunningTarget, testers: readonly number[]): (() => Disturbed | null) => {
  if (target.unseen?.usage === true) return () => null;
  const before = cpuTimes();
  const oursBefore = cpuOfOurs(target, testers);
  return () => disturbedBy(before, cpuTimes(), cpuOfOurs(target, testers) - oursBefore);
};

/** Of all runs; undefined when one could not be watched. */
export const disturbanceOf = (runs: readonly (Disturbed | null)[]): Disturbance | undefined => {
  const watched = seen(runs);
  return (
    watched && {
      foreign_cpu: summary(watched.map(({ foreignCpu }) => foreignCpu)),
      steal: summary(watched.map(({ steal }) => steal)),
    }
  );
};

const cpuTimes = (): CpuTimes => parseCpuTimes(readFileSync("/proc/stat", "latin1"));

const cpuOfOurs = (target: RunningTarget, testers: readonly number[]): number =>
  [
    target.usage(),
    ...(target.tunnelUsage === undefined ? [] : [target.tunnelUsage()]),
    ...[process.pid, ...testers].map((pid) => usageOf("tester", pid)),
  ].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
