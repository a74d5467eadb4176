import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Finding } from "../../src/results/finding.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, type WorkerBundle, workerBundle } from "../engines/child.js";
import { EngineError } from "../engines/job.js";
import { targetOf, targets } from "../targets/index.js";
import type { Failure } from "./failure.js";
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
}

/** What became of an input: its outcome, or its failure. */
export interface Replayed {
  readonly outcome: string | null;
  readonly failure: Failure | null;
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
  };
};

/** Runs a case in a process of its own, watched. */
export const replay = async (
  one: Case,
  { suite = ownSuite(), hangMs = HANG_MS }: { readonly suite?: Suite; readonly hangMs?: number } = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Replayed> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-repro-"));
  try {
    return await replayWith(await workerBundle(suite, folder), one, hangMs, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** As `replay`, one after the other, with one bundle for all. */
export const replayAll = async <T extends Case>(
  cases: readonly T[],
  each: (one: T, replayed: Replayed) => void,
  { suite = ownSuite(), hangMs = HANG_MS }: { readonly suite?: Suite; readonly hangMs?: number } = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-repro-"));
  try {
    const workers = await workerBundle(suite, folder);
    for (const one of cases) {
      if (signal.aborted) break;
      each(one, await replayWith(workers, one, hangMs, signal));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** As `replay`, with workers that are made already. */
export const replayWith = async (
  workers: WorkerBundle,
  { target, input, expected }: Case,
  hangMs: number,
  signal: AbortSignal,
): Promise<Replayed> => {
  let failure: Failure | null = null;
  const watcher = {
    progress: () => {},
    failure: (one: Failure) => {
      failure = one;
    },
  };
  const job = { engine: "replay", target, input, expected, hangMs } as const;
  const { outcomes } = await runInChild(workers, targetOf(target)?.module ?? "", job, watcher, signal);
  return { outcome: Object.keys(outcomes)[0] ?? null, failure };
};

const targetAbove = (file: string): string | null => {
  const folders = dirname(file).split(/[\\/]/);
  return targets.find(({ name }) => folders.includes(name))?.name ?? null;
};
