import { describe, expect, it } from "vitest";
import { bcaInterval, bcaOf } from "./bca.js";
import { hodgesLehmann, mean } from "./location.js";
import { seededRandom } from "./random.js";
import { median } from "./statistics.js";

const x = [
  0.0314159, -0.0127183, 0.0846619, 0.0471405, -0.0057721, 0.1121314, 0.0632455, 0.0291546, -0.0412311, 0.0754983,
  0.0180278,
];

/**
 * 999 resamples by a generator that R runs alike, and what R makes of their replicates:
 *
 *     s <- 1; idx <- matrix(0, 999, 11)
 *     for (r in 1:999) for (i in 1:11) { s <- (s * 16807) %% 2147483647; idx[r, i] <- s %% 11 + 1 }
 *     t <- apply(idx, 1, function(k) stat(x[k])); jack <- sapply(1:11, function(i) stat(x[-i]))
 *     b <- boot(x, function(d, i) stat(d[i]), R = 2); b$t <- matrix(t, ncol = 1); b$R <- 999
 *     boot.ci(b, conf, type = "bca", L = 10 * (mean(jack) - jack))$bca[4:5]
 */
const replicatesOf = (statistic: (values: readonly number[]) => number): Parameters<typeof bcaOf>[0] => {
  let s = 1;
  const replicates = Array.from({ length: 999 }, () =>
    statistic(
      x.map(() => {
        s = (s * 16807) % 2147483647;
        return x[s % x.length] ?? 0;
      }),
    ),
  );
  return { estimate: statistic(x), replicates, jackknife: x.map((_, i) => statistic(x.toSpliced(i, 1))) };
};

describe("BCa interval", () => {
  it.each([
    [
      "mean",
      mean,
      0.0365049454545455,
      [0.0110603497835283, 0.0636580273970462],
      [0.015460936453268, 0.0595688387335665],
    ],
    ["median", median, 0.0314159, [-0.0057721, 0.0632455], [-0.0057721, 0.0632455]],
    ["pseudomedian", hodgesLehmann, 0.035710975, [0.0104288265968339, 0.0659012], [0.0144905100062771, 0.0632455]],
  ])("of the %s is R's (4.2.2, boot 1.3.28.1)", (_, statistic, estimate, at95, at90) => {
    const replicates = replicatesOf(statistic);
    expect(replicates.estimate).toBeCloseTo(estimate, 12);
    for (const [level, [low = 0, high = 0]] of [
      [0.95, at95],
      [0.9, at90],
    ] as const) {
      const interval = bcaOf(replicates, level, 0);
      expect(Math.abs(interval.low - low)).toBeLessThan(1e-9);
      expect(Math.abs(interval.high - high)).toBeLessThan(1e-9);
    }
  });

  it("is the same for the same seed and not for another", () => {
    const of = (seed: number): unknown => bcaInterval(x, mean, { resamples: 2000, seed, level: 0.95 });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  it("holds what it should about as often as it says", () => {
    const random = seededRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let held = 0;
    for (let trial = 0; trial < 300; trial++) {
      const values = Array.from({ length: 20 }, () => 1 + normal());
      const { low, high } = bcaInterval(values, mean, { resamples: 1000, seed: trial, level: 0.95 });
      if (low <= 1 && 1 <= high) held++;
    }
    expect(held / 300).toBeGreaterThan(0.89);
    expect(held / 300).toBeLessThan(0.98);
  });

  it("has no width where the values have none, and none outside them", () => {
    const options = { resamples: 500, seed: 1, level: 0.95 };
    expect(bcaInterval([2], mean, options)).toEqual({ low: 2, high: 2 });
    expect(bcaInterval([2, 2, 2], median, options)).toEqual({ low: 2, high: 2 });
    const { low, high } = bcaInterval([1, 100], mean, options);
    expect(low).toBeGreaterThanOrEqual(1);
    expect(high).toBeLessThanOrEqual(100);
    expect(() => bcaInterval([], mean, options)).toThrow(RangeError);
  });
});
