import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runner, SpeedRow } from "../../src/results/fuzz-speed.js";
import { summary } from "../../src/results/statistics.js";
import type { Target } from "../targets/target.js";
import { bundle, ownFile, ownSuite, type Suite } from "./bundle.js";
import { workerBundle } from "./child.js";
import { EngineError, type JobResult, type Watcher } from "./job.js";
import { type JsfuzzBundle, jsfuzzAlone, jsfuzzBundle, runJsfuzz } from "./jsfuzz.js";
import { type KilnBundle, kilnBundle, runKiln } from "./kiln.js";
import type { PlainSpeed, PlainTask } from "./speed-worker.js";

export interface SpeedOptions {
  readonly runners: readonly Runner[];
  /** Milliseconds of CPU time of each run, and how many runs each has, in turns. */
  readonly cpuMs: number;
  readonly rounds: number;
  readonly seed: number;
  /** Inputs to start from, the same for all. */
  readonly seeds: string;
  readonly suite?: Suite;
}

/**
 * How many inputs a second `target` is given by each runner: engines from the same seeds and an empty corpus each time, and
 * plain calls on inputs that Kiln's engine runs with this seed, evenly from the whole of such a run. They run in turns, so that what else the machine
 * does falls on all of them. `tell` is called for each run.
 *
 * Throws EngineError when an engine cannot run the target.
 */
export const measureSpeed = async (
  target: Pick<Target, "name" | "module">,
  options: SpeedOptions,
  tell: (runner: Runner, round: number, executionsPerCpuSecond: number) => void,
  signal: AbortSignal,
): Promise<SpeedRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-speed-"));
  try {
    const run = await prepared(target, options, folder, signal);
    const runs = new Map<Runner, Sample[]>(options.runners.map((runner) => [runner, []]));
    for (let round = 0; round < options.rounds && !signal.aborted; round++) {
      for (const [runner, samples] of runs) {
        const sample = await run(runner);
        if (signal.aborted) break;
        samples.push(sample);
        tell(runner, round, sample.perCpuSecond);
      }
    }
    return [...runs]
      .filter(([, samples]) => samples.length > 0)
      .map(([runner, samples]) => ({
        target: target.name,
        runner,
        seed: options.seed,
        executions_per_cpu_s: summary(samples.map(({ perCpuSecond }) => perCpuSecond)),
        executions_per_s: summary(samples.map(({ perSecond }) => perSecond)),
      }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Sample {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

/** Inputs that plain calls are made on, at least, if so many are run. */
const RECORDED = 50_000;
const HANG_MS = 10_000;
/** A run ends by the clock after so many times its CPU time: others use the machine as well. */
const PATIENCE = 10;

const prepared = async (
  target: Pick<Target, "name" | "module">,
  { runners, cpuMs, seed, seeds, suite = ownSuite() }: SpeedOptions,
  folder: string,
  signal: AbortSignal,
): Promise<(runner: Runner) => Promise<Sample>> => {
  const kiln = await kilnBundle(suite, folder);
  const timeMs = PATIENCE * cpuMs;
  const engine = { seed, cpuMs, timeMs, hangMs: HANG_MS, seeds };
  let corpora = 0;
  const fresh = (): string => join(folder, `corpus-${++corpora}`);
  const oneOfKiln = async (corpus: string, more: number): Promise<Sample> =>
    await sampleOf(() => runKiln(target, kiln, { ...engine, seed: seed + more, corpus }, silent, signal));

  const plain = runners.includes("plain")
    ? await plainLoop(target, kiln, { ...engine, corpus: fresh() }, suite, folder, signal)
    : null;
  const jsfuzz = new Map<Runner, JsfuzzBundle>();
  if (runners.includes("jsfuzz")) jsfuzz.set("jsfuzz", await jsfuzzBundle(suite, folder));
  if (runners.includes("jsfuzz alone")) jsfuzz.set("jsfuzz alone", await jsfuzzAlone(target, suite, folder));
  const workers = jsfuzz.size === 0 ? null : await workerBundle(suite, folder);

  return async (runner) => {
    if (runner === "plain" && plain !== null) return await plain();
    const bundles = jsfuzz.get(runner);
    if (bundles !== undefined && workers !== null) {
      const corpus = fresh();
      mkdirSync(corpus, { recursive: true });
      return await sampleOf(() => runJsfuzz(target, bundles, workers, { ...engine, corpus }, silent, signal));
    }
    if (runner === "kiln") return await oneOfKiln(fresh(), 0);
    const corpus = fresh();
    const both = await Promise.all([oneOfKiln(corpus, 0), oneOfKiln(corpus, 1)]);
    const [one, two] = both;
    return {
      perCpuSecond: ((one?.perCpuSecond ?? 0) + (two?.perCpuSecond ?? 0)) / both.length,
      perSecond: (one?.perSecond ?? 0) + (two?.perSecond ?? 0),
    };
  };
};

/** Records what the engine runs, and gives a function that calls the target on it. */
const plainLoop = async (
  target: Pick<Target, "name" | "module">,
  kiln: KilnBundle,
  engine: { seed: number; cpuMs: number; timeMs: number; hangMs: number; seeds: string; corpus: string },
  suite: Suite,
  folder: string,
  signal: AbortSignal,
): Promise<() => Promise<Sample>> => {
  const file = join(folder, "inputs");
  const record = { file, inputs: RECORDED };
  await runKiln(target, kiln, { ...engine, record }, silent, signal);
  const worker = join(folder, "plain.cjs");
  await bundle(
    [
      `import { targets } from ${JSON.stringify(suite.targets)};`,
      `import { servePlain } from ${JSON.stringify(ownFile("./speed-worker.js", import.meta.url))};`,
      "servePlain(targets);",
    ].join("\n"),
    worker,
    suite.edits,
  );
  return async () => {
    const { executions, cpuMs, elapsedMs } = await callPlain(worker, {
      target: target.name,
      file,
      mostCpuMs: engine.cpuMs,
      timeMs: engine.timeMs,
    });
    return { perCpuSecond: (executions / cpuMs) * 1000, perSecond: (executions / elapsedMs) * 1000 };
  };
};

const callPlain = (worker: string, task: PlainTask): Promise<PlainSpeed> =>
  new Promise((resolve, reject) => {
    const child = fork(worker, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: task.timeMs + 60_000,
    });
    let speed: PlainSpeed | null = null;
    child.on("message", (one: PlainSpeed) => {
      speed = one;
    });
    child.on("error", reject);
    child.on("close", () => {
      if (speed !== null) resolve(speed);
      else reject(new EngineError(`${task.target} cannot be called in a loop`));
    });
    child.send(task);
  });

const sampleOf = async (run: () => Promise<JobResult>): Promise<Sample> => {
  const began = performance.now();
  const { executions, cpuMs, stats } = await run();
  if (cpuMs === undefined || cpuMs === 0) throw new EngineError("no CPU time was measured");
  return {
    perCpuSecond: (executions / cpuMs) * 1000,
    perSecond: (executions / (stats?.elapsedMs ?? performance.now() - began)) * 1000,
  };
};

const silent: Watcher = { progress: () => {}, failure: () => {} };
