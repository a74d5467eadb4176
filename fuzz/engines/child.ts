import { fork } from "node:child_process";
import { join } from "node:path";
import { type Bundle, bundle, ownFile, type Suite } from "./bundle.js";
import { EngineError, type Job, type JobResult, type Watcher, WorkerDied } from "./job.js";
import type { Order, Report } from "./order.js";

/** What worker processes run: the watchdog, and the engine with the targets of a campaign. */
export interface WorkerBundle {
  readonly watchdog: string;
  readonly engine: Bundle;
}

/** Makes both in `folder`. */
export const workerBundle = async (suite: Suite, folder: string): Promise<WorkerBundle> => {
  const watchdog = await watchdogBundle(folder);
  const engine = await bundle(
    [
      `import { targets } from ${JSON.stringify(suite.targets)};`,
      `import { arbitrariesOf } from ${JSON.stringify(suite.arbitraries)};`,
      `import { serve } from ${JSON.stringify(ownFile("./worker.js", import.meta.url))};`,
      "serve(targets, arbitrariesOf);",
    ].join("\n"),
    join(folder, "worker.cjs"),
    suite.edits,
  );
  return { watchdog, engine };
};

export const watchdogBundle = async (folder: string): Promise<string> => {
  const watchdog = join(folder, "watchdog.cjs");
  await bundle(`import ${JSON.stringify(ownFile("./watchdog.js", import.meta.url))};`, watchdog);
  return watchdog;
};

/**
 * Node 20's V8 optimises a function as soon as some of it has run, before it has seen what comes: a worker's first seconds
 * went into code that was thrown away. It waits four times as long here; V8 of later versions waits by itself.
 */
const tiering = process.versions.v8.startsWith("11.") ? ["--interrupt-budget=270000"] : [];

/** Milliseconds beyond its own time that a worker may take to start and to end. */
const GRACE_MS = 20_000;

/**
 * Runs one job in a process of its own, bounded in time and memory. `module` is what coverage is measured of. When the
 * signal aborts, the engine is asked to end and what it has so far is the result.
 */
export const runInChild = (
  { watchdog, engine }: WorkerBundle,
  module: string,
  job: Job,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<JobResult> =>
  new Promise((resolve, reject) => {
    const child = fork(watchdog, [], {
      // V8's helper threads would take their time from the worker on the next core: two workers do more without them.
      execArgv: ["--enable-source-maps", "--single-threaded", ...tiering, "--max-old-space-size=1024"],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Its own process group: Ctrl-C at the terminal is ours to pass on.
      detached: true,
    });
    let result: JobResult | null = null;
    let problem: string | null = null;
    let noise = "";
    let executions = 0;

    const kill = (): void => {
      child.kill("SIGKILL");
    };
    const isTimed = job.engine === "properties" || job.engine === "kiln";
    const overdue = isTimed ? setTimeout(kill, job.timeMs + job.hangMs + GRACE_MS) : undefined;
    let impatience: NodeJS.Timeout | undefined;
    const stop = (): void => {
      if (child.connected) child.send("stop" satisfies Order);
      impatience = setTimeout(kill, 3_000);
    };
    process.once("exit", kill);
    signal.addEventListener("abort", stop, { once: true });

    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      noise = (noise + text).slice(-4000);
    });
    child.on("message", (report: Report) => {
      if (report.type === "progress") {
        executions = report.executions;
        watcher.progress(executions, report.stats);
      } else if (report.type === "failure") watcher.failure(report.failure, report.cpuMs);
      else if (report.type === "done") result = report.result;
      else problem = report.message;
    });
    child.on("error", (error) => {
      problem ??= error.message;
    });
    child.on("close", (code, killedBy) => {
      clearTimeout(overdue);
      clearTimeout(impatience);
      process.removeListener("exit", kill);
      signal.removeEventListener("abort", stop);
      if (result !== null) resolve(result);
      else if (signal.aborted) resolve({ executions, outcomes: {}, coverage: null });
      else if (problem !== null) reject(new EngineError(`the worker for ${job.target} ended early (${problem})`));
      else {
        const how = killedBy ?? `exit code ${code}`;
        reject(new WorkerDied(job.target, how, killedBy ?? lastLine(noise) ?? how));
      }
    });
    const { file, sections, builtOf } = engine;
    child.send({ job, bundle: file, sections, builtOf: [...builtOf(module)] } satisfies Order);
    if (signal.aborted) stop();
  });

const lastLine = (text: string): string | null => text.trim().split("\n").at(-1) || null;
