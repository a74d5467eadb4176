import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { signatureOf } from "../campaign/failure.js";
import type { Target } from "../targets/target.js";
import { explained, fill, killGroup, lastWords, takeInputs } from "./another.js";
import { type Bundle, bundle, ownFile, type Suite, saveSections } from "./bundle.js";
import type { WorkerBundle } from "./child.js";
import { EngineError, type JobResult, type Watcher } from "./job.js";

/** What jsfuzz runs: its own bundle with the targets, and what is loaded into its manager. */
export interface JsfuzzBundle {
  readonly target: Bundle;
  readonly sections: string;
  readonly manager: string;
}

/** Makes both in `folder`. Throws EngineError when jsfuzz is not installed. */
export const jsfuzzBundle = (suite: Suite, folder: string): Promise<JsfuzzBundle> =>
  bundlesOf("assisted", `import { targets as exported } from ${JSON.stringify(suite.targets)};`, suite, folder);

/**
 * The same for jsfuzz as it comes: one target with what it imports, and jsfuzz's own idea of coverage. A yardstick for
 * measurements: behind its first crash it finds that again and again. Throws EngineError when jsfuzz is not installed.
 */
export const jsfuzzAlone = async (
  { name }: Pick<Target, "name">,
  suite: Suite,
  folder: string,
): Promise<JsfuzzBundle> =>
  bundlesOf(
    "alone",
    `import * as exported from ${JSON.stringify(await moduleOf(name, suite.targets))};`,
    suite,
    folder,
  );

const bundlesOf = async (
  how: "assisted" | "alone",
  imports: string,
  suite: Suite,
  folder: string,
): Promise<JsfuzzBundle> => {
  cli();
  const manager = join(folder, "jsfuzz-manager.cjs");
  await bundle(`import ${JSON.stringify(ownFile("./jsfuzz-manager.js", import.meta.url))};`, manager);
  const entry = [
    imports,
    `import { ${how} } from ${JSON.stringify(ownFile("./jsfuzz-target.js", import.meta.url))};`,
    `export const fuzz = ${how}(Object.values(exported).flat());`,
  ].join("\n");
  const target = await bundle(entry, join(folder, `jsfuzz-${how}.cjs`), suite.edits);
  return { target, sections: saveSections(target), manager };
};

/** The module beside `targets` that has the target, or `targets` itself: jsfuzz walks over all that it loads, each time. */
const moduleOf = async (name: string, targets: string): Promise<string> => {
  const folder = dirname(targets);
  for (const imported of readFileSync(targets, "utf8").matchAll(/from "\.\/([\w-]+)\.js"/g)) {
    const file = join(folder, `${imported[1]}${extname(targets)}`);
    const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>).flat();
    if (exported.some((one) => (one as Partial<Target> | null)?.name === name)) return file;
  }
  return targets;
};

export interface JsfuzzOptions {
  readonly seed: number;
  readonly timeMs: number;
  /** Ends after so many milliseconds of CPU time, those of the manager and of the worker together. */
  readonly cpuMs?: number;
  readonly hangMs: number;
  /** Inputs to start from. */
  readonly seeds: string;
  /** What it found worth keeping, from run to run. */
  readonly corpus: string;
}

/**
 * jsfuzz on one target for so long, in a private folder and a process group of its own. It stops at the first crash:
 * the input is run again in a worker of ours to learn what happened, and jsfuzz is started anew for the rest of the time,
 * told what is known.
 *
 * Throws EngineError when it does not run, or when its inputs reach no code under test.
 */
