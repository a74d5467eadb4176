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
  /** The counters four at a time, and which bits of each word count. */
  readonly #words: Int32Array;
  readonly #masks: Int32Array;
  /** Words [first, end), pair by pair. */
  readonly #spans: Int32Array;
  /** A bit for each bucket that was seen, by edge, and four edges at a time; of runs that failed, apart from the others. */
  readonly #seen: Uint8Array;
  readonly #seenWords: Int32Array;
  readonly #seenFailing: Uint8Array;
  /** In how many of the runs that were looked at a feature came. */
  readonly #frequency: Uint32Array;
  readonly #outcomes = new Map<string, number>();
  #merges = 0;

  constructor(counters: Uint8Array, ranges: readonly EdgeRange[]) {
    this.#counters = counters;
    this.#words = new Int32Array(counters.buffer, counters.byteOffset, Math.ceil(counters.length / 4));
    this.#masks = masksOf(ranges, this.#words.length);
    this.#spans = spansOf(this.#masks);
    this.total = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
    this.#seenWords = new Int32Array(this.#words.length);
    this.#seen = new Uint8Array(this.#seenWords.buffer);
    this.#seenFailing = new Uint8Array(counters.length);
    this.limit = counters.length * 8 + MOST_OUTCOMES;
    this.#frequency = new Uint32Array(this.limit);
  }

  /** Reads and clears the counters after a run with this outcome; `fresh` then has what no run before it had. */
  merge(outcome: string): boolean {
    this.fresh.length = 0;
    const frequency = (this.#merges++ & SAMPLED) === 0 ? this.#frequency : null;
    this.#outcome(outcome, frequency);
    const spans = this.#spans;
    for (let span = 0; span < spans.length; span += 2) {
      const end = spans[span + 1] ?? 0;
      for (let word = spans[span] ?? 0; word < end; word += STRIDE) {
        // Most code is not run: whole stretches are passed over at once.
        if (word + STRIDE > end) this.#mergeWords(word, end, frequency);
        else if (!isIdle(this.#words, word)) this.#mergeWords(word, word + STRIDE, frequency);
      }
    }
    return this.fresh.length > 0;
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
    if (known !== undefined) features.push(known);
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
      this.#words.fill(0, this.#spans[span], this.#spans[span + 1]);
  }

  frequencyOf(feature: number): number {
    return this.#frequency[feature] ?? 0;
  }

  #mergeWords(first: number, end: number, frequency: Uint32Array | null): void {
    const words = this.#words;
    for (let word = first; word < end; word++) {
      const four = words[word] ?? 0;
      if (four === 0) continue;
      words[word] = 0;
      const counts = four & (this.#masks[word] ?? 0);
      if (frequency === null && (bucketsOf(counts) & ~(this.#seenWords[word] ?? 0)) === 0) continue;
      this.#mergeWord(word << 2, counts, frequency);
    }
  }

  #mergeWord(edge: number, four: number, frequency: Uint32Array | null): void {
    // Little-endian, as all machines are that Node runs on but one; there edges swap places within their word.
    if ((four & 0xff) !== 0) this.#see(edge, four & 0xff, frequency);
    if ((four & 0xff00) !== 0) this.#see(edge + 1, (four >>> 8) & 0xff, frequency);
    if ((four & 0xff_0000) !== 0) this.#see(edge + 2, (four >>> 16) & 0xff, frequency);
    if (four >>> 24 !== 0) this.#see(edge + 3, four >>> 24, frequency);
  }

  #see(edge: number, count: number, frequency: Uint32Array | null): void {
    const bucket = BUCKETS[count] ?? 0;
    if (frequency !== null) this.#count((edge << 3) | bucket, frequency);
    if (((this.#seen[edge] ?? 0) & (1 << bucket)) === 0) this.#claimEdge(edge, bucket);
  }

  #count(feature: number, frequency: Uint32Array): void {
    frequency[feature] = (frequency[feature] ?? 0) + 1;
  }

  #claimEdge(edge: number, bucket: number): void {
    const seen = this.#seen[edge] ?? 0;
    this.#seen[edge] = seen | (1 << bucket);
    if (seen === 0) this.edges++;
    this.#claim((edge << 3) | bucket);
  }

  #outcome(outcome: string, frequency: Uint32Array | null): void {
    let feature = this.#outcomes.get(outcome);
    if (feature === undefined) {
      if (this.#outcomes.size >= MOST_OUTCOMES) return;
      feature = this.#counters.length * 8 + this.#outcomes.size;
      this.#outcomes.set(outcome, feature);
      this.#claim(feature);
    }
    if (frequency !== null) this.#count(feature, frequency);
  }

  #claim(feature: number): void {
    this.features++;
    this.fresh.push(feature);
    if (this.frequencyOf(feature) === 0) this.#frequency[feature] = 1;
  }

  #each(visit: (edge: number, bucket: number) => void): void {
    for (let span = 0; span < this.#spans.length; span += 2) {
      const end = this.#spans[span + 1] ?? 0;
      for (let word = this.#spans[span] ?? 0; word < end; word++) {
        const four = (this.#words[word] ?? 0) & (this.#masks[word] ?? 0);
        this.#words[word] = 0;
        for (let left = four, edge = word << 2; left !== 0; left >>>= 8, edge++) {
          if ((left & 0xff) !== 0) visit(edge, BUCKETS[left & 0xff] ?? 0);
        }
      }
    }
  }
}

/** Outcomes beyond these are no features any more: a target that answers with the octets themselves must not fill memory. */
const MOST_OUTCOMES = 2048;
/** Frequencies are counted in one of eight runs: they steer, and need not be exact. */
const SAMPLED = 7;

const BUCKETS: Uint8Array = Uint8Array.from({ length: 256 }, (_, count) => {
  const limits = [1, 2, 3, 7, 15, 31, 127, 255];
  return limits.findIndex((limit) => count <= limit);
});

/** `1 << BUCKETS[count]`, nothing for 0. */
const BITS: Uint8Array = BUCKETS.map((bucket, count) => (count === 0 ? 0 : 1 << bucket));

/** The buckets of four counts, a bit for each in its octet. */
const bucketsOf = (counts: number): number =>
  (BITS[counts & 0xff] ?? 0) |
  ((BITS[(counts >>> 8) & 0xff] ?? 0) << 8) |
  ((BITS[(counts >>> 16) & 0xff] ?? 0) << 16) |
  ((BITS[counts >>> 24] ?? 0) << 24);

/** Whether nothing was counted in STRIDE words. */
const isIdle = (words: Int32Array, word: number): boolean =>
  ((words[word] ?? 0) | (words[word + 1] ?? 0) | (words[word + 2] ?? 0) | (words[word + 3] ?? 0)) === 0;

const STRIDE = 4;

/** For each word the bits of those of its four counters that are in `ranges`. */
const masksOf = (ranges: readonly EdgeRange[], words: number): Int32Array => {
  const masks = new Int32Array(words);
  for (const { first, end } of ranges) {
    for (let edge = first; edge < end; edge++)
      masks[edge >>> 2] = (masks[edge >>> 2] ?? 0) | (0xff << (8 * (edge & 3)));
  }
  return masks;
};

/** Runs of words that count at all; a word or two between them that don't are less trouble than another run. */
const spansOf = (masks: Int32Array): Int32Array => {
  const spans: number[] = [];
  for (let word = 0; word < masks.length; word++) {
    if (masks[word] === 0) continue;
    const end = spans.at(-1);
    if (end !== undefined && word - end <= 2) spans[spans.length - 1] = word + 1;
    else spans.push(word, word + 1);
  }
  return Int32Array.from(spans);
};
