import type { Failure } from "../campaign/failure.js";
import type { MinimiseJob } from "../campaign/minimise-job.js";
import type { EngineStats, InstrumentedBuild } from "../engine/types.js";
import type { Outcome } from "../targets/target.js";

/** What a worker process is asked to do with one target. */
export type Job = PropertiesJob | SweepJob | ReplayJob | MinimiseJob | KilnJob;

interface JobBase {
  readonly target: string;
  /** Milliseconds after which one input counts as hung. */
  readonly hangMs: number;
  /** Ends after so many milliseconds of the worker process's CPU time, whatever the clock says. */
  readonly cpuMs?: number;
}

export interface PropertiesJob extends JobBase {
  readonly engine: "properties";
  readonly seed: number;
  readonly timeMs: number;
}

export interface SweepJob extends JobBase {
  readonly engine: "sweep";
  readonly seed: number;
  /** So many random inputs, and so many near-valid ones. */
  readonly inputs: number;
  /** Valid inputs to start from, beside those of the arbitraries. */
  readonly seeds: readonly Uint8Array[];
}

export interface ReplayJob extends JobBase {
  readonly engine: "replay";
  readonly input: Uint8Array;
  readonly expected: string | null;
  /** Has what counts steps and allocations, where that is how it failed. */
  readonly build?: InstrumentedBuild;
}

export interface KilnJob extends JobBase {
  readonly engine: "kiln";
  readonly seed: number;
  readonly timeMs: number;
  /** Ends sooner after so many executions, or when nothing was kept for so many milliseconds. */
  readonly executions?: number;
  readonly plateauMs?: number;
  readonly build: InstrumentedBuild;
  readonly seeds: readonly Uint8Array[];
  /** The folder of the working corpus. */
  readonly queue: string;
  /** The file that says what was run, should the process die: see `batchOf`. */
  readonly flight: string;
  /** Inputs that brought a worker down, and parents of several such. */
  readonly deadly: readonly Uint8Array[];
  readonly dropped: readonly string[];
  /** Instead of all else: runs these, one at a time, to learn which of them a process dies of. */
  readonly suspects?: readonly Uint8Array[];
  /** A file for inputs that were run, evenly over the whole run and so many of them at least: for measuring. */
  readonly record?: { readonly file: string; readonly inputs: number };
}

/** How much of the module under test was run: see `unit` for what was counted. */
export interface Coverage {
  readonly covered: number;
  readonly total: number;
  /** `lines` of functions (V8's block coverage), or `points`: statements, functions and branches (Istanbul's), or `edges`. */
  readonly unit: "lines" | "points" | "edges";
}

/** What an engine reports of one target. */
export interface JobResult {
  readonly executions: number;
  /** Inputs by what the decoder made of them. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Null where it was not measured. */
  readonly coverage: Coverage | null;
  /** CPU milliseconds of the processes that ran the inputs, user and system; absent where it was not measured. */
  readonly cpuMs?: number;
  /** How the engine stood at its end; Kiln's own only. */
  readonly stats?: EngineStats;
  /** Set when an input ended the worker before its time. */
  readonly downfall?: Downfall;
}

/** Called while an engine runs. */
export interface Watcher {
  /** `stats` come from Kiln's own engine. */
  progress(executions: number, stats?: EngineStats): void;
  /** `cpuMs`: CPU milliseconds of the processes that ran the inputs up to this failure, where it is measured. */
  failure(failure: Failure, cpuMs?: number): void;
}

/** What a worker ran when it was brought down. */
export interface Downfall {
  readonly input: Uint8Array;
  /** What it was made of, by its name in the corpus. */
  readonly parent: string | null;
}

/** The engine could not do its job: nothing is said about the target. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

/** The worker's process died, and nobody knows why. */
export class WorkerDied extends EngineError {
  /** `SIGKILL`, `exit code 134` */
  readonly how: string;

  constructor(target: string, how: string, why: string) {
    super(`the worker for ${target} ended early (${why})`);
    this.name = "WorkerDied";
    this.how = how;
  }
}
