import {
  type ComparePair,
  type CompareRow,
  fieldOf,
  figureOf,
  isMeasured,
  type JudgedFigure,
  judgedFigures,
  judgePairs,
  type PairedRules,
  type SchemaName,
  type Summary,
  summary,
  whatOf,
} from "../../src/results/index.js";
import { type Target, TargetError, type Transport } from "../../src/target/target.js";
import { Interrupted } from "../scenarios/lab.js";
import { TesterError } from "../tester/worker.js";
import type { ComparedScenario, CompareSize } from "./scenarios.js";

export interface CampaignOptions {
  readonly a: Target;
  readonly b: Target;
  readonly scenarios: readonly ComparedScenario[];
  readonly transports: readonly Transport[];
  readonly size: CompareSize;
  /** Of runs, to begin with, and at most where the headline figure stays inconclusive. */
  readonly pairs: number;
  readonly maxPairs: number;
  readonly rules: PairedRules;
  readonly repetition?: number;
  /** What an earlier comparison of one build with itself showed of a figure, as logarithms of ratios; null: nothing. */
  readonly earlierNoise?: (scenario: string, what: string, figure: string) => readonly number[] | null;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface CampaignResult {
  readonly rows: readonly CompareRow[];
  readonly pairs: readonly ComparePair[];
  /** What the targets reported of themselves. */
  readonly versions: { readonly a: readonly string[]; readonly b: readonly string[] };
  readonly warnings: readonly string[];
}

/**
 * Runs two targets against each other until each scenario's headline figure has a verdict, or the pairs are used up. What
 * was measured stands in the result, also when the user interrupts.
 */
export const compareTargets = async (options: CampaignOptions): Promise<CampaignResult> => {
  const { pairs, maxPairs, signal } = options;
  const blocks = options.scenarios.flatMap((scenario) =>
    options.transports.map((transport) => new Block(scenario, transport, options)),
  );
  for (const block of blocks) await block.measure(pairs);
  let judged = judge(blocks, options);
  tell(judged, options);
  for (;;) {
    const open = blocks.filter((block) => block.canGoOn && judged.some((one) => one.block === block && isOpen(one)));
    if (open.length === 0 || signal.aborted) break;
    for (const block of open) await block.measure(Math.min(pairs, maxPairs - block.pairCount));
    judged = judge(blocks, options);
    tell(judged, options);
  }
  const repetition = options.repetition === undefined ? {} : { repetition: options.repetition };
  return {
    rows: blocks.flatMap((block) => [
      ...judged.filter((one) => one.block === block).map((one) => rowOf(one, repetition)),
      ...block.failures(repetition),
    ]),
    pairs: blocks.flatMap((block) =>
      block.cells().flatMap((cell) => cell.pairs.map((pair) => ({ ...pair, ...repetition }))),
    ),
    versions: { a: versionsOf(blocks, "a"), b: versionsOf(blocks, "b") },
    warnings: [...new Set(blocks.flatMap((block) => block.warnings))],
  };
};

/** One row of a scenario, as measured of both sides. */
interface PairedCell {
  readonly what: string;
  readonly figures: Readonly<Record<string, "less" | "more">>;
  readonly pairs: ComparePair[];
}

/** A scenario over a transport: what runs as one, and gives one or several cells. */
class Block {
  readonly scenario: ComparedScenario;
  readonly transport: Transport;
  readonly warnings: string[] = [];
  readonly versions = { a: new Set<string>(), b: new Set<string>() };
  readonly #options: CampaignOptions;
  readonly #cells = new Map<string, PairedCell>();
  readonly #failures = new Map<string, string>();

  constructor(scenario: ComparedScenario, transport: Transport, options: CampaignOptions) {
    this.scenario = scenario;
    this.transport = transport;
    this.#options = options;
  }

  cells(): readonly PairedCell[] {
    return [...this.#cells.values()];
  }

  /** That count, of the cell that has the fewest. */
  get pairCount(): number {
    return Math.min(...this.cells().map(({ pairs }) => counted(pairs).length));
  }

  get canGoOn(): boolean {
    return this.#failures.size === 0 && this.#cells.size > 0 && this.pairCount < this.#options.maxPairs;
  }

  failures(repetition: { readonly repetition?: number }): CompareRow[] {
    return [...this.#failures].map(([what, failed]) => ({
      scenario: this.scenario.name,
      what,
      figure: "",
      better: "less",
      headline: true,
      ...repetition,
      failed,
    }));
  }

