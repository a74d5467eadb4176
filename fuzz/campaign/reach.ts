import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instrumentedBuild } from "../engine/instrument/instrument.js";
import type { EdgeTable } from "../engine/types.js";
import { type Bundle, bundle, ownFile, ownSuite, type Suite } from "../engines/bundle.js";
import type { FunctionCoverage } from "../engines/coverage.js";
import { EngineError } from "../engines/job.js";
import { isModule } from "../engines/sections.js";
import type { Target } from "../targets/target.js";
import type { Ran, ReachAnswer, ReachOrder, ReachStart } from "./reach-process.js";

export interface ReachOptions {
  /** Counts blocks by V8, too: see `blocks`. */
  readonly countBlocks?: boolean;
  readonly suite?: Pick<Suite, "targets">;
  /** Milliseconds after which one input counts as hung. */
  readonly hangMs?: number;
}

/**
 * Runs inputs in a process of its own and says what each of them reached, by the counters of Kiln's engine. An input that
 * hangs or ends the process is said to fail; the others are not touched by it.
 */
export class Reach {
  readonly table: EdgeTable;
  /** The file that runs, with its map beside it. */
  readonly file: string;
  /** Processes that were lost; blocks that they ran are. */
  lost = 0;
  readonly #folder: string;
  readonly #process: string;
  readonly #builtOf: Bundle["builtOf"];
  readonly #start: ReachStart;
  readonly #hangMs: number;
  readonly #pending: { readonly order: ReachOrder; readonly settle: (answer: ReachAnswer) => void }[] = [];
  #child: ChildProcess | null = null;
  #watchdog: NodeJS.Timeout | undefined;

  private constructor(
    folder: string,
    process: string,
    targets: Bundle,
    build: string,
    table: EdgeTable,
    options: ReachOptions,
  ) {
    this.table = table;
    this.file = build;
    this.#folder = folder;
    this.#process = process;
    this.#builtOf = targets.builtOf;
    this.#start = { build, edges: table.count, blocks: options.countBlocks === true };
    this.#hangMs = options.hangMs ?? 10_000;
  }

  /** Builds what it takes, in a folder of its own; `close` removes it. Throws EngineError when that cannot be. */
  static async open(options: ReachOptions = {}): Promise<Reach> {
    const suite = options.suite ?? ownSuite();
    const folder = mkdtempSync(join(tmpdir(), "kiln-reach-"));
    try {
      const file = join(folder, "reach.cjs");
      const entry = `import { serveReach } from ${JSON.stringify(ownFile("./reach-process.js", import.meta.url))};`;
      await bundle(`${entry}\nserveReach();`, file);
      const exported = `export { targets } from ${JSON.stringify(suite.targets)};`;
      const targets = await bundle(exported, join(folder, "targets.cjs"));
      const { counters, edges } = await instrumentedBuild(targets, (module) => /(?:^|\/)src\//.test(module));
      const table = JSON.parse(readFileSync(edges, "utf8")) as EdgeTable;
      return new Reach(folder, file, targets, counters, table, options);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Edges of the modules that a target is built of. */
  edgesOf({ module }: Pick<Target, "module">): number {
    return this.#rangesOf(module).reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** The modules under test that a target is built of. */
  modulesOf({ module }: Pick<Target, "module">): string[] {
    return this.#rangesOf(module).map((one) => one.module);
  }

  /** What each input did, in their order. Those behind the one at which `signal` aborts are left out. */
  async run(
    target: Pick<Target, "name" | "module">,
    inputs: readonly Uint8Array[],
    signal?: AbortSignal,
  ): Promise<Ran[]> {
    const ranges = this.#rangesOf(target.module);
    const ran: Ran[] = [];
    for (let at = 0; at < inputs.length && signal?.aborted !== true; at += AT_ONCE) {
      const orders = inputs.slice(at, at + AT_ONCE).map((input) => ({ target: target.name, ranges, input }));
      ran.push(...((await Promise.all(orders.map((order) => this.#ask(order)))) as Ran[]));
    }
    return ran;
  }

  /** The blocks that ran since this was last asked, by functions. */
  async blocks(): Promise<readonly FunctionCoverage[]> {
    return (await this.#ask("blocks")) as readonly FunctionCoverage[];
  }

  close(): void {
    clearTimeout(this.#watchdog);
    process.removeListener("exit", this.#kill);
    this.#child?.removeAllListeners();
    this.#kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #rangesOf(module: string): EdgeTable["modules"] {
    const own = this.#builtOf(module);
    return this.table.modules.filter((one) => own.has(one.module) || isModule(module, one.module));
  }

  #ask(order: ReachOrder): Promise<ReachAnswer> {
    return new Promise((settle) => {
      this.#pending.push({ order, settle });
      if (this.#pending.length === 1) this.#watch();
      this.#running().send(order);
    });
  }

  #running(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = fork(this.#process, [], {
      execArgv: ["--max-old-space-size=1024"],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Its own process group: Ctrl-C at the terminal is ours to act on.
      detached: true,
    });
    let noise = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      noise = (noise + text).slice(-2000);
    });
    child.on("message", (answer: ReachAnswer) => {
      this.#pending.shift()?.settle(answer);
      this.#watch();
    });
    child.on("error", () => {});
    child.on("close", (code, signal) => this.#ended(signal ?? `exit code ${code}`, noise));
    process.once("exit", this.#kill);
    this.#child = child;
    child.send(this.#start);
    return child;
  }

  /** The first of those that wait did it; the others are run anew. */
  #ended(how: string, noise: string): void {
    process.removeListener("exit", this.#kill);
    this.#child = null;
    this.lost++;
    const [culprit, ...others] = this.#pending.splice(0);
    if (culprit === undefined) return;
    if (culprit.order === "blocks") throw new EngineError(`the inputs could not be run: ${noise.trim() || how}`);
    const failed = `the process ended by ${how}`;
    culprit.settle({ outcome: null, failed, features: new Uint32Array(0), steps: 0 });
    this.#pending.push(...others);
    for (const { order } of others) this.#running().send(order);
    this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#pending.length > 0) this.#watchdog = setTimeout(this.#kill, this.#hangMs);
  }

  readonly #kill = (): void => {
    this.#child?.kill("SIGKILL");
  };
}

/** Inputs on their way to the process. */
const AT_ONCE = 64;
