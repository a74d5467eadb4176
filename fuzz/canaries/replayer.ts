import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endedBy } from "../campaign/failure.js";
import { instrumentedBuild } from "../engine/instrument/instrument.js";
import type { EdgeTable } from "../engine/types.js";
import { bundle, ownFile, type Suite } from "../engines/bundle.js";
import { EngineError } from "../engines/job.js";
import type { ReplayOrder, ReplayStart } from "./replay-process.js";
import type { ReplayAnswer } from "./replay-worker.js";

/** Megabytes of heap that one input may make a replay take. */
const HEAP_MB = 256;

export interface ReplayerOptions {
  /** With steps and memory counted, so that what an input does not account for is a failure; takes longer to make. */
  readonly instrumented: boolean;
  /** Milliseconds after which an input counts as hung. */
  readonly hangMs: number;
}

/**
 * Runs inputs of a suite one by one in a process that is kept: a replay costs a message instead of a start. An input that
 * ends the process, or that it has to be ended for, costs one.
 */
export class Replayer {
  readonly #process: string;
  readonly #start: ReplayStart;
  readonly #hangMs: number;
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(process: string, start: ReplayStart, hangMs: number) {
    this.#process = process;
    this.#start = start;
    this.#hangMs = hangMs;
  }

  /** Bundles the suite to `folder`. */
  static async of(suite: Suite, folder: string, { instrumented, hangMs }: ReplayerOptions): Promise<Replayer> {
    const entry = `import ${JSON.stringify(ownFile("./replay-process.js", import.meta.url))};`;
    const [{ file: process }, plain] = await Promise.all([
      bundle(entry, join(folder, "replay-process.cjs")),
      bundle(
        [
          `export { targets } from ${JSON.stringify(suite.targets)};`,
          `export { replaying } from ${JSON.stringify(ownFile("./replay-worker.js", import.meta.url))};`,
        ].join("\n"),
        join(folder, "replay.cjs"),
        suite.edits,
      ),
    ]);
    if (!instrumented) return new Replayer(process, { file: plain.file, edges: 0 }, hangMs);
    const { counters, edges } = await instrumentedBuild(plain, (module) => module.startsWith("src/"));
    const { count } = JSON.parse(readFileSync(edges, "utf8")) as EdgeTable;
    return new Replayer(process, { file: counters, edges: count }, hangMs);
  }

  /** What the target makes of the input: the failure, or null when there is none. One at a time, in the order of the calls. */
  run(target: string, input: Uint8Array, expected: string | null = null): Promise<ReplayAnswer> {
    const next = this.#last.then(() => this.#run({ target, input, expected }));
    this.#last = next.catch(() => {});
    return next;
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #run(order: ReplayOrder): Promise<ReplayAnswer> {
    const circumstances = { ...order, origin: { engine: "replay", seed: 0 } };
    const child = this.#started();
    return new Promise((resolve, reject) => {
      const finish = (answer: ReplayAnswer): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(answer);
      };
      const timer = setTimeout(() => {
        this.close();
        finish(endedBy("hang", `it ran for more than ${this.#hangMs} ms`, circumstances));
      }, this.#hangMs);
      child.once("message", finish);
      child.once("error", (error) => reject(new EngineError(`an input could not be run again: ${error.message}`)));
      child.once("close", (code, signal) => {
        this.#child = null;
        finish(endedBy("memory", `it ended its process (${signal ?? code})`, circumstances));
      });
      child.send(order);
    });
  }

  #started(): ChildProcess {
    if (this.#child !== null) return this.#child;
    this.#child = fork(this.#process, [], {
      execArgv: ["--enable-source-maps", `--max-old-space-size=${HEAP_MB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.send(this.#start);
    return this.#child;
  }
}
