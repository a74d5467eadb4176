import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CanaryRow, censored, type FuzzEngine, median, pairOf } from "../../src/results/index.js";
import { seedsRoot } from "../campaign/campaign.js";
import type { Failure } from "../campaign/failure.js";
import { minimiseInput } from "../campaign/minimise-finding.js";
import { HANG_MS } from "../campaign/replay.js";
import { type Prepared, prepare } from "../campaign/runner.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { EngineError } from "../engines/job.js";
import { targetOf } from "../targets/index.js";
import type { Target } from "../targets/target.js";
import { type Canary, octetsOf } from "./canary.js";
import { Replayer } from "./replayer.js";

export interface ScoreboardOptions {
  readonly engines: readonly FuzzEngine[];
  readonly canaries: readonly Canary[];
  /** What has been measured before and need not be again. */
  readonly known?: readonly Pick<CanaryRow, "engine" | "canary">[];
  readonly trials: number;
  /** CPU milliseconds of the processes that run inputs, after which a trial ends without a detection. */
  readonly cpuMs: number;
  /** Trials side by side. */
  readonly jobs: number;
  readonly seed: number;
  /** Minimises the smallest detection of each canary. */
  readonly minimize: boolean;
  /** What the canaries are patches of, and where its targets are; Kiln's own without it. */
  readonly suite?: Suite;
  readonly targets?: readonly Pick<Target, "name" | "module">[];
  /** Seeds by target; those that come with Kiln without it. */
  readonly seeds?: string;
}

export interface ScoreboardListener {
  /** A trial has ended: `cpuS` is null when it found nothing. */
  trial?(engine: FuzzEngine, canary: string, trial: number, cpuS: number | null): void;
  /** All trials of an engine on a canary have. */
  row?(row: CanaryRow): void;
}

/**
 * Lets every engine look for every canary, so many times with other seeds, from the same seeds and with nothing learned
 * before. An engine is given a build and the name of a target, no more. What it finds counts when a build without the
 * canary takes the input. When the signal aborts, rows are made of the trials that have ended.
 */
