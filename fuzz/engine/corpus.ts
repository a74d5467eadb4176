import type { Random } from "../../src/table/random.js";
import type { FeatureMap } from "./features.js";
import type { Parent } from "./types.js";

/** An input that is kept, with what scheduling knows of it. */
export interface Entry extends Parent {
  readonly name: string;
  /** All that its run did. */
  readonly features: Uint32Array;
  /** The rarest of them when it was kept. */
  readonly rare: Uint32Array;
  /** What a run costs, in steps and octets; never in time, so that the same seed makes the same run. */
  readonly cost: number;
  /** Belongs to the small set of cheap inputs that has all features (AFL's favoured). */
  favoured: boolean;
  /** Mutants made of it, and those among them that failed. */
  mutants: number;
  failed: number;
}

/**
 * The inputs of a run, and which is mutated next. Drawn at random, by weight: the seldomer an input's rarest feature
 * came in all runs, the heavier, so that whatever was tried often makes room for what was not (as in AFLFast and
 * Entropic); then favoured, cheap and not failing ones.
 */
export class Corpus {
  readonly entries: Entry[] = [];
  readonly #map: FeatureMap;
  readonly #dropped: ReadonlySet<string>;
  /** Of the weights up to each entry. */
  #sums: number[] = [];
  #mean = 0;
  #picksLeft = 0;
  /** Entries when favoured ones were chosen last. */
  #favouredOf = 0;

  /** Entries with a name in `dropped` are never picked. */
  constructor(map: FeatureMap, dropped: ReadonlySet<string> = new Set()) {
    this.#map = map;
    this.#dropped = dropped;
  }

  add(parent: Parent, name: string, features: Uint32Array, steps: number): Entry {
    const rare = this.#rarest(features);
    const cost = 100 + steps + 4 * parent.data.length;
    const entry: Entry = { ...parent, name, features, rare, cost, favoured: true, mutants: 0, failed: 0 };
    this.entries.push(entry);
    this.#sums.push((this.#sums.at(-1) ?? 0) + (this.#dropped.has(name) ? 0 : this.#weight(entry, this.#mean || cost)));
    return entry;
  }

  /** The entry to mutate next. Throws RangeError when there is none. */
  pick(random: Random): Entry {
    if (this.#picksLeft-- <= 0) this.#weigh();
    const sums = this.#sums;
    const mark = (random.next() / 0x1_0000_0000) * (sums.at(-1) ?? 0);
    let low = 0;
    for (let high = sums.length - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > mark) high = middle;
      else low = middle + 1;
    }
    const entry = this.entries[low];
    if (entry === undefined) throw new RangeError("nothing can be picked from an empty corpus");
    return entry;
  }

  /** Those that came in the fewest runs. */
  #rarest(features: Uint32Array): Uint32Array {
    const rare: number[] = [];
    let most = Number.POSITIVE_INFINITY;
    for (const feature of features) {
      const frequency = this.#map.frequencyOf(feature);
      if (frequency >= most) continue;
      let at = rare.length;
      while (at > 0 && this.#map.frequencyOf(rare[at - 1] ?? 0) > frequency) at--;
      rare.splice(at, 0, feature);
      if (rare.length > RARE) rare.pop();
      if (rare.length === RARE) most = this.#map.frequencyOf(rare[RARE - 1] ?? 0);
    }
    return Uint32Array.from(rare);
  }

  #weigh(): void {
    // Those that came since are favoured already.
    if (this.entries.length > this.#favouredOf * GROWN) this.#favour();
    this.#picksLeft = WEIGHED_FOR + (this.entries.length >> 2);
    this.#mean = this.entries.reduce((sum, { cost }) => sum + cost, 0) / this.entries.length;
    let sum = 0;
    this.#sums = this.entries.map((entry) => {
      sum += this.#dropped.has(entry.name) ? 0 : this.#weight(entry, this.#mean);
      return sum;
    });
  }

  #weight({ rare, cost, favoured, mutants, failed }: Entry, mean: number): number {
    let frequency = Number.POSITIVE_INFINITY;
    for (const feature of rare) frequency = Math.min(frequency, this.#map.frequencyOf(feature));
    // A parent whose children fail shows the same bug again and again.
    const passing = Math.max(0.02, 1 - failed / (mutants + 16));
    const cheap = Math.min(4, Math.max(0.1, mean / cost));
    return ((favoured ? 1 : 0.1) * cheap * passing) / Math.sqrt(1 + frequency);
  }

  /** Cheapest first, an entry is favoured when it has a feature that no favoured one has. */
  #favour(): void {
    this.#favouredOf = this.entries.length;
    const covered = new Uint8Array(this.#map.limit);
    for (const entry of [...this.entries].sort((a, b) => a.cost - b.cost || (a.name < b.name ? -1 : 1))) {
      entry.favoured = false;
      for (const feature of entry.features) {
        if (covered[feature] === 1) continue;
        covered[feature] = 1;
        entry.favoured = true;
      }
    }
  }
}

const RARE = 16;
/** Favoured ones are chosen again when there are so many times as many entries. */
const GROWN = 1.02;
/** Picks for which weights stay as they are, and one more for every four entries: a new entry has its own at once. */
const WEIGHED_FOR = 16;
