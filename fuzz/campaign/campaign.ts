import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { FuzzEnd, FuzzEngine, FuzzRow, FuzzStatus } from "../../src/results/fuzz.js";
import { type Provenance, provenance } from "../../src/results/provenance.js";
import { ownSuite, type Suite } from "../engines/bundle.js";
import { EngineError, type Watcher } from "../engines/job.js";
import type { Target } from "../targets/target.js";
import { Board } from "./board.js";
import { FindingStore, type Sighting } from "./finding.js";
import { minimiseFinding } from "./minimise-finding.js";
import { HANG_MS } from "./replay.js";
import { type Prepared, prepare } from "./runner.js";
import { Schedule, type Turn } from "./schedule.js";
import { seedsRoot } from "./seed-files.js";

export { seedsOf, seedsRoot } from "./seed-files.js";

export interface CampaignOptions {
  readonly targets: readonly Pick<Target, "name" | "module" | "faults">[];
  readonly engine: FuzzEngine;
  /** Milliseconds for each target, in one piece. Without it turns go to those that still find something. */
  readonly timeMs?: number;
  /** Milliseconds of the wall clock for all targets. */
  readonly budgetMs?: number;
  /** Ends when no target found anything new for so many milliseconds. */
  readonly plateauMs?: number;
  /** Lets every target have a first turn, though it may go beyond the budget. */
  readonly everyTarget?: boolean;
  /** For a sweep instead of a time: so many random inputs, and so many near-valid ones. */
  readonly inputs: number;
  readonly seed: number;
  /** Where findings and the working corpus go. */
  readonly corpus: string;
  readonly hangMs?: number;
  /** Workers at a time; one for each core without it. */
  readonly jobs?: number;
  /** What is under test; Kiln's own codec without it. */
  readonly suite?: Suite;
  /** Seeds by target; those that come with Kiln without it. */
  readonly seeds?: string;
  /** Told in the status; that of this process without it. */
  readonly provenance?: Provenance;
}

/** Told while a campaign runs. */
export interface CampaignListener {
  /** Once for each finding, when it is first seen; its folder may come to hold a smaller input later. */
  found?(sighting: Sighting): void;
  /** Every half second, and once at the end. */
  status?(status: FuzzStatus): void;
  /** A target has had its last turn; where turns are weighted, all of them tell so at the end. */
  finished?(row: FuzzRow): void;
}

/**
 * Fuzzes the targets, several at a time, until time, budget or plateau end it, and gives a row for each that was begun;
 * one that could not be fuzzed says why. When the signal aborts, what was gathered so far is the result.
 */