export const runScoreboard = async (
  options: ScoreboardOptions,
  listener: ScoreboardListener,
  signal: AbortSignal,
): Promise<CanaryRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-scoreboard-"));
  const clean = await Replayer.of(options.suite ?? ownSuite(), join(folder, "clean"), {
    instrumented: true,
    hangMs: HANG_MS,
  });
  try {
    const known = new Set(options.known?.map(pairOf));
    const queue = options.engines
      .flatMap((engine) =>
        options.canaries.map((canary) => ({ engine, canary, pair: pairOf({ engine, canary: canary.id }) })),
      )
      .filter(({ pair }) => !known.has(pair));
    const order = new Map(queue.map(({ pair }, i) => [pair, i]));
    const place = (row: CanaryRow): number => order.get(pairOf(row)) ?? 0;
    const rows: CanaryRow[] = [];
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
        const row = await oneRow(next.engine, next.canary, options, clean, folder, listener, signal);
        if (row === null) continue;
        rows.push(row);
        listener.row?.(row);
      }
    };
    await Promise.all(Array.from({ length: options.jobs }, lane));
    return rows.sort((a, b) => place(a) - place(b));
  } finally {
    clean.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What one trial came to. */
interface Trial {
  readonly detection: Detection | null;
  readonly executions: number;
  readonly cpuMs: number;
}

interface Detection {
  readonly failure: Failure;
  readonly cpuMs: number;
}

/** Null when no trial has ended. */
const oneRow = async (
  engine: FuzzEngine,
  canary: Canary,
  options: ScoreboardOptions,
  clean: Replayer,
  parent: string,
  listener: ScoreboardListener,
  signal: AbortSignal,
): Promise<CanaryRow | null> => {
  const { id, target, edits, trigger } = canary;
  const key = { engine, canary: id, target };
  const folder = mkdtempSync(join(parent, "trials-"));
  const suite: Suite = { ...(options.suite ?? ownSuite()), edits };
  const court = new Court(clean, suite, folder);
  try {
    const prepared = await prepare(engine, suite, folder, {
      inputs: 0,
      corpus: join(folder, "corpus"),
      seeds: options.seeds ?? seedsRoot(),
      hangMs: HANG_MS,
    });
    const trials: Trial[] = [];
    for (let i = 0; i < options.trials && !signal.aborted; i++) {
      rmSync(join(folder, "corpus"), { recursive: true, force: true });
      mkdirSync(join(folder, "corpus"));
      const trial = await oneTrial(prepared, canary, options, i, court.judge, signal);
      // One that was interrupted says nothing of what it had not found yet.
      if (signal.aborted && trial.detection === null) break;
      trials.push(trial);
      listener.trial?.(engine, id, i, trial.detection === null ? null : trial.detection.cpuMs / 1000);
    }
    if (trials.length === 0) return null;
    const cpuS = trials.map(({ detection }) => (detection === null ? null : detection.cpuMs / 1000));
    const spent = trials.reduce((sum, one) => sum + one.cpuMs, 0);
    const executions = trials.reduce((sum, one) => sum + one.executions, 0);
    return {
      ...key,
      trials: trials.length,
      found_trials: cpuS.filter((one) => one !== null).length,
      cpu_s: cpuS,
      median_cpu_s: median(censored(cpuS, options.cpuMs / 1000)),
      executions_per_s: spent === 0 ? 0 : Math.round((executions / spent) * 1000),
      ...(options.minimize
        ? {
            minimized_octets: await minimised(prepared, suite, trials, signal),
            shortest_octets: octetsOf(trigger).length,
          }
        : {}),
    };
  } catch (error) {
    if (error instanceof EngineError) return { ...key, failed: error.message };
    throw error;
  } finally {
    await court.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** CPU time comes slower than time passes on a busy machine, but not slower than this. */
const LEAST_SHARE = 1 / 40;
/** Seeds of one trial stay clear of those of the next, whatever an engine adds to one for its starts. */
const SEEDS_APART = 1_000;

const oneTrial = async (
  { run }: Prepared,
  { target }: Canary,
  { cpuMs, seed, targets }: ScoreboardOptions,
  trial: number,
  judge: Judge,
  signal: AbortSignal,
): Promise<Trial> => {
  const known = targets?.find(({ name }) => name === target) ?? targetOf(target);
  if (known === undefined) throw new EngineError(`there is no target ${target}`);
  const found: Detection[] = [];
  const judged: Promise<void>[] = [];
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  try {
    const { executions, cpuMs: spent } = await run(
      known,
      { timeMs: cpuMs / LEAST_SHARE, cpuMs, seed: seed + trial * SEEDS_APART },
      {
        progress: () => {},
        failure(failure, at = Number.NaN) {
          const one = judge(failure).then((counts) => {
            if (!counts) return;
            found.push({ failure, cpuMs: at });
            end();
          });
          judged.push(one);
        },
      },
      ending.signal,
    );
    await Promise.all(judged);
    if (spent === undefined || found.some((one) => Number.isNaN(one.cpuMs))) {
      throw new EngineError("the engine does not say how much CPU time it takes");
    }
    const [first = null] = found.sort((a, b) => a.cpuMs - b.cpuMs);
    // What was under way when the time was up came too late.
    return { detection: first === null || first.cpuMs > cpuMs ? null : first, executions, cpuMs: spent };
  } finally {
    signal.removeEventListener("abort", end);
  }
};

/** Whether a failure is the canary's. */
type Judge = (failure: Failure) => Promise<boolean>;

/** The builds with and without a canary, to run again what was found: a busy machine can make anything seem to hang. */
class Court {
  readonly #clean: Replayer;
  readonly #suite: Suite;
  readonly #folder: string;
  readonly #patched = new Map<boolean, Promise<Replayer>>();

  constructor(clean: Replayer, suite: Suite, folder: string) {
    this.#clean = clean;
    this.#suite = suite;
    this.#folder = folder;
  }

  readonly judge: Judge = async ({ target, kind, input, expected }) => {
    if ((await this.#clean.run(target, input, expected)) !== null) return false;
    // What is thrown needs no count of steps and memory to be thrown again.
    const patched = await this.#patchedBuild(kind !== "crash" && kind !== "oracle");
    return (await patched.run(target, input, expected)) !== null;
  };

  async close(): Promise<void> {
    for (const one of this.#patched.values()) (await one).close();
  }

  #patchedBuild(instrumented: boolean): Promise<Replayer> {
    const known = this.#patched.get(instrumented);
    if (known !== undefined) return known;
    const folder = join(this.#folder, instrumented ? "counted" : "plain");
    const made = Replayer.of(this.#suite, folder, { instrumented, hangMs: HANG_MS });
    this.#patched.set(instrumented, made);
    return made;
  }
}

/** Octets of the smallest detection of all trials when nothing more can be taken away; null where it cannot be shown again. */
const minimised = async (
  { workers }: Prepared,
  suite: Suite,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<number | null> => {
  const detections = trials.flatMap(({ detection }) => (detection === null ? [] : [detection.failure]));
  const [smallest] = detections.sort((a, b) => a.input.length - b.input.length);
  if (smallest === undefined) return null;
  try {
    const { target, input, expected, kind } = smallest;
    const counted = kind === "hang" || kind === "memory";
    return (await minimiseInput({ target, input, expected, counted }, { suite, workers }, signal)).input.length;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
};
