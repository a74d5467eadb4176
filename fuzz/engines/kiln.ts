import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { endedBy } from "../campaign/failure.js";
import { instrumentedBuild } from "../engine/instrument/instrument.js";
import { nameOf } from "../engine/store.js";
import type { EngineStats, InstrumentedBuild } from "../engine/types.js";
import type { Target } from "../targets/target.js";
import { type Bundle, bundle, ownFile, type Suite } from "./bundle.js";
import { runInChild, type WorkerBundle, watchdogBundle } from "./child.js";
import { type Downfall, type JobResult, type KilnJob, type Watcher, WorkerDied } from "./job.js";
import { batchOf } from "./monitor.js";

/** What Kiln's own engine runs: its loop, and the targets in two instrumented builds. */
export interface KilnBundle {
  readonly loop: WorkerBundle;
  readonly targets: Bundle;
  readonly build: InstrumentedBuild;
}

/**
 * Makes all of it in `folder`. Where the suite does not say which modules' edges count, those under `src/` do, and of a
 * suite from elsewhere all but its own files and packages.
 */
export const kilnBundle = async (suite: Suite, folder: string): Promise<KilnBundle> => {
  const watchdog = await watchdogBundle(folder);
  const loop = await bundle(
    [`import { serveKiln } from ${JSON.stringify(ownFile("./kiln-worker.js", import.meta.url))};`, "serveKiln();"].join(
      "\n",
    ),
    join(folder, "kiln-loop.cjs"),
  );
  const targets = await bundle(
    [
      `export { targets } from ${JSON.stringify(suite.targets)};`,
      `export { arbitrariesOf } from ${JSON.stringify(suite.arbitraries)};`,
    ].join("\n"),
    join(folder, "kiln-targets.cjs"),
    suite.edits,
  );
  const build = await instrumentedBuild(targets, suite.isUnderTest ?? ownOrAnothers(suite));
  // What coverage is measured of is known of the targets, not of the loop.
  return { loop: { watchdog, engine: { ...loop, builtOf: targets.builtOf } }, targets, build };
};

const ownOrAnothers =
  ({ targets, arbitraries }: Suite) =>
  (module: string): boolean =>
    module.startsWith("src/") ||
    !(
      /(^|\/)(fuzz|node_modules)\//.test(module) ||
      module === "<stdin>" ||
      [targets, arbitraries].some((file) => file.endsWith(module.replace(/^(\.\.\/)+/, "/")))
    );

export interface KilnOptions {
  readonly seed: number;
  readonly timeMs: number;
  readonly hangMs: number;
  /** Inputs to start from: a folder of files. */
  readonly seeds: string;
  /** What it found worth keeping, from run to run, under `queue`. Several runs may share it, at the same time, too. */
  readonly corpus: string;
  /** Ends sooner: after so much CPU time, so many executions, or so long without anything new. */
  readonly cpuMs?: number;
  readonly executions?: number;
  readonly plateauMs?: number;
  /** Writes down inputs that are run, for a measurement. */
  readonly record?: KilnJob["record"];
}

/**
 * Kiln's engine on one target for so long, in a process of its own. An input that brings the process down is a finding;
 * the process is started anew for the rest of the time, and does not run that input again.
 *
 * Throws EngineError when no seed reaches code under test, or when processes die for no reason that can be found.
 */
