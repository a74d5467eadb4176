import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { signatureOf } from "../campaign/failure.js";
import type { Target } from "../targets/target.js";
import { explained, fill, killGroup, lastWords, takeInputs } from "./another.js";
import { type Bundle, bundle, ownFile, type Suite } from "./bundle.js";
import type { WorkerBundle } from "./child.js";
import { EngineError, type JobResult, type Watcher } from "./job.js";

/** What Jazzer.js runs, and its own command. */
export interface JazzerBundle {
  readonly target: Bundle;
  readonly cli: string;
}

/**
 * Makes the bundle in `folder`. Throws EngineError, in one line, when Jazzer.js is not installed or does not load: it is
 * no dependency, and its binary wants a newer system library than many systems have. `cli` is for tests.
 */
export const jazzerBundle = async (suite: Suite, folder: string, cli: string = installed()): Promise<JazzerBundle> => {
  await loads(cli);
  const target = await bundle(
    [
      `import { targets } from ${JSON.stringify(suite.targets)};`,
      `import { told } from ${JSON.stringify(ownFile("./jazzer-target.js", import.meta.url))};`,
      "export const fuzz = told(targets);",
    ].join("\n"),
    join(folder, "jazzer-target.cjs"),
    suite.edits,
  );
  return { target, cli };
};

