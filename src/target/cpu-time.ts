import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU seconds of a process from the scheduler's own account of each of its threads, in nanoseconds, where the kernel shows
 * one (CONFIG_SCHEDSTATS or CONFIG_SCHED_INFO). `ticks`, the time from /proc/<pid>/stat, is taken where it doesn't, and where the two do
 * not agree: threads that have ended are in `ticks` alone.
 */
export const preciseCpuSeconds = (pid: number, ticks: number): number => {
  let precise = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      precise += runtimeOf(`/proc/${pid}/task/${thread}/schedstat`);
  } catch {
    return ticks;
  }
  return Math.abs(precise - ticks) <= AGREEMENT ? precise : ticks;
};

/** User and system time are each cut to 10 ms, and the account of a running thread is up to a tick of the clock old. */
const AGREEMENT = 0.03;

/** The first of three numbers: nanoseconds on a CPU. Throws when there is no such file. */
const runtimeOf = (path: string): number => {
  const nanoseconds = Number(readFileSync(path, "latin1").split(" ")[0]);
  if (!Number.isFinite(nanoseconds)) throw new RangeError(`${path} is not what proc(5) says`);
  return nanoseconds / 1e9;
};
