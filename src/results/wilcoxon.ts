import { normalCdf } from "./normal.js";
import { ranked } from "./rank-test.js";

export interface SignedRank {
  /** Sum of the ranks of the positive differences: R's V. */
  readonly v: number;
  /** Two-sided. */
  readonly p: number;
  /** Differences that are not zero. */
  readonly n: number;
  readonly exact: boolean;
}

/**
 * Wilcoxon's signed-rank test of paired differences against 0, as R's `wilcox.test(x)`: zeros are left out; the p value is
 * exact with fewer than 50 differences, and by the normal approximation, corrected for ties and continuity, with more of
 * them or where there were ties or zeros. Without any difference p is 1.
 */
export const signedRankTest = (differences: readonly number[]): SignedRank => {
  const x = differences.filter((difference) => difference !== 0);
  const n = x.length;
  if (n === 0) return { v: 0, p: 1, n, exact: false };
  const { ranks, ties } = ranked(x.map(Math.abs));
  const v = ranks.reduce((sum, rank, i) => sum + ((x[i] ?? 0) > 0 ? rank : 0), 0);
  const exact = n < EXACT_BELOW && ties === 0 && n === differences.length;
  const p = exact ? exactP(v, n) : approximateP(v, n, ties);
  return { v, p, n, exact };
};

const EXACT_BELOW = 50;

/** Of the 2^n ways to give signs to n ranks, the share that is at least as far out as `v`, both sides. */
const exactP = (v: number, n: number): number => {
  const most = (n * (n + 1)) / 2;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = most; sum >= rank; sum--) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  }
  const smaller = Math.min(v, most - v);
  const beyond = ways.subarray(0, smaller + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * beyond) / 2 ** n);
};

const approximateP = (v: number, n: number, ties: number): number => {
  const distance = v - (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  return 2 * normalCdf(-Math.abs((distance - Math.sign(distance) / 2) / deviation));
};
