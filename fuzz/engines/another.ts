import type { ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Failure, failureFrom } from "../campaign/failure.js";
import type { Target } from "../targets/target.js";
import { runInChild, type WorkerBundle } from "./child.js";
import type { Watcher } from "./job.js";

/** What the adapters of other fuzzers have in common: those run on their own, and leave inputs in a folder. */

/** Runs a failing input once more, watched: what another fuzzer leaves of a failure is the input alone. */
export const explained = async (
  engine: string,
  target: Pick<Target, "name" | "module">,
  input: Uint8Array,
  workers: WorkerBundle,
  { seed, hangMs }: { readonly seed: number; readonly hangMs: number },
  signal: AbortSignal,
): Promise<Failure[]> => {
  const origin = { engine, seed };
  const failures: Failure[] = [];
  const job = { engine: "replay", target: target.name, input, expected: null, hangMs } as const;
  const listener: Watcher = { progress: () => {}, failure: (failure) => failures.push(failure) };
  await runInChild(workers, target.module, job, listener, signal);
  if (failures.length === 0 && !signal.aborted) {
    const lost = new Error(`${engine} crashed on it, but it passes when it is run alone`);
    failures.push(failureFrom(lost, { target: target.name, input, expected: null, origin }));
  }
  return failures.map((failure) => ({ ...failure, origin }));
};

/** The files in a folder that are called so, and are there no more. */
export const takeInputs = (folder: string, called: RegExp): Uint8Array[] =>
  readdirSync(folder)
    .filter((name) => called.test(name))
    .map((name) => {
      const input = Uint8Array.from(readFileSync(join(folder, name)));
      rmSync(join(folder, name));
      return input;
    });

/** The working corpus: what earlier runs kept, and the seeds. */
export const fill = (corpus: string, seeds: string): void => {
  mkdirSync(corpus, { recursive: true });
  if (!existsSync(seeds)) return;
  for (const name of readdirSync(seeds)) copyFileSync(join(seeds, name), join(corpus, name));
};

export const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
};

/** The last line that is no `noise`, for the reason why it ended. */
export const lastWords = (said: string, noise: RegExp): string => {
  const line = said
    .trim()
    .split("\n")
    .filter((one) => !noise.test(one))
    .at(-1);
  return line === undefined || line === "" ? "" : ` (it last said: ${line.slice(0, 200)})`;
};
