import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { runInChild, workerBundle } from "../engines/child.js";
import { EngineError } from "../engines/job.js";
import { targetOf, targets } from "../targets/index.js";
import { HANG_MS } from "./campaign.js";
import type { Failure } from "./failure.js";
import { readFinding } from "./finding.js";

/** An input to run again, and what is known of it. */
export interface Case {
  readonly input: Uint8Array;
  readonly target: string;
  readonly expected: string | null;
}

/**
 * Reads an input from a file, or from the folder of a finding. The target is what was asked for, what the finding beside
 * it says, or a folder above that is called like a target. Throws EngineError, in one line, when that cannot be.
 */
export const readCase = (path: string, asked?: string): Case => {
  const full = resolve(path);
  if (!existsSync(full)) throw new EngineError(`there is no ${path}`);
  const file = statSync(full).isDirectory() ? join(full, "input") : full;
  if (!existsSync(file))
    throw new EngineError(`${path} is a folder without an input: name the file, or the folder of a finding`);
  const found = basename(file) === "input" ? readFinding(dirname(file)) : null;
  const target = asked ?? found?.target ?? targetAbove(file);
  if (target === null) {
    throw new EngineError(`which decoder is ${path} for? Say it with --target (see kiln fuzz --list)`);
  }
  return { input: Uint8Array.from(readFileSync(file)), target, expected: found?.expected ?? null };
};

/** Runs a case in a process of its own, watched. `module` is null for Kiln's own targets. */
export const replay = async (
  { input, target, expected }: Case,
  { suite = ownSuite(), hangMs = HANG_MS }: { readonly suite?: Suite; readonly hangMs?: number } = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly outcome: string | null; readonly failure: Failure | null }> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-repro-"));
  try {
    const workers = await workerBundle(suite, folder);
    let failure: Failure | null = null;
    const watcher = {
      progress: () => {},
      failure: (one: Failure) => {
        failure = one;
      },
    };
    const job = { engine: "replay", target, input, expected, hangMs } as const;
    const module = targetOf(target)?.module ?? "";
    const { outcomes } = await runInChild(workers, module, job, watcher, signal);
    return { outcome: Object.keys(outcomes)[0] ?? null, failure };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const targetAbove = (file: string): string | null => {
  const folders = dirname(file).split(/[\\/]/);
  return targets.find(({ name }) => folders.includes(name))?.name ?? null;
};