  /** More pairs; those that others disturbed are measured once more, and the undisturbed ones take their places. */
  async measure(runs: number): Promise<void> {
    const before = new Map(this.cells().map((cell) => [cell.what, cell.pairs.length]));
    await this.#run(runs);
    const suspects = this.cells().map(({ what, pairs }) => pairs.slice(before.get(what) ?? 0).filter(isSuspect));
    const again = Math.max(0, ...suspects.map((some) => some.length));
    if (again === 0 || this.#failures.size > 0 || this.#options.signal.aborted) return;
    const name = `${this.scenario.name} ${this.transport}`;
    if (again > runs / 2) {
      this.warnings.push(`${name}: ${again} of ${runs} pairs were disturbed: this machine has other things to do`);
      return;
    }
    this.#options.progress(`${name}: ${again} of ${runs} pairs were disturbed and are measured again`);
    const firstAgain = new Map(this.cells().map((cell) => [cell.what, cell.pairs.length]));
    await this.#run(again);
    for (const [i, cell] of this.cells().entries()) {
      const quiet = cell.pairs.slice(firstAgain.get(cell.what) ?? 0).filter((pair) => !isSuspect(pair));
      for (const disturbed of (suspects[i] ?? []).slice(0, quiet.length)) {
        cell.pairs[disturbed.pair - 1] = { ...disturbed, replaced: true };
      }
    }
  }

  async #run(runs: number): Promise<void> {
    const { a, b, size, signal, progress } = this.#options;
    let rows: readonly object[] = [];
    try {
      const targets = [renamed(a, "A"), renamed(b, "B")];
      const setup = { targets, transports: [this.transport], size, runs, signal };
      const tell = (line: string): void => progress(`${this.scenario.name} ${line}`);
      for await (rows of this.scenario.run({ ...setup, progress: tell }));
    } catch (error) {
      if (error instanceof Interrupted) return;
      if (!(error instanceof TargetError || error instanceof TesterError)) throw error;
      this.#failures.set(this.transport, error.message);
    }
    const of = (name: string): readonly object[] => rows.filter((row) => fieldOf(row, "target") === name);
    const others = of("B");
    for (const [i, row] of of("A").entries()) this.#take(row, others[i]);
  }

  #take(a: object, b: object | undefined): void {
    const { name, schema, headline } = this.scenario;
    const what = whatOf(schema, a, "target");
    const trouble = troubleOf("A", a) ?? (b === undefined ? "B has no such row" : troubleOf("B", b));
    if (trouble !== null && !this.#options.signal.aborted) this.#failures.set(what, trouble);
    if (b === undefined || !isMeasured(a) || !isMeasured(b)) return;
    for (const [side, row] of [
      ["a", a],
      ["b", b],
    ] as const) {
      const version = fieldOf(row, "version");
      if (typeof version === "string") this.versions[side].add(version);
    }
    const figures = positiveFigures(schema, a, b);
    if (!(headline in figures)) {
      this.#failures.set(
        what,
        `${headline} was not above zero in every run, so there is no ratio: more work would tell`,
      );
      return;
    }
    const cell = this.#cells.get(what) ?? { what, figures, pairs: [] };
    this.#cells.set(what, cell);
    const [as, bs] = [valuesOf(a, figures), valuesOf(b, figures)];
    const disturbed = [disturbancesOf(a), disturbancesOf(b)];
    for (let i = 0; i < Math.min(as.length, bs.length); i++) {
      const worst = (kind: "foreign_cpu" | "steal"): number | null => {
        const known = disturbed.map((one) => one[kind][i]).filter((value) => value !== undefined);
        return known.length === 0 ? null : Math.max(...known);
      };
      const [foreign_cpu, steal] = [worst("foreign_cpu"), worst("steal")];
      cell.pairs.push({
        scenario: name,
        what,
        pair: cell.pairs.length + 1,
        a: as[i] ?? {},
        b: bs[i] ?? {},
        foreign_cpu,
        steal,
        suspect: (foreign_cpu ?? 0) > SUSPECT || (steal ?? 0) > SUSPECT,
        replaced: false,
      });
    }
  }
}

/** A share of the machine that others may take from a run. */
const SUSPECT = 0.1;

const isSuspect = ({ suspect }: ComparePair): boolean => suspect;

const counted = (pairs: readonly ComparePair[]): ComparePair[] => pairs.filter(({ replaced }) => !replaced);

/** The same under the name of its side: rows are told apart by it. */
const renamed = (target: Target, name: string): Target => ({
  name,
  transports: target.transports,
  comparability: target.comparability,
  available: () => target.available(),
  start: (setup) => target.start(setup),
});

/** Why a row can't be compared; null when it can. */
const troubleOf = (side: string, row: object): string | null => {
  const reason = fieldOf(row, "skipped") ?? fieldOf(row, "failed") ?? fieldOf(row, "note");
  if (typeof reason === "string") return `${side}: ${reason}`;
  return fieldOf(row, "exact") === false ? `${side}: it did not pass on exactly the expected routes` : null;
};

/** Figures that both sides have samples of. One with a zero in it has no logarithm, and is left out. */
const positiveFigures = (schema: SchemaName, a: object, b: object): Record<string, "less" | "more"> =>
  Object.fromEntries(
    Object.entries(judgedFigures(schema)).filter(([figure]) =>
      [a, b].every((row) => {
        const samples = samplesOf(row, figure);
        return samples.length > 0 && samples.every((sample) => sample > 0);
      }),
    ),
  );

const samplesOf = (row: object, figure: string): readonly number[] =>
  (figureOf(row, figure) as Summary | undefined)?.samples ?? [];

