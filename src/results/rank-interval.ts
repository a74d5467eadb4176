import type { Interval } from "./bca.js";
import { differencesBetween } from "./location.js";
import { normalQuantile } from "./normal.js";

/**
 * Where the shift from the first group to the second lies: the interval of all shifts that Mann and Whitney's test would not
 * reject, as R's `wilcox.test(second, first, conf.int = TRUE)`; exact below 50 values a side. Null when the groups are too small for
 * the level: 3 against 3 can't say anything at 95%.
 */
export const shiftInterval = (first: readonly number[], second: readonly number[], level: number): Interval | null => {
  const differences = differencesBetween(first, second);
  const outside = Math.min(
    lowerCount(first.length, second.length, (1 - level) / 2),
    Math.floor((differences.length + 1) / 2),
  );
  const low = differences[outside - 1];
  const high = differences[differences.length - outside];
  return low === undefined || high === undefined ? null : { low, high };
};

/** The rank, from 1, of the difference at which the interval begins: the smallest u with P(U <= u) >= alpha; 0: there is none. */
const lowerCount = (m: number, n: number, alpha: number): number => {
  if (m >= EXACT_BELOW || n >= EXACT_BELOW) {
    const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
    return Math.max(0, Math.floor((m * n) / 2 + normalQuantile(alpha) * deviation));
  }
  const ways = waysOf(m, n);
  const all = ways.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [u, count] of ways.entries()) {
    below += count;
    if (below / all >= alpha) return u;
  }
  return 0;
};

const EXACT_BELOW = 50;

/** In how many orders of m and n values the first group wins u of the m · n duels, by u: the Gaussian binomial coefficients. */
const waysOf = (m: number, n: number): Float64Array => {
  const ways = new Float64Array(m * n + 1);
  ways[0] = 1;
  for (let k = 1; k <= m; k++) {
    for (let u = m * n; u >= n + k; u--) ways[u] = (ways[u] ?? 0) - (ways[u - n - k] ?? 0);
    for (let u = k; u <= m * n; u++) ways[u] = (ways[u] ?? 0) + (ways[u - k] ?? 0);
  }
  return ways;
};
