import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findProgram } from "../../src/target/daemon.js";
import { TesterError } from "../tester/worker.js";

/** Cores by role, as `taskset` writes them: `0`, `1-3,6`. */
export interface Pinning {
  readonly target: string;
  readonly tester: string;
}

/** The first core that we may use for the target, the others for the testers. Throws TesterError where that can't be. */
export const pinningHere = (): Pinning => {
  if (findProgram("taskset") === null) {
    throw new TesterError("--pin needs taskset, which is not installed; apt-get install util-linux");
  }
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "";
  return dividedCores(allowed);
};

/** Of a list of cores as the kernel writes it. Throws TesterError when there is but one. */
export const dividedCores = (list: string): Pinning => {
  const cores = list.split(",").flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 || 0 }, (_, n) => first + n);
  });
  const [target, ...testers] = cores;
  if (target === undefined || testers.length === 0) {
    throw new TesterError(`--pin needs two cores, one for the target; this process may use ${cores.length}`);
  }
  return { target: String(target), tester: testers.join(",") };
};

/**
 * Binds this process, and with it every one that it starts from now on, to these cores. That reaches all that a target
 * consists of: other processes, threads, a tunnel. Only the thread that starts processes is bound.
 */
export const bindTo = (cores: string): void => {
  const { status, stderr } = spawnSync("taskset", ["-p", "-c", cores, String(process.pid)], { encoding: "utf8" });
  if (status !== 0) throw new TesterError(`--pin: taskset could not bind to core ${cores}: ${stderr.trim()}`);
};
