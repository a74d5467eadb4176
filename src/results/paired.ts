import { bcaInterval } from "./bca.js";
import { holm } from "./holm.js";
import { hodgesLehmann, mean } from "./location.js";
import { normalQuantile, studentQuantile } from "./normal.js";
import { median } from "./statistics.js";
import { signedRankTest } from "./wilcoxon.js";

export const comparisonVerdicts = ["faster", "slower", "no change", "inconclusive"] as const;
export type ComparisonVerdict = (typeof comparisonVerdicts)[number];

/** How a comparison judges. Ratios are of B to A. */
export interface PairedRules {
  /** Least change that counts: 0.05 is 5%. */
  readonly threshold: number;
  /** Of the interval, and what is left of it for the adjusted p value: 0.95. */
  readonly level: number;
  readonly resamples: number;
  /** Of the resampling. */
  readonly seed: number;
}

/** Fewer pairs can't come to a p value below 0.05: of six differences all of one sign 2 of 64 do. */
export const LEAST_PAIRS = 6;

export const standardRules: PairedRules = { threshold: 0.05, level: 0.95, resamples: 10_000, seed: 1 };

/** What pairs of runs say about one figure. All ratios are B to A; floor and detectable effect are shares: 0.03 is 3%. */
export interface PairedEffect {
  readonly pairs: number;
  /** By Hodges and Lehmann's estimate of the log ratios, with the BCa interval of it. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** The median of the pairs' ratios. */
  readonly medianRatio: number;
  /** Of Wilcoxon's signed-rank test, not yet adjusted for other figures. */
  readonly p: number;
  readonly floor: number;
  readonly detectable: number;
}

/** What is known of one figure of one cell. */
export interface PairedFigure {
  /** Of B to A, one for each pair of runs. */
  readonly logRatios: readonly number[];
  /** Of one run to another of the same build: what the noise of the machine makes of no difference. */
  readonly sameBuild: readonly number[];
  readonly better: "less" | "more";
  /** Figures that answer one question are adjusted together: the headline figures of all cells are one family. */
  readonly family: string;
}

export interface JudgedFigure extends PairedEffect {
  readonly pAdjusted: number;
  readonly verdict: ComparisonVerdict;
}

/**
 * The verdicts of a comparison. A figure has changed when the interval excludes 1, and the ratio is further from 1 than both
 * the threshold and the noise floor, and the p value, by Holm's method over its family, is below 1 - level. It has not when
 * the whole interval lies within the threshold. Everything else is inconclusive: a noisy machine must not give a clean bill.
 */
export const judgePairs = (figures: readonly PairedFigure[], rules: PairedRules): JudgedFigure[] => {
  const effects = figures.map(({ logRatios, sameBuild }) => pairedEffect(logRatios, sameBuild, rules));
  const adjusted = new Array<number>(figures.length).fill(1);
  for (const family of new Set(figures.map((figure) => figure.family))) {
    const members = figures.flatMap((figure, i) => (figure.family === family ? [i] : []));
    const ps = holm(members.map((i) => effects[i]?.p ?? 1));
    for (const [k, i] of members.entries()) adjusted[i] = ps[k] ?? 1;
  }
  return effects.map((effect, i) => {
    const pAdjusted = adjusted[i] ?? 1;
    const isMore = figures[i]?.better === "more";
    return { ...effect, pAdjusted, verdict: verdictOf({ ...effect, pAdjusted }, isMore, rules) };
  });
};

/** The rule of `judgePairs` for one figure; `isMore`: more of it is better. */
export const verdictOf = (
  { ratio, low, high, floor, pAdjusted }: Omit<JudgedFigure, "verdict" | "p" | "pairs" | "medianRatio" | "detectable">,
  isMore: boolean,
  { threshold, level }: PairedRules,
): ComparisonVerdict => {
  const counts = Math.log1p(threshold);
  const excludesOne = low > 1 || high < 1;
  if (excludesOne && Math.abs(Math.log(ratio)) > Math.max(counts, Math.log1p(floor)) && 1 - pAdjusted > level) {
    return ratio > 1 === isMore ? "faster" : "slower";
  }
  return Math.log(high) <= counts && Math.log(low) >= -counts ? "no change" : "inconclusive";
};

/**
 * The effect in pairs of runs, given as logarithms of B to A, and the noise of the machine from runs of one and the same
 * build, given as logarithms of one to the other.
 */
const pairedEffect = (logRatios: readonly number[], sameBuild: readonly number[], rules: PairedRules): PairedEffect => {
  const { low, high } = bcaInterval(logRatios, hodgesLehmann, rules);
  const error = standardError(sameBuild, logRatios.length);
  const floor = Math.expm1(studentQuantile((1 + FLOOR_LEVEL) / 2, Math.max(1, sameBuild.length - 1)) * error);
  return {
    pairs: logRatios.length,
    ratio: Math.exp(hodgesLehmann(logRatios)),
    low: Math.exp(low),
    high: Math.exp(high),
    medianRatio: Math.exp(median(logRatios)),
    p: signedRankTest(logRatios).p,
    floor,
    detectable: Math.expm1(Math.log1p(Math.max(rules.threshold, floor)) + normalQuantile(POWER) * error),
  };
};

/**
 * How far the estimate from `pairs` pairs lies off by noise alone: its standard error, from runs of one and the same build.
 * Their logarithms scatter around 0, whatever the build, so that their mean distance from 0 tells the spread: √(π/2) of it
 * is the standard deviation where noise is normal, and an outlier weighs less than in the root of squares. √(π/3) is what
 * Hodges and Lehmann's estimate loses against the mean.
 */
const standardError = (sameBuild: readonly number[], pairs: number): number =>
  (Math.sqrt(Math.PI / 3) * Math.sqrt(Math.PI / 2) * mean(sameBuild.map(Math.abs))) / Math.sqrt(pairs);

/**
 * The floor is what noise alone keeps below in so many of all comparisons: Student's quantile, for the spread is itself known
 * from few runs only. It is stricter than the interval's level, for a comparison has several figures, and is judged again
 * each time more pairs are run.
 */
const FLOOR_LEVEL = 0.99;

/** The chance with which an effect of the size `detectable` passes threshold and floor. */
const POWER = 0.8;
