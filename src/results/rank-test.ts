import { erfc } from "./normal.js";

/** How two groups of measurements differ, by the order of their values alone: neither has to be distributed in any way. */
export interface RankTest {
  /** Mann-Whitney U of the first group: how many pairs it wins, ties half; a win is the larger value. */
  readonly u: number;
  /** Two-sided, by the normal approximation, corrected for ties and continuity. */
  readonly p: number;
  /** Vargha and Delaney's A: the chance that a value of the first group is the larger one. 0.5 is no difference. */
  readonly a12: number;
}

/** Throws RangeError when a group is empty. */
export const rankTest = (first: readonly number[], second: readonly number[]): RankTest => {
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) throw new RangeError("a rank test needs two groups with values in them");
  const { ranks, ties } = ranked([...first, ...second]);
  const sum = ranks.slice(0, m).reduce((total, rank) => total + rank, 0);
  const u = sum - (m * (m + 1)) / 2;
  const all = m + n;
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))));
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  // Where all values are the same there is nothing to tell the groups by.
  const p = deviation === 0 ? 1 : Math.min(1, erfc(distance / deviation / Math.SQRT2));
  return { u, p, a12: u / (m * n) };
};

/** Ranks from 1, those of equal values being their mean, and the sum of t³ - t over groups of t equal values. */
export const ranked = (values: readonly number[]): { readonly ranks: readonly number[]; readonly ties: number } => {
  const order = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && order[to]?.value === order[from]?.value) to++;
    const equal = to - from;
    for (const { i } of order.slice(from, to)) ranks[i] = (from + 1 + to) / 2;
    ties += equal ** 3 - equal;
    from = to;
  }
  return { ranks, ties };
};