export const runCampaign = async (
  asked: CampaignOptions,
  listener: CampaignListener,
  signal: AbortSignal,
): Promise<FuzzRow[]> => {
  const options = { ...asked, corpus: resolve(asked.corpus) };
  const folder = join(options.corpus, "work", `run-${process.pid}-${++runs}`);
  mkdirSync(folder, { recursive: true });
  try {
    const prepared = await prepare(options.engine, options.suite ?? ownSuite(), folder, {
      inputs: options.inputs,
      corpus: options.corpus,
      seeds: options.seeds ?? seedsRoot(),
      hangMs: options.hangMs ?? HANG_MS,
    });
    return await new Running(options, prepared, listener, signal).toEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

let runs = 0;

const BEAT_MS = 500;
/** For minimising, when the time is over. */
const GRACE_MS = 20_000;

/** One campaign under way. */
class Running {
  readonly #options: CampaignOptions;
  readonly #prepared: Prepared;
  readonly #listener: CampaignListener;
  readonly #lanes: number;
  readonly #schedule: Schedule;
  readonly #board: Board;
  readonly #store: FindingStore;
  /** Folders of findings that are still as an engine made them. */
  readonly #large: string[] = [];
  readonly #began: number = performance.now();
  /** Aborts what still runs when plateau or budget are reached. */
  readonly #over: AbortController = new AbortController();
  #endedAt: number | null = null;
  readonly #signal: AbortSignal;
  /** The user's alone. */
  readonly #interrupted: AbortSignal;
  /** Each target has its time without a break. */
  readonly #inOnePiece: boolean;

  constructor(options: CampaignOptions, prepared: Prepared, listener: CampaignListener, signal: AbortSignal) {
    const { targets, engine, seed, corpus, timeMs, budgetMs, plateauMs, everyTarget, jobs } = options;
    this.#options = options;
    this.#prepared = prepared;
    this.#listener = listener;
    this.#lanes = jobs ?? availableParallelism();
    const ownTime = timeMs ?? (engine === "sweep" || (budgetMs ?? plateauMs) === undefined ? DEFAULT_TIME_MS : null);
    this.#inOnePiece = ownTime !== null;
    this.#schedule = new Schedule(
      targets.map(({ name }) => name),
      // Two sweeps or two rounds of properties on one target are one that is longer.
      engine !== "kiln" ? Math.min(this.#lanes, targets.length) : this.#lanes,
      {
        timeMs: ownTime,
        budgetMs: budgetMs ?? null,
        plateauMs: plateauMs ?? null,
        everyTarget: everyTarget === true,
      },
    );
    this.#board = new Board({
      targets,
      engine,
      seed,
      budgetMs: budgetMs ?? null,
      provenance: options.provenance ?? provenance({ seed }),
    });
    this.#store = new FindingStore(join(corpus, "findings"));
    this.#interrupted = signal;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
  }

  async toEnd(): Promise<FuzzRow[]> {
    const beat = setInterval(() => {
      const ended = this.#schedule.ended(this.#now);
      if (ended === "budget" || ended === "plateau") this.#end();
      this.#tell();
    }, BEAT_MS);
    try {
      this.#tell();
      await Promise.all(Array.from({ length: this.#lanes }, () => this.#lane()));
    } finally {
      clearInterval(beat);
      // Where one lane failed, the others end as well.
      this.#end();
    }
    this.#board.end();
    this.#tell(this.#interrupted.aborted ? "signal" : (this.#schedule.ended(this.#now) ?? "budget"));
    const rows = this.#options.targets.flatMap(({ name }) => this.#board.row(name) ?? []);
    if (!this.#inOnePiece) for (const row of rows) this.#listener.finished?.(row);
    return rows;
  }

  #end(): void {
    this.#endedAt ??= this.#now;
    this.#over.abort();
  }

  async #lane(): Promise<void> {
    for (let turn = this.#next(); turn !== null; turn = this.#next()) {
      await this.#turn(turn);
      await this.#minimise();
    }
  }

  #next(): Turn | null {
    return this.#signal.aborted ? null : this.#schedule.take(this.#now);
  }

  async #turn(turn: Turn): Promise<void> {
    const target = this.#options.targets.find(({ name }) => name === turn.target);
    if (target === undefined) return;
    const began = this.#now;
    const { name, module } = target;
    const gained = { features: 0, findings: 0 };
    this.#board.began(name, turn.number, began);
    const watcher: Watcher = {
      progress: (executions, stats) => {
        const features = this.#board.progress(name, turn.number, executions, stats, this.#now);
        if (features > 0) this.#schedule.news(this.#now);
        gained.features += features;
      },
      failure: (failure) => {
        const sighting = this.#store.add(failure, module);
        const { finding, folder, known, regression } = sighting;
        if (!this.#board.found(name, finding.signature)) return;
        if (!known || regression) {
          this.#schedule.news(this.#now);
          gained.findings++;
        }
        if (finding.minimized === null) this.#large.push(folder);
        this.#listener.found?.(sighting);
      },
    };
    const options = { timeMs: turn.ms, seed: (this.#options.seed + turn.number) & 0x7fffffff };
    try {
      const result = await this.#prepared.run(target, options, watcher, this.#signal);
      const { coverage, executions } = result;
      this.#board.done(name, turn.number, result, this.#now);
      const isIdle = coverage !== null && coverage.covered === 0 && !this.#board.hasFindings(name);
      if (isIdle && !this.#signal.aborted) {
        throw new EngineError(
          executions > 0 ? "coverage stays 0: its inputs reach no code under test" : "nothing was run",
        );
      }
      const ranMs = this.#now - began;
      this.#schedule.done(turn, { ranMs, cpuMs: result.cpuMs ?? ranMs, ...gained });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#board.failed(name, turn.number, error.message, this.#schedule.failed(turn));
    }
    const row = this.#board.row(name);
    if (this.#inOnePiece && !this.#board.isRunning(name) && row !== null) this.#listener.finished?.(row);
  }

  /** What was found anew is made small at once, each for some seconds at most; what came last, within a grace. */
  async #minimise(): Promise<void> {
    const { suite, hangMs } = this.#options;
    const options = {
      workers: this.#prepared.workers,
      ...(suite === undefined ? {} : { suite }),
      ...(hangMs === undefined ? {} : { hangMs }),
    };
    for (let folder = this.#large.shift(); folder !== undefined; folder = this.#large.shift()) {
      const isLate = this.#endedAt !== null && this.#now - this.#endedAt > GRACE_MS;
      if (isLate || this.#interrupted.aborted) return;
      try {
        await minimiseFinding(folder, options, this.#interrupted);
      } catch (error) {
        // It does not fail when it is run alone, or not in the same way: it stays as it was found.
        if (!(error instanceof EngineError)) throw error;
      }
    }
  }

  #tell(endedBy: FuzzEnd | null = null): void {
    this.#listener.status?.(this.#board.status(this.#now, endedBy));
  }

  get #now(): number {
    return performance.now() - this.#began;
  }
}

const DEFAULT_TIME_MS = 30_000;
