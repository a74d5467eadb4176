import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { countedTarget } from "../campaign/counted-target.js";
import { failureFrom } from "../campaign/failure.js";
import { runMinimise } from "../campaign/minimise-job.js";
import { refuseExit } from "../engine/failing.js";
import { asExpected } from "../oracle/expected.js";
import type { Arbitraries } from "../properties/arbitraries.js";
import type { Outcome, Target } from "../targets/target.js";
import { linesCovered, PreciseCoverage } from "./coverage.js";
import { folding } from "./folding.js";
import type { Job, Watcher } from "./job.js";
import { Monitor } from "./monitor.js";
import type { Report, Task } from "./order.js";
import { runProperties } from "./properties.js";
import { runSweep } from "./sweep.js";

/** Entry of the engine's thread: runs the job it was given on one of `targets`, and reports to the watchdog. */
export const serve = async (
  targets: readonly Target[],
  arbitrariesOf: (name: string) => Arbitraries,
): Promise<void> => {
  const { job, sections, builtOf, shared } = workerData as Task & { shared: SharedArrayBuffer };
  const port = parentPort;
  if (port === null) return;
  const report = (one: Report): void => port.postMessage(one);
  const known =
    "build" in job && job.engine !== "kiln" && job.build !== undefined
      ? countedTarget(job.build, job.target)
      : targets.find(({ name }) => name === job.target);
  if (known === undefined) {
    report({ type: "error", message: `there is no target ${job.target}` });
    return;
  }
  const monitor = new Monitor(shared);
  const target = watched(known, monitor);
  const coverage = job.engine === "properties" ? new PreciseCoverage() : null;
  coverage?.start();
  const arbitraries = job.engine === "replay" || job.engine === "minimise" ? null : arbitrariesOf(job.target);
  coverage?.reset();
  monitor.begin();
  refuseExit();

  const outcomes =
    job.engine === "minimise"
      ? await runMinimise(
          target,
          job,
          () => monitor.stopped,
          (failure) => report({ type: "failure", failure, cpuMs: monitor.cpuMs }),
        )
      : await run(
          job,
          target,
          arbitraries,
          monitor,
          folding(report, () => monitor.cpuMs),
        );
  const functions = coverage?.take(__filename);
  report({
    type: "done",
    result: {
      executions: monitor.executions,
      outcomes,
      cpuMs: monitor.cpuMs,
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

/** The target, the watchdog being told of each input. */
const watched = (target: Target, monitor: Monitor): Target => {
  const enter = (data: Uint8Array): void => {
    monitor.board([data], null);
    monitor.enter(0);
  };
  const { fuzzAsync } = target;
  return {
    ...target,
    fuzz(data) {
      enter(data);
      try {
        return target.fuzz(data);
      } finally {
        monitor.leave();
      }
    },
    ...(fuzzAsync === undefined
      ? {}
      : {
          async fuzzAsync(data) {
            enter(data);
            try {
              return await fuzzAsync.call(target, data);
            } finally {
              monitor.leave();
            }
          },
        }),
  };
};

const run = (
  job: Exclude<Job, { engine: "minimise" }>,
  target: Target,
  arbitraries: Arbitraries | null,
  monitor: Monitor,
  watcher: Watcher,
): Record<Outcome, number> | Promise<Record<Outcome, number>> => {
  const stopped = (): boolean => monitor.stopped;
  if (job.engine === "replay" || arbitraries === null) {
    const { input, expected } = job as Extract<Job, { engine: "replay" }>;
    return replay(target, input, expected, watcher);
  }
  if (job.engine === "sweep") return runSweep(target, arbitraries, { ...job, stopped }, watcher);
  const now = (): number => performance.now();
  return runProperties(target, arbitraries, { seed: job.seed, until: now() + job.timeMs, now, stopped }, watcher);
};

const replay = async (
  target: Target,
  input: Uint8Array,
  expected: string | null,
  watcher: Watcher,
): Promise<Record<Outcome, number>> => {
  try {
    const outcome = target.fuzzAsync === undefined ? target.fuzz(input) : await target.fuzzAsync(input);
    asExpected(outcome, expected);
    return { [outcome]: 1 };
  } catch (error) {
    watcher.failure(
      failureFrom(error, { target: target.name, input, expected, origin: { engine: "replay", seed: 0 } }),
    );
    return {};
  }
};
