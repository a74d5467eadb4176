import fc from "fast-check";
import { Random } from "../../src/table/random.js";
import { failureFrom } from "../campaign/failure.js";
import type { Arbitraries } from "../properties/arbitraries.js";
import type { Outcome, Target } from "../targets/target.js";
import type { Watcher } from "./job.js";
import { mutated, randomOctets } from "./mutate.js";

export interface SweepOptions {
  readonly seed: number;
  /** So many random inputs, and so many near-valid ones. */
  readonly inputs: number;
  /** Valid inputs to start from, beside those of the arbitraries. */
  readonly seeds: readonly Uint8Array[];
  stopped(): boolean;
}

/**
 * Masses of inputs without feedback, many times faster than properties: random octets, then valid inputs with a few
 * edits. Gives how often each outcome came; failing inputs are handed on as they are.
 */
export const runSweep = (
  target: Target,
  arbitraries: Arbitraries,
  { seed, inputs, seeds, stopped }: SweepOptions,
  watcher: Watcher,
): Record<Outcome, number> => {
  const outcomes: Record<Outcome, number> = {};
  const drawn = Math.min(POOL, Math.ceil(inputs / 20));
  const pool = [...seeds, ...fc.sample(arbitraries.valid, { seed: seed | 0, numRuns: drawn })];
  const octets = new Random(seed, 0);
  const edits = new Random(seed, 1);
  const limit = Error.stackTraceLimit;
  for (let i = 0; i < 2 * inputs; i++) {
    if (i % STRETCH === 0) {
      if (stopped()) break;
      watcher.progress(i);
    }
    const data =
      i < inputs ? randomOctets(octets) : mutated(pool[edits.below(pool.length)] ?? new Uint8Array(0), edits);
    try {
      // Encoders refuse with a RangeError what some oracle asks of them: no one looks at its stack.
      Error.stackTraceLimit = 0;
      const outcome = target.fuzz(data);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    } catch {
      Error.stackTraceLimit = 30;
      watcher.failure(again(target, data, seed));
    } finally {
      Error.stackTraceLimit = limit;
    }
  }
  return outcomes;
};

const POOL = 400;
const STRETCH = 1000;

/** The failure, thrown once more with a stack. */
const again = (target: Target, input: Uint8Array, seed: number): ReturnType<typeof failureFrom> => {
  const circumstances = { target: target.name, input, expected: null, origin: { engine: "sweep", seed } };
  try {
    target.fuzz(input);
    return failureFrom(new Error("it threw once, but not when it was run again"), circumstances);
  } catch (error) {
    return failureFrom(error, circumstances);
  }
};
