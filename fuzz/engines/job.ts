import type { Failure } from "../campaign/failure.js";
import type { EngineStats } from "../engine/types.js";
import type { Outcome } from "../targets/target.js";

/** What a worker process is asked to do with one target. */
export type Job = PropertiesJob | SweepJob | ReplayJob;

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
}

/** Called while an engine runs. */
export interface Watcher {
  /** `stats` come from Kiln's own engine. */
  progress(executions: number, stats?: EngineStats): void;
  /** `cpuMs`: CPU milliseconds of the processes that ran the inputs up to this failure, where it is measured. */
  failure(failure: Failure, cpuMs?: number): void;
}

/** The engine could not do its job: nothing is said about the target. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}
