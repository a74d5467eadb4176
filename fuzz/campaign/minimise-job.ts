import type { FindingKind } from "../../src/results/finding.js";
import type { InstrumentedBuild } from "../engine/types.js";
import type { Outcome, Target } from "../targets/target.js";
import { type Failure, failureFrom } from "./failure.js";
import { minimising } from "./minimise.js";
import { signatureOf } from "./signature.js";

/** What a worker is asked to minimise, and how long it may try. */
export interface MinimiseJob {
  readonly engine: "minimise";
  readonly target: string;
  readonly hangMs: number;
  readonly seed: number;
  readonly input: Uint8Array;
  /** Of the failure that is to stay. */
  readonly kind: FindingKind;
  readonly signature: string;
  readonly executions: number;
  readonly timeMs: number;
  /** Candidates that are not to be run: `keyOf` them. They took an earlier worker with them. */
  readonly avoid: readonly number[];
  /** Has what counts steps and allocations, where that is how it failed. */
  readonly build?: InstrumentedBuild;
}

/**
 * In the worker: tries candidates until nothing more can be taken away, and hands on the least that fails as the input
 * did, each time it is less. The input itself is not run: it is known to fail. Gives how often each outcome came.
 */
export const runMinimise = async (
  target: Target,
  job: MinimiseJob,
  stopped: () => boolean,
  found: (failure: Failure) => void,
): Promise<Record<Outcome, number>> => {
  const outcomes: Record<Outcome, number> = {};
  const until = performance.now() + job.timeMs;
  const tried = new Set(job.avoid);
  let least: Failure | null = null;
  let told = performance.now();
  const tell = (): void => {
    if (least !== null) found(least);
    least = null;
    told = performance.now();
  };

  const work = minimising(job.input, (data) => target.parts?.(data) ?? []);
  let next = work.next();
  for (let runs = 0; next.done !== true && runs < job.executions && !stopped() && performance.now() < until; ) {
    const key = keyOf(next.value);
    let failure: Failure | null = null;
    if (!tried.has(key)) {
      tried.add(key);
      runs++;
      const seen = await run(target, next.value, job.seed);
      if (typeof seen === "string") outcomes[seen] = (outcomes[seen] ?? 0) + 1;
      else if (isSame(seen, job)) failure = seen;
    }
    if (failure !== null) least = failure;
    if (performance.now() - told > TOLD_MS) tell();
    next = work.next(failure !== null);
  }
  tell();
  return outcomes;
};

/** A worker that hangs at last, or dies, takes with it what it did not tell. */
const TOLD_MS = 50;

const run = async (target: Target, input: Uint8Array, seed: number): Promise<Outcome | Failure> => {
  try {
    return target.fuzzAsync === undefined ? target.fuzz(input) : await target.fuzzAsync(input);
  } catch (error) {
    return failureFrom(error, {
      target: target.name,
      input,
      expected: null,
      origin: { engine: "minimise", seed },
    });
  }
};

/** Where a loop is interrupted is chance: two that hang are taken as one. */
export const isSame = (failure: Failure, { kind, signature }: Pick<MinimiseJob, "kind" | "signature">): boolean =>
  signatureOf(failure) === signature || (kind === "hang" && failure.kind === "hang");

/** 53 bits of two sums after FNV-1a: equal octets have equal keys, others hardly ever. */
export const keyOf = (octets: Uint8Array): number => {
  let low = 0x811c9dc5;
  let high = 0x01234567 ^ octets.length;
  for (const octet of octets) {
    low = Math.imul(low ^ octet, 0x01000193);
    high = Math.imul(high ^ octet ^ (low >>> 24), 0x5bd1e995);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
};
