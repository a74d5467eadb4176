import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Finding } from "../../src/results/finding.js";
import type { InstrumentedBuild } from "../engine/types.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle, workerBundle } from "../engines/child.js";
import { EngineError, WorkerDied } from "../engines/job.js";
import { kilnBundle } from "../engines/kiln.js";
import { targetOf, targets } from "../targets/index.js";
import { endedBy, type Failure } from "./failure.js";
import { loadFinding } from "./finding.js";
import { Files } from "./finding-files.js";
import { commandOf, PROPERTY } from "./finding-text.js";

/** Milliseconds after which one input counts as hung. */
export const HANG_MS = 10_000;

/** An input to run again, and what is known of it. */
export interface Case {
  readonly input: Uint8Array;
  readonly target: string;
  readonly expected: string | null;
  /** It may fail only where steps and allocations are counted: run there as well when it passes elsewhere. */
  readonly counted?: boolean;
}

/** What became of an input: its outcome, or its failure. */
export interface Replayed {
  readonly outcome: string | null;
  readonly failure: Failure | null;
  /** The instrumented build, when that is what it was run in. */
  readonly build?: InstrumentedBuild;
}

/**
 * Reads an input from a file. The target is what was asked for, what the finding beside it says, or a folder above that
 * is called like a target. Throws EngineError, in one line, when that cannot be.
 */
export const readCase = (path: string, asked?: string): Case => {
  const file = resolve(path);
  if (!existsSync(file)) throw new EngineError(`there is no ${path}`);
  if (statSync(file).isDirectory()) {
    if (existsSync(join(file, Files.input))) return readFindingCase(file, "input", asked);
    throw new EngineError(`${path} is a folder without an input: name the file, or the folder of a finding`);
  }
  const name = basename(file);
  const isOfFinding = name === Files.input || name === Files.minimized;
  if (isOfFinding && existsSync(join(dirname(file), Files.finding))) return readFindingCase(dirname(file), name, asked);
  const target = asked ?? targetAbove(file);
  if (target === null) {
    throw new EngineError(`which decoder is ${path} for? Say it with --target (see kiln fuzz --list)`);
  }
  return { input: Uint8Array.from(readFileSync(file)), target, expected: null };
};

/** What a property of a test found is no input of a target: only that property can show it again. */
export const isReplayable = ({ origin }: Finding): boolean => origin.engine !== PROPERTY;

/** One of the inputs in the folder of a finding. Throws EngineError, in one line, when it is not there. */
export const readFindingCase = (folder: string, which: "input" | "minimized", asked?: string): Case => {
  const found = loadFinding(folder);
  if (!isReplayable(found)) throw new EngineError(`${folder} was found by a property of a test: ${commandOf(found)}`);
  const file = join(folder, Files[which]);
  if (!existsSync(file)) throw new EngineError(`${folder} has no ${Files[which]}`);
  return {
    input: Uint8Array.from(readFileSync(file)),
    target: asked ?? found.target,
    // An input made for an outcome has it no more when octets of it are taken away.
    expected: which === "input" ? found.expected : null,
    counted: found.origin.engine === "kiln" && (found.kind === "hang" || found.kind === "memory"),
  };
};

export interface ReplayOptions {
  /** What is under test; Kiln's own codec without it. */
  readonly suite?: Suite;
  /** Milliseconds after which one input counts as hung. */
  readonly hangMs?: number;
}

/** Runs a case in a process of its own, watched. */
export const replay = async (one: Case, options: ReplayOptions = {}, signal?: AbortSignal): Promise<Replayed> => {
  let replayed: Replayed = { outcome: null, failure: null };
  await replayAll(
    [one],
    (_, what) => {
      replayed = what;
    },
    options,
    signal,
  );
  return replayed;
};

/** As `replay`, one after the other, with one bundle for all. */
export const replayAll = async <T extends Case>(
  cases: readonly T[],
  each: (one: T, replayed: Replayed) => void,
  { suite = ownSuite(), hangMs = HANG_MS }: ReplayOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<void> => {
  if (cases.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), "kiln-repro-"));
  try {
    const builds = new Builds(suite, folder);
    for (const one of cases) {
      if (signal.aborted) break;
      each(one, await replayWith(builds, one, hangMs, signal));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What inputs are run in again, made when it is first needed. */
export class Builds {
  readonly #suite: Suite;
  readonly #folder: string;
  #workers: Promise<WorkerBundle> | null;
  #instrumented: Promise<InstrumentedBuild> | null = null;

  /** `workers` are made of the suite already. */
  constructor(suite: Suite, folder: string, workers: WorkerBundle | null = null) {
    this.#suite = suite;
    this.#folder = folder;
    this.#workers = workers === null ? null : Promise.resolve(workers);
  }

  get workers(): Promise<WorkerBundle> {
    this.#workers ??= workerBundle(this.#suite, this.#folder);
    return this.#workers;
  }

  get instrumented(): Promise<InstrumentedBuild> {
    this.#instrumented ??= kilnBundle(this.#suite, join(this.#folder, "counted")).then(({ build }) => build);
    return this.#instrumented;
  }
}

/** As `replay`, with what is built already. */
export const replayWith = async (
  builds: Builds,
  { target, input, expected, counted = false }: Case,
  hangMs: number,
  signal: AbortSignal,
): Promise<Replayed> => {
  const run = async (more: { readonly build?: InstrumentedBuild }): Promise<Replayed> => {
    let failure: Failure | null = null;
    const watcher = {
      progress: () => {},
      failure: (one: Failure) => {
        failure = one;
      },
    };
    const job = { engine: "replay", target, input, expected, hangMs, ...more } as const;
    const module = targetOf(target)?.module ?? "";
    try {
      const { outcomes } = await runInChild(await builds.workers, module, job, watcher, signal);
      return { outcome: Object.keys(outcomes)[0] ?? null, failure, ...more };
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      const origin = { engine: "replay", seed: 0 };
      failure = endedBy("exit", `the process ended by ${error.how}`, { target, input, expected, origin });
      return { outcome: null, failure, ...more };
    }
  };
  const replayed = await run({});
  return counted && replayed.failure === null ? await run({ build: await builds.instrumented }) : replayed;
};

const targetAbove = (file: string): string | null => {
  const folders = dirname(file).split(/[\\/]/);
  return targets.find(({ name }) => folders.includes(name))?.name ?? null;
};
