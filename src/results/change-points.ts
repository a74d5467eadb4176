import { seededRandom } from "./random.js";
import { ranked } from "./rank-test.js";
import { median } from "./statistics.js";

export interface ChangePoint {
  /** The first value of what is new. */
  readonly index: number;
  /** Medians of the segments on either side. */
  readonly before: number;
  readonly after: number;
  /** Of the permutation test: how often chance alone splits these values as well. */
  readonly p: number;
}

export interface ChangePointRules {
  /** Values that a segment must have: one or two odd ones are no change. */
  readonly least: number;
  /** Smallest change of the median that counts: 0.05 is 5%. */
  readonly threshold: number;
  readonly alpha: number;
  readonly permutations: number;
  readonly seed: number;
}

export const standardChangeRules: ChangePointRules = {
  least: 5,
  threshold: 0.05,
  alpha: 0.01,
  permutations: 999,
  seed: 1,
};

/**
 * Where a series of positive values changes its level: Pettitt's test in binary segmentation. The series is split where
 * Mann and Whitney's test tells the two sides apart best; a permutation test says whether chance would find as good a
 * split anywhere in it; if not, each side is looked at in the same way. It asks for no distribution, and outliers don't
 * make a change. A split whose medians differ by less than the threshold is none.
 */
export const changePoints = (
  values: readonly number[],
  rules: ChangePointRules = standardChangeRules,
): ChangePoint[] => {
  const random = seededRandom(rules.seed);
  const splits = segmented(values, 0, rules, random).sort((a, b) => a.index - b.index);
  return withNeighbours(values, splits, rules);
};

interface Split {
  readonly index: number;
  readonly p: number;
}

const segmented = (
  values: readonly number[],
  offset: number,
  rules: ChangePointRules,
  random: () => number,
): Split[] => {
  const { ranks } = ranked(values);
  const best = bestSplit(ranks, rules.least);
  if (best === null) return [];
  const [left, right] = [values.slice(0, best.index), values.slice(best.index)];
  const p = permutationP(ranks, best.strength, rules, random);
  if (p > rules.alpha) return [];
  return [
    ...segmented(left, offset, rules, random),
    { index: offset + best.index, p },
    ...segmented(right, offset + best.index, rules, random),
  ];
};

/** How well a split tells two sides apart: the size of the rank test's normal score, by its U. */
const bestSplit = (ranks: readonly number[], least: number): { index: number; strength: number } | null => {
  let best: { index: number; strength: number } | null = null;
  const n = ranks.length;
  let sum = 0;
  for (let index = 1; index < n; index++) {
    sum += ranks[index - 1] ?? 0;
    if (index < least || n - index < least) continue;
    const deviation = Math.sqrt((index * (n - index) * (n + 1)) / 12);
    const strength = Math.abs(sum - (index * (n + 1)) / 2) / deviation;
    if (best === null || strength > best.strength) best = { index, strength };
  }
  return best;
};

const permutationP = (
  ranks: readonly number[],
  strength: number,
  { least, permutations }: ChangePointRules,
  random: () => number,
): number => {
  const shuffled = [...ranks];
  let asGood = 1;
  for (let i = 0; i < permutations; i++) {
    for (let k = shuffled.length - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [shuffled[k], shuffled[other]] = [shuffled[other] ?? 0, shuffled[k] ?? 0];
    }
    if ((bestSplit(shuffled, least)?.strength ?? 0) >= strength) asGood++;
  }
  return asGood / (permutations + 1);
};

/** Levels of the final segments; splits below the threshold go, the smallest first, and their segments become one. */
const withNeighbours = (
  values: readonly number[],
  splits: readonly Split[],
  { threshold }: ChangePointRules,
): ChangePoint[] => {
  const kept = [...splits];
  for (;;) {
    const points = kept.map(({ index, p }, i): ChangePoint => {
      const before = median(values.slice(kept[i - 1]?.index ?? 0, index));
      const after = median(values.slice(index, kept[i + 1]?.index ?? values.length));
      return { index, before, after, p };
    });
    const sizes = points.map(({ before, after }) => Math.abs(Math.log(after / before)));
    const smallest = sizes.indexOf(Math.min(...sizes));
    if (smallest < 0 || (sizes[smallest] ?? 0) > Math.log1p(threshold)) return points;
    kept.splice(smallest, 1);
  }
};
