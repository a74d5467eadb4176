import { BUCKETS, type Known, knownIn, LANES, type Memory } from "./vectors.js";

/** Edges [first, end). */
export interface EdgeRange {
  readonly first: number;
  readonly end: number;
}

/**
 * What inputs made the code under test do, by AFL's measure: a feature is an edge with the bucket of how often it was
 * taken (1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more times). Only edges in `ranges` count.
 */
export class FeatureMap {
  /** Edges taken, of so many, and features seen. */
  edges = 0;
  features = 0;
  readonly total: number;
  /** No feature is this number or above. */
  readonly limit: number;
  /** Features that the last `merge` saw first. */
  readonly fresh: number[] = [];
  readonly #counters: Uint8Array;
  /** The counters four at a time; and which of them count, 1 each. */
  readonly #words: Int32Array;
  readonly #counted: Uint8Array;
  /** Counters [first, end), whole vectors of them, pair by pair. */
  readonly #spans: readonly number[];
  /** A bit for each bucket that was seen, by edge; of runs that failed, apart from the others. */
  readonly #seen: Uint8Array;
  readonly #seenFailing: Uint8Array;
  readonly #known: Known | null;
  /** In how many runs a feature came, as far as those tell that were looked at. */
  readonly #frequency: Uint32Array;
  readonly #outcomes = new Map<string, SeenOutcome>();
  #merges = 0;

  /**
   * `counters` have room behind them for a whole vector. With `memory`, which has them at its start, reading them is faster;
   * one map alone can have it.
   */
  constructor(counters: Uint8Array, ranges: readonly EdgeRange[], memory: Memory | null = null) {
    this.#counters = counters;
    this.#words = new Int32Array(
      counters.buffer,
      counters.byteOffset,
      (LANES / 4) * Math.ceil(counters.length / LANES),
    );
    this.#counted = new Uint8Array(counters.length);
    this.#spans = spansOf(ranges);
    this.total = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
    this.#known = memory === null ? null : knownIn(memory, counters.length, this.#spans);
    this.#seen = this.#known?.seen ?? new Uint8Array(counters.length);
    // Nothing that an edge does is new which does not count.
    this.#seen.fill(0xff);
    for (const { first, end } of ranges) {
      this.#counted.fill(1, first, end);
      this.#seen.fill(0, first, end);
    }
    this.#seenFailing = new Uint8Array(counters.length);
    this.limit = counters.length * 8 + MOST_OUTCOMES;
    this.#frequency = new Uint32Array(this.limit);
  }

  /** Reads and clears the counters after a run with this outcome; `fresh` then has what no run before it had. */
  merge(outcome: string): boolean {
    // To set a length is a call into V8's runtime.
    if (this.fresh.length > 0) this.fresh.length = 0;
    const isSampled = this.#merges++ % SAMPLED === 0;
    const seen = this.#outcomes.get(outcome) ?? this.#firstOf(outcome);
    if (seen !== null) {
      seen.runs++;
      if (isSampled) this.#count(seen.feature);
    }
    if (isSampled || this.#known?.known() !== 1) this.#each((edge, bucket) => this.#see(edge, bucket, isSampled));
    return this.fresh.length > 0;
  }

  /** How many of the runs that were merged had each outcome. */
  get outcomes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#outcomes].map(([outcome, { runs }]) => [outcome, runs]));
  }

  /** Reads and clears the counters after a run that failed: whether it took a way that no failing run before it took. */
  mergeFailing(): boolean {
    let isNew = false;
    this.#each((edge, bucket) => {
      const seen = this.#seenFailing[edge] ?? 0;
      if ((seen & (1 << bucket)) !== 0) return;
      this.#seenFailing[edge] = seen | (1 << bucket);
      isNew = true;
    });
    return isNew;
  }

  /** Reads and clears the counters: all features of the run, nothing remembered. */
  collect(outcome: string): Uint32Array {
    const features: number[] = [];
    const known = this.#outcomes.get(outcome);
    if (known !== undefined) features.push(known.feature);
    this.#each((edge, bucket) => features.push((edge << 3) | bucket));
    return Uint32Array.from(features);
  }

  /** Whether the run in the counters has these features; those of outcomes are not looked at. */
  holds(features: readonly number[]): boolean {
    return features.every((feature) => {
      const count = this.#counters[feature >>> 3];
      return count === undefined || (count > 0 && BUCKETS[count] === (feature & 7));
    });
  }

  clear(): void {
    for (let span = 0; span < this.#spans.length; span += 2)
      this.#words.fill(0, (this.#spans[span] ?? 0) >>> 2, (this.#spans[span + 1] ?? 0) >>> 2);
  }

  frequencyOf(feature: number): number {
    return this.#frequency[feature] ?? 0;
  }

  #see(edge: number, bucket: number, isSampled: boolean): void {
    const feature = (edge << 3) | bucket;
    if (isSampled) this.#count(feature);
    const seen = this.#seen[edge] ?? 0;
    if ((seen & (1 << bucket)) !== 0) return;
    this.#seen[edge] = seen | (1 << bucket);
    if (seen === 0) this.edges++;
    this.#claim(feature);
  }

  #count(feature: number): void {
    this.#frequency[feature] = (this.#frequency[feature] ?? 0) + SAMPLED;
  }

  #firstOf(outcome: string): SeenOutcome | null {
    if (this.#outcomes.size >= MOST_OUTCOMES) return null;
    const seen = { feature: this.#counters.length * 8 + this.#outcomes.size, runs: 0 };
    this.#outcomes.set(outcome, seen);
    this.#claim(seen.feature);
    return seen;
  }

  #claim(feature: number): void {
    this.features++;
    this.fresh.push(feature);
    if (this.frequencyOf(feature) === 0) this.#frequency[feature] = 1;
  }

  #each(visit: (edge: number, bucket: number) => void): void {
    for (let span = 0; span < this.#spans.length; span += 2) {
      const end = (this.#spans[span + 1] ?? 0) >>> 2;
      for (let word = (this.#spans[span] ?? 0) >>> 2; word < end; word++) {
        if (this.#words[word] === 0) continue;
        for (let edge = word << 2; edge < (word + 1) << 2; edge++) {
          const count = this.#counters[edge] ?? 0;
          if (count > 0 && this.#counted[edge] === 1) visit(edge, BUCKETS[count] ?? 0);
        }
        this.#words[word] = 0;
      }
    }
  }
}

interface SeenOutcome {
  readonly feature: number;
  runs: number;
}

/** Outcomes beyond these are neither features nor counted: a target that answers with the octets themselves must not fill memory. */
const MOST_OUTCOMES = 2048;
/** One of so many runs is looked at for all that it did, and stands for all of them: frequencies need not be exact. */
const SAMPLED = 16;

/** The vectors of counters that have any of `ranges`, as first and end of each stretch of them. */
const spansOf = (ranges: readonly EdgeRange[]): number[] => {
  const spans: number[] = [];
  for (const { first, end } of [...ranges].sort((a, b) => a.first - b.first)) {
    if (LANES * Math.floor(first / LANES) <= (spans.at(-1) ?? -1)) spans.pop();
    else spans.push(LANES * Math.floor(first / LANES));
    spans.push(LANES * Math.ceil(end / LANES));
  }
  return spans;
};