export const runKiln = async (
  target: Pick<Target, "name" | "module">,
  { loop, build }: KilnBundle,
  options: KilnOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<JobResult> => {
  mkdirSync(join(options.corpus, "queue"), { recursive: true });
  const folder = mkdtempSync(join(dirname(loop.engine.file), "kiln-"));
  const run = new Run(target, loop, build, options, folder, watcher, signal);
  try {
    return await run.toEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Deaths after which a target is left alone for this time, and deaths by mutants of one input after which it is. */
const MOST_STARTS = 24;
const MOST_OF_ONE = 3;
/** Milliseconds that are worth a new start. */
const WORTH_MS = 300;

/** What a process gave, and whether it came to its end. */
interface Ended {
  readonly result: JobResult;
  readonly isOver: boolean;
}

/** What earlier processes of the turn came to. */
interface Before {
  readonly executions: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

/** One turn on one target, over all its processes. */
class Run {
  readonly #target: Pick<Target, "name" | "module">;
  readonly #loop: WorkerBundle;
  readonly #options: KilnOptions;
  readonly #job: Pick<KilnJob, "engine" | "target" | "hangMs" | "build" | "seeds" | "queue" | "flight">;
  readonly #watcher: Watcher;
  readonly #signal: AbortSignal;
  readonly #deadly: Uint8Array[] = [];
  readonly #fallen = new Map<string, number>();
  readonly #outcomes: Record<string, number> = {};
  /** Of processes that have ended. */
  #executions = 0;
  #cpuMs = 0;
  readonly #began: number = performance.now();
  #stats: EngineStats | null = null;

  constructor(
    target: Pick<Target, "name" | "module">,
    loop: WorkerBundle,
    build: InstrumentedBuild,
    options: KilnOptions,
    folder: string,
    watcher: Watcher,
    signal: AbortSignal,
  ) {
    this.#target = target;
    this.#loop = loop;
    this.#options = options;
    this.#watcher = watcher;
    this.#signal = signal;
    this.#job = {
      engine: "kiln",
      target: target.name,
      hangMs: options.hangMs,
      build,
      seeds: filesIn(options.seeds),
      queue: join(options.corpus, "queue"),
      flight: join(folder, "flight"),
    };
  }

  async toEnd(): Promise<JobResult> {
    for (let start = 0; start < MOST_STARTS && (start === 0 || this.#isWorthIt()); start++) {
      const before = { executions: this.#executions, cpuMs: this.#cpuMs, elapsedMs: performance.now() - this.#began };
      const { result, isOver } = await this.#oneProcess(start, before);
      this.#add(result, before);
      if (result.downfall !== undefined) this.#avoid(result.downfall);
      if (isOver) break;
    }
    const { edges = 0, edgesTotal = 0 } = this.#stats ?? {};
    return {
      executions: this.#executions,
      outcomes: this.#outcomes,
      coverage: this.#stats === null ? null : { covered: edges, total: edgesTotal, unit: "edges" },
      cpuMs: this.#cpuMs,
      ...(this.#stats === null ? {} : { stats: this.#stats }),
    };
  }

  async #oneProcess(start: number, before: Before): Promise<Ended> {
    const { seed, record } = this.#options;
    const job: KilnJob = {
      ...this.#job,
      // The same seed would make the same inputs up to the same end.
      seed: (seed + start * 0x1000_0001) & 0x7fff_ffff,
      ...this.#limits(),
      deadly: this.#deadly,
      dropped: [...this.#fallen].filter(([, times]) => times >= MOST_OF_ONE).map(([name]) => name),
      ...(record === undefined ? {} : { record }),
    };
    try {
      const result = await runInChild(this.#loop, this.#target.module, job, this.#counting(before), this.#signal);
      return { result, isOver: result.downfall === undefined };
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      return await this.#explain(error, before);
    }
  }

  /** What is left of time, CPU time and executions. */
  #limits(): Pick<KilnJob, "timeMs" | "cpuMs" | "executions" | "plateauMs"> {
    const { timeMs, cpuMs, executions, plateauMs } = this.#options;
    return {
      timeMs: timeMs - (performance.now() - this.#began),
      ...(cpuMs === undefined ? {} : { cpuMs: cpuMs - this.#cpuMs }),
      ...(executions === undefined ? {} : { executions: executions - this.#executions }),
      ...(plateauMs === undefined ? {} : { plateauMs }),
    };
  }

  #isWorthIt(): boolean {
    const { timeMs, cpuMs = WORTH_MS, executions = 1 } = this.#limits();
    return !this.#signal.aborted && timeMs >= WORTH_MS && cpuMs >= WORTH_MS && executions > 0;
  }

  /** Adds what earlier processes did to what is told. */
  #counting(before: Before): Watcher {
    return {
      progress: (executions, stats) => {
        const summed = stats === undefined ? undefined : this.#sum(stats, before);
        this.#stats = summed ?? this.#stats;
        this.#watcher.progress(before.executions + executions, summed);
      },
      failure: (failure, cpuMs = 0) =>
        this.#watcher.failure({ ...failure, origin: { ...failure.origin, engine: "kiln" } }, before.cpuMs + cpuMs),
    };
  }

  #sum(stats: EngineStats, before: Before): EngineStats {
    return {
      ...stats,
      executions: before.executions + stats.executions,
      cpuMs: before.cpuMs + stats.cpuMs,
      elapsedMs: Math.round(before.elapsedMs + stats.elapsedMs),
      lastNewMs: Math.round(before.elapsedMs + stats.lastNewMs),
    };
  }

  #add({ executions, outcomes, cpuMs = 0, stats }: JobResult, before: Before): void {
    if (stats !== undefined) this.#stats = this.#sum(stats, before);
    this.#executions += executions;
    this.#cpuMs += cpuMs;
    for (const [outcome, times] of Object.entries(outcomes)) {
      this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + times;
    }
  }

  #avoid({ input, parent }: Downfall): void {
    this.#deadly.push(input);
    // As an entry, it would be mutated by the next process, too.
    rmSync(join(this.#job.queue, nameOf(input)), { force: true });
    if (parent !== null) this.#fallen.set(parent, (this.#fallen.get(parent) ?? 0) + 1);
  }

  /**
   * A process died without a word. The inputs it had before it are run one at a time: if it dies again, the one it dies
   * of is known. If not, it was killed from outside, which says nothing about the target.
   */
  async #explain(death: WorkerDied, before: Before): Promise<Ended> {
    const told = this.#stats;
    const partial: JobResult = {
      executions: Math.max(0, (told?.executions ?? 0) - before.executions),
      cpuMs: Math.max(0, (told?.cpuMs ?? 0) - before.cpuMs),
      outcomes: {},
      coverage: null,
    };
    const { inputs, parent } = batchOf(
      existsSync(this.#job.flight) ? readFileSync(this.#job.flight) : new Uint8Array(0),
    );
    if (inputs.length === 0) throw death;
    const job: KilnJob = {
      ...this.#job,
      seed: 0,
      timeMs: 60_000,
      deadly: [],
      dropped: [],
      suspects: inputs,
    };
    try {
      const silent: Watcher = { progress: () => {}, failure: () => {} };
      await runInChild(this.#loop, this.#target.module, job, silent, this.#signal);
      return { result: partial, isOver: false };
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      const [input = new Uint8Array(0)] = batchOf(readFileSync(this.#job.flight)).inputs;
      const origin = { engine: "kiln", seed: this.#options.seed, ...(parent === null ? {} : { parent }) };
      this.#watcher.failure(
        endedBy("exit", `the process ended by ${error.how}`, {
          target: this.#target.name,
          input,
          expected: null,
          origin,
        }),
        before.cpuMs + (partial.cpuMs ?? 0),
      );
      return { result: { ...partial, downfall: { input, parent } }, isOver: false };
    }
  }
}

const filesIn = (folder: string): Uint8Array[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map(({ name }) => name)
        .sort()
        .map((name) => Uint8Array.from(readFileSync(join(folder, name))))
    : [];
