import type {
  FuzzEnd,
  FuzzEngine,
  FuzzFigures,
  FuzzRow,
  FuzzState,
  FuzzStatus,
  FuzzTargetStatus,
  Series,
} from "../../src/results/fuzz.js";
import type { Provenance } from "../../src/results/provenance.js";
import type { EngineStats } from "../engine/types.js";
import type { JobResult } from "../engines/job.js";
import type { Target } from "../targets/target.js";

/** What the board is told of a campaign before it begins. */
export interface Campaign {
  readonly targets: readonly Pick<Target, "name" | "module" | "faults">[];
  readonly engine: FuzzEngine;
  readonly seed: number;
  readonly budgetMs: number | null;
  readonly provenance: Provenance;
}

/**
 * How a campaign stands, target by target, over all their turns and workers. Figures add up where work does (executions,
 * time) and are the largest seen where workers share what they reach (edges, features, corpus).
 *
 * Knows no clock: `now` is milliseconds since the campaign began.
 */
export class Board {
  readonly #campaign: Campaign;
  readonly #targets: Map<string, Entry>;

  constructor(campaign: Campaign) {
    this.#campaign = campaign;
    this.#targets = new Map(campaign.targets.map((target) => [target.name, entryOf(target)]));
  }

  /** A worker begins a turn; `turn` names it. */
  began(target: string, turn: number, now: number): void {
    const entry = this.#entry(target);
    entry.running.set(turn, { began: now, executions: 0, stats: null });
    entry.state = "running";
  }

  /** Gives the features that no worker on this target had seen. */
  progress(target: string, turn: number, executions: number, stats: EngineStats | undefined, now: number): number {
    const entry = this.#entry(target);
    const worker = entry.running.get(turn);
    if (worker === undefined) return 0;
    worker.executions = executions;
    if (stats === undefined) return 0;
    worker.stats = stats;
    const fresh = reached(entry, stats, worker.began);
    entry.series.add(now / 1000, entry.edges ?? 0, executionsOf(entry), entry.corpus ?? 0);
    return fresh;
  }

  /** Whether the finding is new on this target in this campaign. */
  found(target: string, signature: string): boolean {
    const { findings } = this.#entry(target);
    if (findings.has(signature)) return false;
    findings.add(signature);
    return true;
  }

  /** A turn has ended. */
  done(target: string, turn: number, result: JobResult, now: number): void {
    const entry = this.#entry(target);
    const worker = entry.running.get(turn);
    entry.running.delete(turn);
    if (worker === undefined) return;
    if (result.stats !== undefined) reached(entry, result.stats, worker.began);
    const seconds = (now - worker.began) / 1000;
    entry.executions += result.executions;
    entry.seconds += seconds;
    entry.rate = seconds > 0 ? result.executions / seconds : 0;
    const cpuMs = result.cpuMs ?? result.stats?.cpuMs;
    if (cpuMs !== undefined) entry.cpuMs = (entry.cpuMs ?? 0) + cpuMs;
    for (const [outcome, count] of Object.entries(result.outcomes)) {
      entry.outcomes[outcome] = (entry.outcomes[outcome] ?? 0) + count;
    }
    if ((result.coverage?.covered ?? -1) > (entry.coverage?.covered ?? -1)) entry.coverage = result.coverage;
    if (result.stats !== undefined) {
      entry.series.add(now / 1000, entry.edges ?? 0, executionsOf(entry), entry.corpus ?? 0);
    }
    entry.state = entry.running.size > 0 ? "running" : "paused";
  }

  /** A turn came to nothing; `isLast`: there will be no more. */
  failed(target: string, turn: number, reason: string, isLast: boolean): void {
    const entry = this.#entry(target);
    entry.running.delete(turn);
    entry.state = isLast ? "failed" : "paused";
    if (isLast) entry.problem = reason;
  }

  hasFindings(target: string): boolean {
    return this.#entry(target).findings.size > 0;
  }

  isRunning(target: string): boolean {
    return this.#entry(target).running.size > 0;
  }

