import { join } from "node:path";
import type { FuzzEngine } from "../../src/results/fuzz.js";
import type { Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle, workerBundle } from "../engines/child.js";
import { jazzerBundle, runJazzer } from "../engines/jazzer.js";
import type { JobResult, Watcher } from "../engines/job.js";
import { jsfuzzBundle, runJsfuzz } from "../engines/jsfuzz.js";
import { kilnBundle, runKiln } from "../engines/kiln.js";
import type { Target } from "../targets/target.js";
import { seedsOf } from "./seed-files.js";

/** What holds for every turn of a campaign. */
export interface Circumstances {
  /** Of a sweep. */
  readonly inputs: number;
  /** Where working corpora are kept, by engine and target under `work`. */
  readonly corpus: string;
  /** Seeds by target. */
  readonly seeds: string;
  readonly hangMs: number;
}

/** Runs an engine on one target for a turn. Throws EngineError when that cannot be. */
export type Runner = (
  target: Pick<Target, "name" | "module">,
  turn: { readonly timeMs: number; readonly seed: number; readonly cpuMs?: number },
  watcher: Watcher,
  signal: AbortSignal,
) => Promise<JobResult>;

export interface Prepared {
  readonly run: Runner;
  /** What replays and minimises what was found. */
  readonly workers: WorkerBundle;
}

/** Builds in `folder` what an engine needs. Throws EngineError when it cannot run here. */
export const prepare = async (
  engine: FuzzEngine,
  suite: Suite,
  folder: string,
  { inputs, corpus, seeds, hangMs }: Circumstances,
): Promise<Prepared> => {
  const workers = await workerBundle(suite, folder);
  const places = (name: string): { seeds: string; corpus: string; hangMs: number } => ({
    seeds: join(seeds, name),
    corpus: join(corpus, "work", engine, name),
    hangMs,
  });
  const runner = async (): Promise<Runner> => {
    switch (engine) {
      case "kiln": {
        const bundle = await kilnBundle(suite, folder);
        return (target, turn, watcher, signal) =>
          runKiln(target, bundle, { ...turn, ...places(target.name) }, watcher, signal);
      }
      case "jsfuzz": {
        const bundle = await jsfuzzBundle(suite, folder);
        return (target, turn, watcher, signal) =>
          runJsfuzz(target, bundle, workers, { ...turn, ...places(target.name) }, watcher, signal);
      }
      case "jazzer": {
        const bundle = await jazzerBundle(suite, folder);
        return (target, turn, watcher, signal) =>
          runJazzer(target, bundle, workers, { ...turn, ...places(target.name) }, watcher, signal);
      }
      case "sweep":
        return ({ name, module }, { seed }, watcher, signal) => {
          const octets = seedsOf(name, seeds).map(({ data }) => data);
          const job = { engine, target: name, seed, inputs, hangMs, seeds: octets } as const;
          return runInChild(workers, module, job, watcher, signal);
        };
      case "properties":
        return ({ name, module }, turn, watcher, signal) =>
          runInChild(workers, module, { engine, target: name, hangMs, ...turn }, watcher, signal);
    }
  };
  return { run: await runner(), workers };
};
