import { openSync, readFileSync, writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { type FlightRecorder, fuzzTarget, type LoadedBuild, type Sample } from "../engine/engine.js";
import { refuseExit } from "../engine/failing.js";
import { createRuntime, loadBuild } from "../engine/instrument/runtime.js";
import { createMutator } from "../engine/mutate/mutator.js";
import { QueueFolder } from "../engine/store.js";
import type { EdgeTable, Mutator } from "../engine/types.js";
import type { Arbitraries } from "../properties/arbitraries.js";
import { ACCEPTED, type Target } from "../targets/target.js";
import { folding } from "./folding.js";
import type { JobResult, KilnJob } from "./job.js";
import { Monitor } from "./monitor.js";
import type { Report, Task } from "./order.js";

/** What both instrumented builds export. */
interface Exports {
  readonly targets: readonly Target[];
  arbitrariesOf(name: string): Arbitraries;
}

/** Entry of the engine's thread for Kiln's own engine, which is not instrumented itself: see `Task` and `KilnJob`. */
export const serveKiln = async (): Promise<void> => {
  const { job, builtOf, shared } = workerData as Task & { readonly job: KilnJob; readonly shared: SharedArrayBuffer };
  const port = parentPort;
  if (port === null) return;
  const report = (one: Report): void => port.postMessage(one);
  const monitor = new Monitor(shared, openSync(job.flight, "w"));
  refuseExit();
  try {
    const result = job.suspects === undefined ? await fuzz(job, builtOf, monitor, report) : await run(job, monitor);
    report({ type: "done", result });
  } catch (error) {
    report({ type: "error", message: error instanceof Error ? error.message : String(error) });
  }
};

const fuzz = async (
  job: KilnJob,
  builtOf: readonly string[],
  monitor: Monitor,
  report: (one: Report) => void,
): Promise<JobResult> => {
  const edges = JSON.parse(readFileSync(job.build.edges, "utf8")) as EdgeTable;
  const counting = load(job.build.counters, job.target, edges);
  const comparing = load(job.build.compares, job.target, edges);
  const arbitraries = counting.exports.arbitrariesOf(job.target);
  const own = new Set(builtOf);
  const ranges = edges.modules.filter(({ module }) => own.has(module));
  const queue = new QueueFolder(job.queue);
  const listener = folding(report, () => monitor.cpuMs);
  const recording = job.record === undefined ? null : new Recording(monitor, job.record.inputs);
  monitor.begin();
  const { stats, outcomes } = await fuzzTarget(
    counting,
    comparing,
    {
      ...job,
      ranges: ranges.length > 0 ? ranges : edges.modules,
      samples: samplesOf(arbitraries, job.seed),
      mutator: (options) => withConstants(createMutator(options), edges),
      queue,
      now: () => performance.now(),
      cpuMs: () => monitor.cpuMs,
    },
    recording ?? monitor,
    {
      failure: (failure) => listener.failure(failure),
      stats: (one) => report({ type: "progress", executions: one.executions, stats: one }),
    },
  );
  if (job.record !== undefined && recording !== null) writeFileSync(job.record.file, recording.octets);
  const coverage = { covered: stats.edges, total: stats.edgesTotal, unit: "edges" } as const;
  return { executions: stats.executions, outcomes, coverage, cpuMs: monitor.cpuMs, stats };
};

/** One input after the other, each written down before it is run. */
const run = async ({ build, target, suspects = [] }: KilnJob, monitor: Monitor): Promise<JobResult> => {
  const edges = JSON.parse(readFileSync(build.edges, "utf8")) as EdgeTable;
  const loaded = load(build.counters, target, edges);
  for (const input of suspects) {
    monitor.board([input], null);
    monitor.enter(0);
    loaded.runtime.begin(input.length);
    try {
      if (loaded.target.fuzzAsync === undefined) loaded.target.fuzz(input);
      else await loaded.target.fuzzAsync(input);
    } catch {
      // Known already: what is looked for does not come back at all.
    }
    monitor.leave();
  }
  return { executions: suspects.length, outcomes: {}, coverage: null };
};

const load = (file: string, name: string, { count }: EdgeTable): LoadedBuild & { readonly exports: Exports } => {
  const runtime = createRuntime(count);
  const exports = loadBuild<Exports>(file, runtime);
  const target = exports.targets.find((one) => one.name === name);
  if (target === undefined) throw new RangeError(`there is no target ${name}`);
  // What a module does while it is loaded is no input's merit.
  runtime.counters.fill(0);
  runtime.spare = target.memory ?? 0;
  return { runtime, target, exports };
};

/** Values of all arbitraries in turn, each time others. */
const samplesOf = ({ valid, nearValid, broken }: Arbitraries, seed: number): ((count: number) => Sample[]) => {
  let drawn = 0;
  const all: fc.Arbitrary<Sample>[] = [
    valid.map((data) => ({ data, expected: ACCEPTED, from: "valid" })),
    ...(broken === null ? [] : [broken.map(({ data, fault }) => ({ data, expected: fault.id, from: "broken" }))]),
    nearValid.map((data) => ({ data, expected: null, from: "near-valid" })),
  ];
  return (count) => {
    const arbitrary = all[drawn % all.length];
    const numRuns = { seed: (seed + drawn++) | 0, numRuns: count };
    return arbitrary === undefined ? [] : fc.sample(arbitrary, numRuns);
  };
};

const withConstants = (mutator: Mutator, { constants }: EdgeTable): Mutator => {
  for (const constant of constants) mutator.word(constant);
  return mutator;
};

/** Keeps some of the inputs that are run, evenly over the whole run, for a measurement. */
class Recording implements FlightRecorder {
  readonly #monitor: Monitor;
  readonly #most: number;
  #kept: Uint8Array[] = [];
  #boarded: readonly Uint8Array[] = [];
  #run = 0;
  /** One input in so many is kept. */
  #every = 1;

  constructor(monitor: Monitor, most: number) {
    this.#monitor = monitor;
    this.#most = most;
  }

  get stopped(): boolean {
    return this.#monitor.stopped;
  }

  board(inputs: readonly Uint8Array[], parent: string | null): void {
    this.#boarded = inputs;
    this.#monitor.board(inputs, parent);
  }

  enter(index: number): void {
    const input = this.#boarded[index];
    if (this.#run++ % this.#every === 0 && input !== undefined) this.#kept.push(input.slice());
    if (this.#kept.length > 2 * this.#most) {
      this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
      this.#every *= 2;
    }
    this.#monitor.enter(index);
  }

  leave(): void {
    this.#monitor.leave();
  }

  /** Length (4, little-endian) and octets of each. */
  get octets(): Uint8Array {
    const out = Buffer.alloc(this.#kept.reduce((sum, { length }) => sum + 4 + length, 0));
    let at = 0;
    for (const input of this.#kept) {
      at = out.writeUInt32LE(input.length, at);
      out.set(input, at);
      at += input.length;
    }
    return out;
  }
}
