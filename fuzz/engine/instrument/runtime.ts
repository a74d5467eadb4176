import { createRequire } from "node:module";
import type { Runtime } from "../types.js";
import { type Memory, memoryFor } from "../vectors.js";
import { PairLog } from "./pairs.js";

/** Where an instrumented file finds its runtime while it is loaded. */
export const RUNTIME: symbol = Symbol.for("kiln.runtime");

/** What instrumented code calls, beside the arrays it writes to. Never throws before the first `begin`. */
export interface Hooks {
  readonly counters: Uint8Array;
  /** One number: the steps that are left. Who finds 0 there calls `out`. */
  readonly left: Int32Array;
  out(): void;
  /** Gives `length` back, once it is known that so many elements of `size` octets each may be had. */
  room(length: unknown, size: number): unknown;
  readonly pairs: PairLog;
}

/** A runtime as those have it who run the inputs. */
export interface BoundRuntime extends Runtime {
  /** What was thrown first since `begin` because the input did not account for it, even when the code caught it. */
  readonly exceeded: StepsExceeded | AllocationExceeded | null;
  /** Octets of memory that every run may take beside what its input accounts for: see `Target.memory`. */
  spare: number;
}

/** Code ran for longer than a decoder that is linear in its input can. */
export class StepsExceeded extends Error {
  constructor(steps: number, octets: number) {
    super(`more than ${steps} steps for an input of ${octets} octets`);
    this.name = "StepsExceeded";
  }
}

/** Code asked for more memory than its input accounts for. It did not get it. */
export class AllocationExceeded extends Error {
  constructor(allowed: number, octets: number) {
    super(`more than ${allowed} octets allocated for an input of ${octets} octets`);
    this.name = "AllocationExceeded";
  }
}

/**
 * What an input accounts for. Of 4,345 inputs, seeds and messages of up to 65535 octets made of them, none took more
 * than 33 steps and 84 octets of memory for each of its own, under all oracles together; these are several times that.
 * Work that is quadratic in 4096 octets is beyond it.
 */
export const stepsFor = (octets: number): number => 100_000 + 400 * octets;
export const allocationFor = (octets: number): number => 0x4_0000 + 512 * octets;

const UNLIMITED = 0x7fff_ffff;

/** A runtime for code of so many edges. */
export const createRuntime = (edges: number): BoundRuntime => new OwnRuntime(edges);

/**
 * Loads an instrumented CommonJS file anew, bound to `runtime`, and gives its exports. What it does while it is loaded
 * counts in `counters` alone: clear them before the first input.
 */
export const loadBuild = <T>(file: string, runtime: BoundRuntime): T => {
  const require = createRequire(file);
  const holder = globalThis as { [RUNTIME]?: unknown };
  const before = holder[RUNTIME];
  holder[RUNTIME] = runtime;
  try {
    delete require.cache[file];
    return require(file) as T;
  } finally {
    holder[RUNTIME] = before;
  }
};

class OwnRuntime implements BoundRuntime, Hooks {
  readonly memory: Memory;
  readonly counters: Uint8Array;
  readonly left: Int32Array = Int32Array.of(UNLIMITED);
  readonly pairs: PairLog = new PairLog();
  readonly compares: PairLog = this.pairs;
  spare = 0;
  allocated = 0;
  exceeded: StepsExceeded | AllocationExceeded | null = null;
  #octets = 0;
  #allowed = UNLIMITED;
  #room = Number.POSITIVE_INFINITY;

  constructor(edges: number) {
    this.memory = memoryFor(edges);
    this.counters = new Uint8Array(this.memory.buffer, 0, edges);
  }

  get steps(): number {
    return this.#allowed - Math.max(0, this.left[0] ?? 0);
  }

  begin(octets: number): void {
    this.#octets = octets;
    this.#allowed = Math.min(UNLIMITED, stepsFor(octets));
    this.#room = allocationFor(octets) + this.spare;
    this.left[0] = this.#allowed;
    this.allocated = 0;
    this.exceeded = null;
    this.pairs.clear();
  }

  // Read by instrumented code as constants, without this object.
  readonly out = (): void => {
    if (this.#room === Number.POSITIVE_INFINITY) {
      this.left[0] = UNLIMITED;
      return;
    }
    // Code that catches this, or that runs on its way out, is thrown out of at its next step.
    this.left[0] = 0;
    const error = new StepsExceeded(this.#allowed, this.#octets);
    Error.captureStackTrace(error, this.out);
    this.exceeded ??= error;
    throw error;
  };

  readonly room = (length: unknown, size: number): unknown => {
    if (typeof length !== "number" || !(length > 0)) return length;
    this.allocated += length * size;
    if (this.allocated > this.#room) {
      const error = new AllocationExceeded(this.#room, this.#octets);
      Error.captureStackTrace(error, this.room);
      this.exceeded ??= error;
      throw error;
    }
    return length;
  };
}