export const runJsfuzz = async (
  target: Pick<Target, "name" | "module">,
  bundles: JsfuzzBundle,
  workers: WorkerBundle,
  options: JsfuzzOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<JobResult> => {
  fill(options.corpus, options.seeds);
  const folder = mkdtempSync(join(dirname(bundles.target.file), "jsfuzz-"));
  let left = options.timeMs;
  let executions = 0;
  let cpuMs = 0;
  let covered = 0;
  let points = 0;
  let inVain = 0;
  const signatures = new Set<string>();
  const hasTime = (): boolean => left > LEAST_MS && (options.cpuMs ?? Number.POSITIVE_INFINITY) - cpuMs > LEAST_MS;
  try {
    for (let start = 0; !signal.aborted && (start === 0 || hasTime()) && inVain < MAX_IN_VAIN; start++) {
      const before = executions;
      const turn = await oneTurn(
        target,
        bundles,
        folder,
        {
          ...options,
          timeMs: left,
          seed: options.seed + start,
          ...(options.cpuMs === undefined ? {} : { cpuMs: options.cpuMs - cpuMs }),
        },
        (sofar) => {
          watcher.progress(before + sofar);
        },
        signal,
      );
      left -= turn.ranMs;
      executions += turn.executions;
      cpuMs += turn.cpuMs;
      covered = Math.max(covered, turn.covered);
      points = turn.points;
      if (!turn.crashed) break;
      inVain++;
      for (const input of takeInputs(folder, CRASH)) {
        for (const failure of await explained("jsfuzz", target, input, workers, options, signal)) {
          watcher.failure(failure, cpuMs);
          const signature = signatureOf(failure);
          if (!signatures.has(signature)) inVain = 0;
          signatures.add(signature);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { executions, outcomes: {}, coverage: { covered, total: points, unit: "points" }, cpuMs };
};

const CRASH = /^crash-[0-9a-f]+$/;
/** Starts in a row that end in what was found already: a hang and a death are not known to what comes after them. */
const MAX_IN_VAIN = 3;
/** Milliseconds that another start is worth. */
const LEAST_MS = 1_000;
/** Milliseconds with executions and without coverage after which there is no point in going on. */
const PATIENCE_MS = 2_500;
/** Milliseconds for jsfuzz to load and instrument the bundle, on a machine that has other things to do. */
const START_MS = 120_000;
const RSS_MB = 1024;
/** What says nothing of why it ended. */
const NOISE = /^#\d+ PULSE|^kiln:/;

interface Turn {
  readonly executions: number;
  readonly covered: number;
  readonly points: number;
  readonly crashed: boolean;
  /** CPU milliseconds of manager and worker, from the first execution on. */
  readonly cpuMs: number;
  /** Milliseconds from the first execution on. */
  readonly ranMs: number;
}

const oneTurn = (
  target: Pick<Target, "name" | "module">,
  { target: { file, builtOf }, sections, manager }: JsfuzzBundle,
  folder: string,
  { seed, timeMs, cpuMs = Number.POSITIVE_INFINITY, hangMs, corpus }: JsfuzzOptions,
  progress: (executions: number) => void,
  signal: AbortSignal,
): Promise<Turn> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        "--require",
        manager,
        cli(),
        join("..", basename(file)),
        corpus,
        "--versifier=false",
        `--timeout=${Math.ceil(hangMs / 1000)}`,
        `--rss-limit-mb=${RSS_MB}`,
      ],
      {
        cwd: folder,
        // Its own process group: Ctrl-C at the terminal must not reach it, and one signal ends all of it.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          KILN_FUZZ_SEED: String(seed),
          KILN_FUZZ_TARGET: target.name,
          KILN_FUZZ_SECTIONS: sections,
          KILN_FUZZ_KNOWN: join(folder, "known"),
          KILN_FUZZ_MODULES: [...builtOf(target.module)].join(","),
        },
      },
    );
    const state = { executions: 0, covered: 0, points: 0, crashed: false, cpuMs: 0 };
    const spent = { manager: 0, worker: 0 };
    let said = "";
    let problem: string | null = null;
    let firstSeen: number | null = null;
    let ending = false;

    const end = (): void => {
      if (ending) return;
      ending = true;
      child.stdin.end();
      setTimeout(() => killGroup(child), 2_000).unref();
    };
    const give = (why: string): void => {
      problem ??= why;
      end();
    };
    const kill = (): void => killGroup(child);
    // The time counts from when the bundle is instrumented and loaded.
    let timer: NodeJS.Timeout | undefined;
    const starting = setTimeout(() => state.executions === 0 && give("it does not come to run anything"), START_MS);
    process.once("exit", kill);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();

    const read = (line: string): void => {
      const [, executions, covered] = /^#(\d+) \w+ +cov: (\d+)/.exec(line) ?? [];
      if (executions !== undefined && covered !== undefined) {
        state.executions = Math.max(state.executions, Number(executions));
        state.covered = Math.max(state.covered, Number(covered));
        if (state.executions > 0) firstSeen ??= performance.now();
        progress(state.executions);
        if (firstSeen !== null && state.covered === 0 && performance.now() - firstSeen > PATIENCE_MS) {
          give("coverage stays 0: its inputs reach no code under test");
        }
      }
      const [, points] = /^kiln: (\d+) points$/.exec(line) ?? [];
      if (points !== undefined) {
        state.points = Number(points);
        timer ??= setTimeout(end, timeMs);
      }
      const [, who, cpu] = /^kiln: (manager|worker) (\d+)$/.exec(line) ?? [];
      if (who === "manager" || who === "worker") {
        spent[who] = Math.max(spent[who], Number(cpu));
        state.cpuMs = spent.manager + spent.worker;
        if (state.cpuMs >= cpuMs) end();
      }
      if (line.startsWith("crash was written to")) state.crashed = true;
    };
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-4000);
        const lines = (rest + text).split("\n");
        rest = lines.pop()?.slice(-1000) ?? "";
        for (const line of lines) read(line);
      });
    }
    // A manager that is ending does not read any more.
    child.stdin.on("error", () => {});
    child.on("error", (error) => give(error.message));
    child.on("close", () => {
      clearTimeout(timer);
      clearTimeout(starting);
      killGroup(child);
      process.removeListener("exit", kill);
      signal.removeEventListener("abort", end);
      if (problem === null && !state.crashed && state.covered === 0 && !signal.aborted) {
        problem = state.executions > 0 ? "coverage stays 0: its inputs reach no code under test" : "nothing was run";
      }
      if (problem === null && !ending && !state.crashed) problem = "it ended by itself";
      if (problem === null) resolve({ ...state, ranMs: firstSeen === null ? 0 : performance.now() - firstSeen });
      else reject(new EngineError(`jsfuzz on ${target.name}: ${problem}${lastWords(said, NOISE)}`));
    });
  });

const cli = (): string => {
  try {
    return createRequire(import.meta.url).resolve("jsfuzz/build/src/index.js");
  } catch (cause) {
    throw new EngineError("jsfuzz is not installed: run `npm ci` in a checkout of Kiln", { cause });
  }
};