/** The figures of each run. */
const valuesOf = (row: object, figures: Readonly<Record<string, unknown>>): Record<string, number>[] => {
  const names = Object.keys(figures);
  const runs = Math.min(...names.map((figure) => samplesOf(row, figure).length));
  return Array.from({ length: Number.isFinite(runs) ? runs : 0 }, (_, i) =>
    Object.fromEntries(names.map((figure) => [figure, samplesOf(row, figure)[i] ?? 0])),
  );
};

const disturbancesOf = (row: object): Record<"foreign_cpu" | "steal", readonly number[]> => {
  const disturbance = fieldOf(row, "disturbance") as object | undefined;
  return {
    foreign_cpu: disturbance === undefined ? [] : samplesOf(disturbance, "foreign_cpu"),
    steal: disturbance === undefined ? [] : samplesOf(disturbance, "steal"),
  };
};

// ---- verdicts

interface Judged {
  readonly block: Block;
  readonly cell: PairedCell;
  readonly figure: string;
  readonly better: "less" | "more";
  readonly result: JudgedFigure;
}

/** A figure needs two pairs before noise and effect can be told apart at all. */
const LEAST_TO_JUDGE = 2;

const judge = (blocks: readonly Block[], { rules, earlierNoise }: CampaignOptions): Judged[] => {
  const figures = blocks.flatMap((block) =>
    block
      .cells()
      .flatMap((cell) =>
        counted(cell.pairs).length < LEAST_TO_JUDGE
          ? []
          : Object.entries(cell.figures).map(([figure, better]) => ({ block, cell, figure, better })),
      ),
  );
  const results = judgePairs(
    figures.map(({ block, cell, figure, better }) => {
      const pairs = counted(cell.pairs);
      const values = (side: "a" | "b"): number[] => pairs.map((pair) => pair[side][figure] ?? Number.NaN);
      const [a, b] = [values("a"), values("b")];
      const own = [...betweenNeighbours(a), ...betweenNeighbours(b)];
      const earlier = earlierNoise?.(block.scenario.name, cell.what, figure) ?? [];
      return {
        logRatios: a.map((value, i) => Math.log((b[i] ?? Number.NaN) / value)),
        // The louder of the two: neither a lucky quiet minute nor an old measurement should make it small.
        sameBuild: loudness(earlier) > loudness(own) ? earlier : own,
        better,
        family: figure === block.scenario.headline ? "headline" : "others",
      };
    }),
    rules,
  );
  return figures.flatMap((figure, i) => {
    const result = results[i];
    return result === undefined ? [] : [{ ...figure, result }];
  });
};

/**
 * Of one side's runs the first against the second, the third against the fourth, and so on: one build with itself. In ABBA
 * order these are as near to each other in time as the runs of a pair, and cost no run more.
 */
const betweenNeighbours = (values: readonly number[]): number[] =>
  Array.from({ length: Math.floor(values.length / 2) }, (_, k) =>
    Math.log((values[2 * k + 1] ?? Number.NaN) / (values[2 * k] ?? Number.NaN)),
  );

const loudness = (logRatios: readonly number[]): number =>
  logRatios.length === 0 ? 0 : logRatios.reduce((sum, one) => sum + Math.abs(one), 0) / logRatios.length;

const isHeadline = ({ block, figure }: Judged): boolean => figure === block.scenario.headline;

const isOpen = (one: Judged): boolean => isHeadline(one) && one.result.verdict === "inconclusive";

const rowOf = (one: Judged, repetition: { readonly repetition?: number }): CompareRow => {
  const { block, cell, figure, better, result } = one;
  const pairs = counted(cell.pairs);
  const spread = (side: "a" | "b"): Omit<Summary, "samples"> => {
    const { samples: _, ...extremes } = summary(pairs.map((pair) => pair[side][figure] ?? Number.NaN));
    return extremes;
  };
  return {
    scenario: block.scenario.name,
    what: cell.what,
    figure,
    better,
    headline: isHeadline(one),
    ...repetition,
    verdict: result.verdict,
    a: spread("a"),
    b: spread("b"),
    ratio: result.ratio,
    low: result.low,
    high: result.high,
    median_ratio: result.medianRatio,
    p: result.p,
    p_adjusted: result.pAdjusted,
    pairs: pairs.length,
    suspect: pairs.filter(isSuspect).length,
    noise_floor: result.floor,
    detectable: result.detectable,
  };
};

const tell = (judged: readonly Judged[], { progress }: CampaignOptions): void => {
  for (const one of judged.filter(isHeadline)) {
    const { verdict, ratio, low, high, pairs } = one.result;
    const interval = `×${ratio.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
    progress(`${one.block.scenario.name} ${one.cell.what}: ${one.figure} ${interval} after ${pairs} pairs: ${verdict}`);
  }
};

const versionsOf = (blocks: readonly Block[], side: "a" | "b"): string[] =>
  [...new Set(blocks.flatMap((block) => [...block.versions[side]]))].sort();
