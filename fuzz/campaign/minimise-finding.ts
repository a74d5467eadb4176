import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../../src/results/finding.js";
import type { InstrumentedBuild } from "../engine/types.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle } from "../engines/child.js";
import { EngineError, type JobResult, WorkerDied } from "../engines/job.js";
import { targetOf } from "../targets/index.js";
import type { Failure } from "./failure.js";
import { keepMinimized, loadFinding } from "./finding.js";
import { minimising } from "./minimise.js";
import { isSame, keyOf, type MinimiseJob } from "./minimise-job.js";
import { Builds, type Case, HANG_MS, type Replayed, readFindingCase, replayWith } from "./replay.js";
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
  const made = await minimiseInput(readFindingCase(folder, "input"), options, signal, loadFinding(folder));
  return { ...made, finding: keepMinimized(folder, made.input) };
};

/** Minimises any failing input; the failure that stays is that of `wanted`, or else the one that it shows at first. */
export const minimiseInput = async (
  one: Case,
  options: MinimiseOptions = {},
  signal: AbortSignal = new AbortController().signal,
  wanted: Pick<Finding, "kind" | "signature"> | null = null,
): Promise<MinimisedInput> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-minimise-"));
  try {
    const builds = new Builds(options.suite ?? ownSuite(), folder, options.workers);
    const judge = (input: Uint8Array): Promise<Replayed> =>
      replayWith(builds, { ...one, input, expected: null }, options.hangMs ?? HANG_MS, signal);

    const began = performance.now();
    const { input } = one;
    const { failure, build } = await judge(input);
    if (failure === null && one.expected !== null) {
      throw new EngineError(
        "an input made for an outcome has it no more when octets are taken away: it stays as it is",
      );
    }
    if (failure === null) throw new EngineError("it passes: there is nothing to minimise");
    const signature = signatureOf(failure);
    if (wanted !== null && !isSame(failure, wanted)) {
      throw new EngineError(`it fails otherwise than ${wanted.signature} says, as ${signature}: ${failure.what}`);
    }
    const { least, executions, finished } = await reduce(builds, build, failure, options, signal);
    // What hung for a moment may come back after all.
    const last = least === input ? failure : (await judge(least)).failure;
    const fails = last !== null && isSame(last, { kind: failure.kind, signature });
    return {
      input: fails ? least : input,
      failure: fails ? last : failure,
      signature: wanted?.signature ?? signature,
      executions,
      seconds: Math.round(performance.now() - began) / 1000,
      finished: finished && fails,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A candidate that hangs, or takes its worker with it, costs a worker's start: so many at most. */
const MOST_WORKERS = 100;
/** Shorter than in a campaign: most candidates of what hangs do hang, and the last one is run again. Memory takes its time. */
const CANDIDATE_HANG_MS = 500;

interface Reduced {
  readonly least: Uint8Array;
  readonly executions: number;
  readonly finished: boolean;
}

const reduce = async (
  builds: Builds,
  build: InstrumentedBuild | undefined,
  { target, input, origin, kind, ...rest }: Failure,
  { timeMs = MINIMISE_MS, executions: most = MOST_EXECUTIONS, hangMs = HANG_MS }: MinimiseOptions,
  signal: AbortSignal,
): Promise<Reduced> => {
  const wanted = { kind, signature: signatureOf({ kind, ...rest }) };
  const until = performance.now() + timeMs;
  const avoid: number[] = [];
  let least = input;
  let executions = 0;
  for (let worker = 0; worker < MOST_WORKERS; worker++) {
    const left = until - performance.now();
    if (left <= 0 || executions >= most || signal.aborted) break;
    const job: MinimiseJob = {
      engine: "minimise",
      target,
      seed: origin.seed,
      hangMs: kind === "memory" ? hangMs : Math.min(hangMs, CANDIDATE_HANG_MS),
      input: least,
      ...wanted,
      executions: most - executions,
      timeMs: left,
      avoid,
      ...(build === undefined ? {} : { build }),
    };
    const watcher = {
      progress: () => {},
      failure(failure: Failure) {
        if (isSame(failure, wanted)) least = failure.input;
      },
    };
    let result: JobResult;
    try {
      result = await runInChild(await builds.workers, "", job, watcher, signal);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      const apart = await oneByOne(builds, least, target, wanted, { until, most: most - executions }, signal);
      return { ...apart, executions: executions + apart.executions };
    }
    executions += result.executions;
    if (result.downfall === undefined) {
      return { least, executions, finished: executions < most && performance.now() < until && !signal.aborted };
    }
    avoid.push(keyOf(result.downfall.input));
  }
  return { least, executions, finished: false };
};

/** Of what a process dies without a word it takes a process for each candidate to tell. */
const oneByOne = async (
  builds: Builds,
  input: Uint8Array,
  target: string,
  wanted: Pick<Finding, "kind" | "signature">,
  { until, most }: { readonly until: number; readonly most: number },
  signal: AbortSignal,
): Promise<Reduced> => {
  const work = minimising(input, (data) => targetOf(target)?.parts?.(data) ?? []);
  let least = input;
  let executions = 0;
  let next = work.next();
  const isOver = (): boolean => executions >= most || performance.now() >= until || signal.aborted;
  const tried = new Set<number>();
  while (next.done !== true && !isOver()) {
    const candidate = next.value;
    if (tried.has(keyOf(candidate))) {
      next = work.next(false);
      continue;
    }
    tried.add(keyOf(candidate));
    executions++;
    const { failure } = await replayWith(
      builds,
      { target, input: candidate, expected: null },
      CANDIDATE_HANG_MS,
      signal,
    );
    const isLess = failure !== null && isSame(failure, wanted);
    if (isLess) least = candidate;
    next = work.next(isLess);
  }
  return { least, executions, finished: next.done === true };
};