  /** Nothing more will come. */
  end(): void {
    for (const entry of this.#targets.values()) if (entry.state === "paused") entry.state = "ended";
  }

  status(now: number, endedBy: FuzzEnd | null, wall: Date = new Date()): FuzzStatus {
    const rows = [...this.#targets.values()].map((entry) => statusOf(entry, this.#campaign.engine, now));
    const sum = (figure: (row: FuzzTargetStatus) => number | null): number =>
      rows.reduce((total, row) => total + (figure(row) ?? 0), 0);
    const news = rows.flatMap(({ last_new_s }) => last_new_s ?? []);
    return {
      schema: "kiln.fuzz.status/1",
      provenance: this.#campaign.provenance,
      updated_at: wall.toISOString(),
      elapsed_s: rounded(now / 1000),
      budget_s: this.#campaign.budgetMs === null ? null : rounded(this.#campaign.budgetMs / 1000),
      ended_by: endedBy,
      totals: {
        executions: sum(({ executions }) => executions),
        exec_per_s: sum(({ state, exec_per_s }) => (state === "running" ? exec_per_s : 0)),
        edges: sum(({ edges }) => edges),
        corpus: sum(({ corpus }) => corpus),
        findings: sum(({ findings }) => findings),
        last_new_s: news.length === 0 ? null : Math.max(...news),
      },
      rows,
    };
  }

  /** The row of a target that had a turn; null for one that had none. */
  row(target: string): FuzzRow | null {
    const entry = this.#entry(target);
    const { name, module, faults, problem } = entry;
    const key = { target: name, module, engine: this.#campaign.engine, seed: this.#campaign.seed };
    // What it came to before it was given up counts.
    if (problem !== null && entry.executions === 0 && entry.findings.size === 0) return { ...key, failed: problem };
    if (entry.state === "waiting") return null;
    return { ...key, ...figuresOf(entry), faults };
  }

  #entry(target: string): Entry {
    const entry = this.#targets.get(target);
    if (entry === undefined) throw new RangeError(`the campaign has no target ${target}`);
    return entry;
  }
}

/** The most points that are kept of one target. */
const POINTS = 200;

/** Points in time, thinned as they come: never more than 200, evenly apart but for the last. */
export class SeriesMaker {
  #points: Point[] = [];
  /** Seconds between two points. */
  #gap = 0.5;

  add(elapsed_s: number, edges: number, executions: number, corpus: number): void {
    const point: Point = [rounded(elapsed_s), edges, executions, corpus];
    const [before, last] = [this.#points.at(-2), this.#points.at(-1)];
    const isClose = before !== undefined && elapsed_s - before[0] < this.#gap;
    if (isClose || last?.[0] === point[0]) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length <= POINTS) return;
    this.#gap *= 2;
    this.#points = this.#points.filter((_, i) => i % 2 === 0 || i === this.#points.length - 1);
  }

  /** Null when there is none. */
  get series(): Series | null {
    if (this.#points.length === 0) return null;
    return {
      elapsed_s: this.#points.map(([elapsed]) => elapsed),
      edges: this.#points.map(([, edges]) => edges),
      executions: this.#points.map(([, , executions]) => executions),
      corpus: this.#points.map(([, , , corpus]) => corpus),
    };
  }
}

type Point = readonly [elapsed: number, edges: number, executions: number, corpus: number];

interface Running {
  readonly began: number;
  executions: number;
  stats: EngineStats | null;
}

interface Entry {
  readonly name: string;
  readonly module: string;
  readonly faults: number;
  state: FuzzState;
  readonly running: Map<number, Running>;
  executions: number;
  seconds: number;
  /** Executions per second of the last turn. */
  rate: number;
  cpuMs: number | null;
  edges: number | null;
  edgesTotal: number | null;
  features: number | null;
  corpus: number | null;
  /** Since the campaign's begin. */
  lastNewMs: number | null;
  coverage: JobResult["coverage"];
  readonly outcomes: Record<string, number>;
  readonly findings: Set<string>;
  readonly series: SeriesMaker;
  problem: string | null;
}

const entryOf = ({ name, module, faults }: Campaign["targets"][number]): Entry => ({
  name,
  module,
  faults: faults.length,
  state: "waiting",
  running: new Map(),
  executions: 0,
  seconds: 0,
  rate: 0,
  cpuMs: null,
  edges: null,
  edgesTotal: null,
  features: null,
  corpus: null,
  lastNewMs: null,
  coverage: null,
  outcomes: {},
  findings: new Set(),
  series: new SeriesMaker(),
  problem: null,
});

/** Takes over what a worker that began at `began` has reached; gives the features that are new. */
const reached = (entry: Entry, stats: EngineStats, began: number): number => {
  const fresh = Math.max(0, stats.features - (entry.features ?? 0));
  entry.edges = Math.max(entry.edges ?? 0, stats.edges);
  entry.edgesTotal = stats.edgesTotal;
  entry.features = Math.max(entry.features ?? 0, stats.features);
  entry.corpus = Math.max(entry.corpus ?? 0, stats.corpus);
  if (fresh > 0) entry.lastNewMs = Math.max(entry.lastNewMs ?? 0, began + stats.lastNewMs);
  return fresh;
};

const executionsOf = ({ executions, running }: Entry): number =>
  [...running.values()].reduce((sum, worker) => sum + worker.executions, executions);

const statusOf = (entry: Entry, engine: FuzzEngine, now: number): FuzzTargetStatus => {
  const workers = [...entry.running.values()];
  const rates = workers.map(({ began, executions, stats }) => {
    const ms = stats?.elapsedMs ?? now - began;
    return ms > 0 ? (1000 * executions) / ms : 0;
  });
  return {
    target: entry.name,
    engine,
    state: entry.state,
    executions: executionsOf(entry),
    exec_per_s: Math.round(workers.length === 0 ? entry.rate : rates.reduce((sum, rate) => sum + rate, 0)),
    seconds: rounded(workers.reduce((sum, { began }) => sum + (now - began) / 1000, entry.seconds)),
    edges: entry.edges,
    edges_total: entry.edgesTotal,
    corpus: entry.corpus,
    findings: entry.findings.size,
    last_new_s: entry.lastNewMs === null ? null : rounded(entry.lastNewMs / 1000),
    problem: entry.problem,
  };
};

const figuresOf = (entry: Entry): Omit<FuzzFigures, "faults"> => ({
  executions: entry.executions,
  seconds: rounded(entry.seconds),
  coverage: entry.coverage,
  outcomes: entry.outcomes,
  findings: [...entry.findings],
  cpu_s: entry.cpuMs === null ? null : rounded(entry.cpuMs / 1000),
  corpus: entry.corpus,
  features: entry.features,
  last_new_s: entry.lastNewMs === null ? null : rounded(entry.lastNewMs / 1000),
  series: entry.series.series,
  problem: entry.problem,
});

/** To milliseconds. */
const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
