import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { failureFrom, signatureOf } from "../campaign/failure.js";
import { asExpected } from "../oracle/expected.js";
import type { Arbitraries } from "../properties/arbitraries.js";
import type { Outcome, Target } from "../targets/target.js";
import { linesCovered, PreciseCoverage } from "./coverage.js";
import type { Job, Watcher } from "./job.js";
import { Monitor } from "./monitor.js";
import type { Report, Task } from "./order.js";
import { runProperties } from "./properties.js";
import { runSweep } from "./sweep.js";

/** Entry of the engine's thread: runs the job it was given on one of `targets`, and reports to the watchdog. */
export const serve = (targets: readonly Target[], arbitrariesOf: (name: string) => Arbitraries): void => {
  const { job, sections, builtOf, shared } = workerData as Task & { shared: SharedArrayBuffer };
  const port = parentPort;
  if (port === null) return;
  const report = (one: Report): void => port.postMessage(one);
  const known = targets.find(({ name }) => name === job.target);
  if (known === undefined) {
    report({ type: "error", message: `there is no target ${job.target}` });
    return;
  }
  const monitor = new Monitor(shared);
  const target: Target = { ...known, fuzz: (data) => watched(known, monitor, data) };
  const coverage = job.engine === "properties" ? new PreciseCoverage() : null;
  coverage?.start();
  const arbitraries = job.engine === "replay" ? null : arbitrariesOf(job.target);
  coverage?.reset();

  const outcomes = run(job, target, arbitraries, monitor, folding(report));
  const functions = coverage?.take(__filename);
  report({
    type: "done",
    result: {
      executions: monitor.executions,
      outcomes,
      coverage:
        functions === undefined
          ? null
          : linesCovered(
              readFileSync(__filename, "utf8"),
              sections.filter(({ module }) => builtOf.includes(module)),
              functions,
            ),
    },
  });
};

const watched = (target: Target, monitor: Monitor, data: Uint8Array): Outcome => {
  monitor.enter(data);
  try {
    return target.fuzz(data);
  } finally {
    monitor.leave();
  }
};

const run = (
  job: Job,
  target: Target,
  arbitraries: Arbitraries | null,
  monitor: Monitor,
  watcher: Watcher,
): Record<Outcome, number> => {
  const stopped = (): boolean => monitor.stopped;
  if (job.engine === "replay" || arbitraries === null) {
    const { input, expected } = job as Extract<Job, { engine: "replay" }>;
    return replay(target, input, expected, watcher);
  }
  if (job.engine === "sweep") return runSweep(target, arbitraries, { ...job, stopped }, watcher);
  const now = (): number => performance.now();
  return runProperties(target, arbitraries, { seed: job.seed, until: now() + job.timeMs, now, stopped }, watcher);
};

const replay = (
  target: Target,
  input: Uint8Array,
  expected: string | null,
  watcher: Watcher,
): Record<Outcome, number> => {
  try {
    const outcome = target.fuzz(input);
    asExpected(outcome, expected);
    return { [outcome]: 1 };
  } catch (error) {
    watcher.failure(
      failureFrom(error, { target: target.name, input, expected, origin: { engine: "replay", seed: 0 } }),
    );
    return {};
  }
};

/** Tells of progress twice a second, and of a failure when it is the first of its signature or smaller than the last. */
const folding = (report: (one: Report) => void): Watcher => {
  const smallest = new Map<string, number>();
  let told = performance.now();
  return {
    progress(executions) {
      if (performance.now() - told < 500) return;
      told = performance.now();
      report({ type: "progress", executions });
    },
    failure(failure) {
      const signature = signatureOf(failure);
      if ((smallest.get(signature) ?? Number.POSITIVE_INFINITY) <= failure.input.length) return;
      smallest.set(signature, failure.input.length);
      report({ type: "failure", failure });
    },
  };
};
