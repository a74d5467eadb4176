import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../src/results/finding.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle, workerBundle } from "../engines/child.js";
import { EngineError } from "../engines/job.js";
import type { Failure } from "./failure.js";
import { keepMinimized, loadFinding } from "./finding.js";
import { keyOf, type MinimiseJob } from "./minimise-job.js";
import { type Case, HANG_MS, readFindingCase, replayWith } from "./replay.js";
import { signatureOf } from "./signature.js";

export interface MinimiseOptions {
  /** Milliseconds that it may take. */
  readonly timeMs?: number;
  readonly executions?: number;
  readonly hangMs?: number;
  /** What is under test; Kiln's own codec without it. */
  readonly suite?: Suite;
  /** Made of the suite already, as in a campaign. */
  readonly workers?: WorkerBundle;
}

/** What is left of an input. */
export interface MinimisedInput {
  readonly input: Uint8Array;
  /** How it fails. */
  readonly failure: Failure;
  readonly signature: string;
  readonly executions: number;
  readonly seconds: number;
  /** Nothing more can be taken away; false when time or executions ran out before. */
  readonly finished: boolean;
}

/** Within a campaign, for each new finding. */
export const MINIMISE_MS = 10_000;
const MOST_EXECUTIONS = 1_000_000;

/**
 * Minimises the input of a finding and puts what is left beside it. Throws EngineError, in one line, when it does not
 * fail any more as the finding says, or cannot be minimised.
 */
export const minimiseFinding = async (
  folder: string,
  options: MinimiseOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<MinimisedInput & { readonly finding: Finding }> => {
  const { signature } = loadFinding(folder);
  const made = await minimiseInput(readFindingCase(folder, "input"), options, signal, signature);
  return { ...made, finding: keepMinimized(folder, made.input) };
};

/** Minimises any failing input; the failure that stays is the one of `wanted`, or else the one that it shows at first. */
export const minimiseInput = async (
  { target, input, expected }: Case,
  options: MinimiseOptions = {},
  signal: AbortSignal = new AbortController().signal,
  wanted: string | null = null,
): Promise<MinimisedInput> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-minimise-"));
  try {
    const workers = options.workers ?? (await workerBundle(options.suite ?? ownSuite(), folder));
    const judge = async (data: Uint8Array): Promise<Failure | null> =>
      (await replayWith(workers, { target, input: data, expected: null }, options.hangMs ?? HANG_MS, signal)).failure;

    const began = performance.now();
    const failure = await judge(input);
    if (failure === null && expected !== null) {
      throw new EngineError(
        "an input made for an outcome has it no more when octets are taken away: it stays as it is",
      );
    }
    if (failure === null) throw new EngineError("it passes: there is nothing to minimise");
    const signature = signatureOf(failure);
    if (wanted !== null && signature !== wanted) {
      throw new EngineError(`it fails otherwise than ${wanted} says, as ${signature}: ${failure.what}`);
    }
    const { least, executions, finished } = await reduce(workers, failure, signature, options, signal);
    // What hung for a moment may come back after all.
    const last = least === input ? failure : await judge(least);
    const isSame = last !== null && signatureOf(last) === signature;
    return {
      input: isSame ? least : input,
      failure: isSame ? last : failure,
      signature,
      executions,
      seconds: Math.round(performance.now() - began) / 1000,
      finished: finished && isSame,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A candidate that hangs, or takes its worker with it, costs a worker's start: so many at most. */
const MOST_WORKERS = 100;
/** Shorter than in a campaign: most candidates of what hangs do hang, and the last one is run again. */
const CANDIDATE_HANG_MS = 500;

const reduce = async (
  workers: WorkerBundle,
  { target, input, origin }: Failure,
  signature: string,
  { timeMs = MINIMISE_MS, executions: most = MOST_EXECUTIONS, hangMs = HANG_MS }: MinimiseOptions,
  signal: AbortSignal,
): Promise<{ least: Uint8Array; executions: number; finished: boolean }> => {
  const until = performance.now() + timeMs;
  const avoid: number[] = [];
  let least = input;
  let executions = 0;
  for (let worker = 0; worker < MOST_WORKERS; worker++) {
    const left = until - performance.now();
    if (left <= 0 || executions >= most || signal.aborted) return { least, executions, finished: false };
    const job: MinimiseJob = {
      engine: "minimise",
      target,
      seed: origin.seed,
      hangMs: Math.min(hangMs, CANDIDATE_HANG_MS),
      input: least,
      signature,
      executions: most - executions,
      timeMs: left,
      avoid,
    };
    let died = false;
    const watcher = {
      progress: () => {},
      failure(failure: Failure) {
        if (signatureOf(failure) === signature) least = failure.input;
        // The watchdog's word comes last.
        died = failure.kind !== "crash" && failure.kind !== "oracle";
        if (died) avoid.push(keyOf(failure.input));
      },
    };
    const result = await runInChild(workers, "", job, watcher, signal);
    executions += result.executions;
    if (!died) {
      const isWhole = executions < most && performance.now() < until && !signal.aborted;
      return { least, executions, finished: isWhole };
    }
  }
  return { least, executions, finished: false };
};