/** Why Jazzer.js can't be used here, in one line; null when it can. */
export const jazzerMissing = async (timeoutMs: number): Promise<string | null> => {
  try {
    await loads(installed(), timeoutMs);
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
};

export interface JazzerOptions {
  readonly seed: number;
  readonly timeMs: number;
  /** Ends after so many milliseconds of CPU time. */
  readonly cpuMs?: number;
  readonly hangMs: number;
  /** Inputs to start from. */
  readonly seeds: string;
  /** What it found worth keeping, from run to run. */
  readonly corpus: string;
}

/**
 * Jazzer.js on one target for so long, in a private folder and a process group of its own. It stops at the first failure:
 * the input is run again in a worker of ours to learn what happened, and Jazzer.js is started anew for the rest of the
 * time, told what is known. Throws EngineError when it does not run.
 */
export const runJazzer = async (
  target: Pick<Target, "name" | "module">,
  bundles: JazzerBundle,
  workers: WorkerBundle,
  options: JazzerOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<JobResult> => {
  fill(options.corpus, options.seeds);
  const folder = mkdtempSync(join(dirname(bundles.target.file), "jazzer-"));
  const { cpuMs: most = Number.POSITIVE_INFINITY } = options;
  let left = options.timeMs;
  let executions = 0;
  let cpuMs = 0;
  let edges = 0;
  let inVain = 0;
  const signatures = new Set<string>();
  const hasTime = (): boolean => left > LEAST_MS && most - cpuMs > LEAST_MS;
  try {
    for (let start = 0; !signal.aborted && (start === 0 || hasTime()) && inVain < MAX_IN_VAIN; start++) {
      const before = executions;
      const turn = await oneTurn(
        target.name,
        bundles,
        folder,
        { ...options, timeMs: left, cpuMs: most - cpuMs, seed: options.seed + start },
        (sofar) => watcher.progress(before + sofar),
        signal,
      );
      left -= turn.ranMs;
      executions += turn.executions;
      cpuMs += turn.cpuMs;
      edges = Math.max(edges, turn.edges);
      inVain++;
      const inputs = takeInputs(folder, LEFT_BEHIND);
      if (inputs.length === 0) break;
      for (const input of inputs) {
        for (const failure of await explained("jazzer", target, input, workers, options, signal)) {
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
  // It does not tell how many edges there are.
  return { executions, outcomes: {}, coverage: { covered: edges, total: edges, unit: "edges" }, cpuMs };
};

/** What libFuzzer leaves of an input that fails. */
const LEFT_BEHIND = /^(?:crash|timeout|oom)-[0-9a-f]+$/;
/** Starts in a row that end in what was found already. */
const MAX_IN_VAIN = 3;
/** Milliseconds that another start is worth. */
const LEAST_MS = 1_000;
/** Milliseconds for it to load and to instrument the bundle. */
const START_MS = 30_000;
const RSS_MB = 1024;
/** What says nothing of why it ended. */
const NOISE = /^kiln:|^#\d+|^INFO:|^\s*$/;

interface Turn {
  readonly executions: number;
  readonly edges: number;
  readonly cpuMs: number;
  /** Milliseconds from the first execution on. */
  readonly ranMs: number;
}

const oneTurn = (
  target: string,
  { target: { file }, cli }: JazzerBundle,
  folder: string,
  { seed, timeMs, cpuMs, hangMs, corpus }: JazzerOptions & { readonly cpuMs: number },
  progress: (executions: number) => void,
  signal: AbortSignal,
): Promise<Turn> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        cli,
        file,
        corpus,
        "--sync",
        "--fuzzEntryPoint=fuzz",
        "--disableBugDetectors=.*",
        // It has the last word on libFuzzer's own.
        `--timeout=${hangMs}`,
        "--",
        // libFuzzer takes 0 for one of its own choice.
        `-seed=${1 + seed}`,
        `-rss_limit_mb=${RSS_MB}`,
        `-artifact_prefix=${folder}/`,
      ],
      {
        cwd: folder,
        // Its own process group: Ctrl-C at the terminal must not reach it, and one signal ends all of it.
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, NODE_OPTIONS: "", KILN_FUZZ_TARGET: target, KILN_FUZZ_KNOWN: join(folder, "known") },
      },
    );
    const state = { executions: 0, edges: 0, cpuMs: 0 };
    let said = "";
    let problem: string | null = null;
    let firstSeen: number | null = null;
    let ending = false;
    let timer: NodeJS.Timeout | undefined;
    // What it found worth keeping is on disk at once.
    const end = (): void => {
      ending = true;
      killGroup(child);
    };
    const starting = setTimeout(() => {
      problem = "it does not come to run anything";
      end();
    }, START_MS);
    process.once("exit", end);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();

    const read = (line: string): void => {
      const [, executions, spent] = /^kiln: (\d+) executions in (\d+) ms$/.exec(line) ?? [];
      const [, started, covered] = /^#(\d+)\s+\S+\s+cov: (\d+)/.exec(line) ?? [];
      if (executions === undefined && started === undefined) return;
      if (firstSeen === null) {
        firstSeen = performance.now();
        clearTimeout(starting);
        timer = setTimeout(end, timeMs);
      }
      state.executions = Math.max(state.executions, Number(executions ?? started));
      state.edges = Math.max(state.edges, Number(covered ?? 0));
      state.cpuMs = Math.max(state.cpuMs, Number(spent ?? 0));
      progress(state.executions);
      if (state.cpuMs >= cpuMs) end();
    };
    let rest = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
      const lines = (rest + text).split("\n");
      rest = lines.pop()?.slice(-1000) ?? "";
      for (const line of lines) read(line);
    });
    child.on("error", (error) => {
      problem ??= error.message;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      clearTimeout(starting);
      killGroup(child);
      process.removeListener("exit", end);
      signal.removeEventListener("abort", end);
      // 77 for a failure, 70 and 71 for a hang and for memory: libFuzzer's.
      if (problem === null && !ending && ![70, 71, 77].includes(code ?? 0)) problem = `it ended by itself (${code})`;
      if (problem === null) resolve({ ...state, ranMs: firstSeen === null ? 0 : performance.now() - firstSeen });
      else reject(new EngineError(`Jazzer.js on ${target}: ${problem}${lastWords(said, NOISE)}`));
    });
  });

const PACKAGE = "@jazzer.js/core";

/** Its command: of an installation beside Kiln, or in the project that Kiln is run in. */
const installed = (): string => {
  for (const from of [import.meta.url, join(process.cwd(), "package.json")]) {
    try {
      const cli = join(dirname(createRequire(from).resolve(PACKAGE)), "cli.js");
      if (existsSync(cli)) return cli;
    } catch {
      // Not there.
    }
  }
  throw new EngineError(`Jazzer.js is not installed: run \`npm install ${PACKAGE}\`, or take another engine`);
};

const loads = (cli: string, timeout: number = START_MS): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, "--help"], { stdio: ["ignore", "ignore", "pipe"], timeout });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(0, 4000);
    });
    child.on("error", (cause) => reject(new EngineError(`Jazzer.js does not start: ${cause.message}`, { cause })));
    child.on("close", (code) => {
      if (code === 0) {
        resolve();
        return;
      }
      const why = /^Error: (.*)$/m.exec(said)?.[1] ?? `exit code ${code}`;
      const remedy = /GLIBC_/.test(why) ? "its binary needs a system with a newer glibc" : "see what its command says";
      reject(new EngineError(`Jazzer.js does not load here (${why}): ${remedy}; take another engine until then`));
    });
  });
