import { mean } from "./location.js";
import { normalCdf, normalQuantile } from "./normal.js";
import { seededRandom } from "./random.js";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
  /** Of confidence: 0.95. */
  readonly level: number;
}

/** What an interval is made of. */
export interface Replicates {
  /** The statistic of the sample itself. */
  readonly estimate: number;
  /** The statistic of each resample. */
  readonly replicates: ArrayLike<number>;
  /** The statistic of the sample without each of its values in turn. */
  readonly jackknife: readonly number[];
}

/**
 * Efron's bias-corrected and accelerated bootstrap interval (Efron and Tibshirani 1993, §14.3) of a statistic, with the
 * acceleration of the jackknife. A single value, or values that are all the same, have an interval of no width.
 */
export const bcaInterval = (
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  { resamples, seed, level }: BootstrapOptions,
): Interval => {
  const estimate = statistic(values);
  const random = seededRandom(seed);
  const replicates = new Float64Array(resamples);
  const resample = [...values];
  for (let i = 0; i < resamples; i++) {
    for (let k = 0; k < resample.length; k++) resample[k] = values[Math.floor(random() * values.length)] ?? 0;
    replicates[i] = statistic(resample);
  }
  const jackknife = values.length < 2 ? [] : values.map((_, i) => statistic(values.toSpliced(i, 1)));
  return bcaOf({ estimate, replicates, jackknife }, level);
};

/**
 * The same from replicates that are there already. Replicates equal to the estimate count half as below it: a statistic such
 * as the median hits itself often, and to count none of them (as R's `boot.ci`, with `ties` 0) shifts the interval upwards.
 */
export const bcaOf = (
  { estimate, replicates, jackknife }: Replicates,
  level: number,
  ties: 0 | 0.5 = 0.5,
): Interval => {
  const sorted = Float64Array.from(replicates).sort();
  const count = sorted.length;
  let below = 0;
  for (const replicate of sorted) below += replicate < estimate ? 1 : replicate === estimate ? ties : 0;
  // All to one side: the correction would be infinite. Half a replicate on the other side is what so many could have missed.
  const share = Math.min(count - 0.5, Math.max(0.5, below)) / count;
  const bias = normalQuantile(share);
  const acceleration = accelerationOf(jackknife);
  const end = (alpha: number): number => {
    const z = bias + normalQuantile(alpha);
    return quantile(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { low: end((1 - level) / 2), high: end((1 + level) / 2) };
};

const accelerationOf = (jackknife: readonly number[]): number => {
  if (jackknife.length === 0) return 0;
  const centre = mean(jackknife);
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
};

/** Between order statistics, linear on the normal quantile scale: Davison and Hinkley 1997, (5.8); R's `norm.inter`. */
const quantile = (sorted: Float64Array, alpha: number): number => {
  const count = sorted.length;
  const rank = (count + 1) * alpha;
  const k = Math.trunc(rank);
  if (k <= 0) return at(sorted, 0);
  if (k >= count) return at(sorted, count - 1);
  const [below, above] = [at(sorted, k - 1), at(sorted, k)];
  if (k === rank) return below;
  const [z, z0, z1] = [alpha, k / (count + 1), (k + 1) / (count + 1)].map(normalQuantile) as [number, number, number];
  return below + ((z - z0) / (z1 - z0)) * (above - below);
};

const at = (sorted: Float64Array, i: number): number => {
  const value = sorted[i];
  if (value === undefined) throw new RangeError("there is no interval of no replicates");
  return value;
};
