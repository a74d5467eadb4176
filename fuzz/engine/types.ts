import type { Random } from "../../src/table/random.js";
import type { Part } from "../targets/target.js";
import type { Memory } from "./vectors.js";

// What the parts of the engine know of each other: instrument -> loop <- mutate.

// ---- instrumented code

/** What instrumented code writes to while it runs; one for each thread. */
export interface Runtime {
  /** How often each edge was taken since it was last cleared, modulo 256. */
  readonly counters: Uint8Array;
  /** Has them at its start, and room behind them for a `FeatureMap`. */
  readonly memory: Memory;
  /** Only the compare build writes to it. */
  readonly compares: CompareLog;
  /** Begins an execution on an input of so many octets: nothing compared, nothing allocated, all steps still to go. */
  begin(octets: number): void;
  /** Loop iterations and calls since `begin`. Beyond what the input accounts for, instrumented code throws a `StepsExceeded`. */
  readonly steps: number;
  /** Octets and array slots asked for since `begin`, in one piece each. Beyond what the input accounts for: `AllocationExceeded`. */
  readonly allocated: number;
}

export type Comparable = number | bigint | string | Uint8Array;

/** The comparisons of one execution, each place with its first few pairs. */
export interface CompareLog {
  readonly count: number;
  clear(): void;
  /** Calls `each` for every pair of values that were compared, equal ones left out. `site` is stable for one build. */
  forEach(each: (left: Comparable, right: Comparable, site: number) => void): void;
}

/** Where an edge is, in TypeScript. */
export interface EdgePlace {
  /** `src/codec/frame.ts`; of code that is not ours, its path as it was given. */
  readonly module: string;
  readonly line: number;
  readonly column: number;
  readonly kind: "function" | "branch" | "loop" | "case" | "logical";
}

/** One bundle, instrumented in two ways. Edge ids and module ranges are the same in both. */
export interface InstrumentedBuild {
  /** CommonJS with edge counters. */
  readonly counters: string;
  /** CommonJS with edge counters and the compare log. */
  readonly compares: string;
  /** JSON file: an `EdgeTable`. */
  readonly edges: string;
}

export interface EdgeTable {
  readonly count: number;
  /** The edges of a module are [first, end). */
  readonly modules: readonly { readonly module: string; readonly first: number; readonly end: number }[];
  readonly places: readonly EdgePlace[];
  /** Constants that the code under test compares with or switches over, for a first dictionary. */
  readonly constants: readonly (number | string)[];
}

// ---- mutation

/** An input to make others of, with what was learned about it. */
export interface Parent {
  readonly data: Uint8Array;
  /** Its tree; empty where the target knows none. */
  readonly parts: readonly Part[];
}

/** Makes inputs of inputs. All randomness comes from the `Random` it was made with. */
export interface Mutator {
  /** Whatever is kept is a source of fields, parts and values for others. */
  learn(parent: Parent): void;
  /** Values that the code under test compared with. */
  word(value: Comparable): void;
  /** The last mutant was kept: what made it is tried more often. */
  credit(): void;
  /** A mutant of `parent`; valid until the next call. */
  mutate(parent: Parent): Uint8Array;
  /** The last mutant with another value in one field or other octets, for a tenth of a new one's cost; valid until the next call. */
  vary(): Uint8Array;
  /** The steps of the last mutant, for people and for the finding's README: `duplicate attribute 8`, `length -1 at 19`. */
  trail(): readonly string[];
  /**
   * Inputs in which one side of each unequal comparison stands where the other stood (input-to-state), lengths mended or
   * not. The octets of one are valid until the next is asked for.
   */
  answers(
    parent: Parent,
    compares: CompareLog,
  ): Iterable<{ readonly data: Uint8Array; readonly trail: readonly string[] }>;
}

export interface MutatorOptions {
  readonly random: Random;
  /** Octets of the longest input. */
  readonly maxLength: number;
}

// ---- the loop

/** How a worker stands, told twice a second. */
export interface EngineStats {
  readonly executions: number;
  /** Edges of the code under test that were taken, of so many. */
  readonly edges: number;
  readonly edgesTotal: number;
  /** Edges by bucketed hit counts: what decides whether an input is kept. */
  readonly features: number;
  /** Inputs in the corpus. */
  readonly corpus: number;
  /** Milliseconds from the start to the last input that was kept for a new feature, and till now. */
  readonly lastNewMs: number;
  readonly elapsedMs: number;
  /** CPU milliseconds of the worker's process, user and system, since it began to run inputs. */
  readonly cpuMs: number;
  readonly rssMb: number;
}
