import { describe, expect, it } from "vitest";
import { holm } from "./holm.js";
import { differencesBetween, hodgesLehmann, mean, shiftBetween } from "./location.js";
import { normalCdf, normalQuantile } from "./normal.js";
import { signedRankTest } from "./wilcoxon.js";

// All figures as R 4.2.2 prints them with options(digits = 15).

/** Values of both signs without ties: ((i * 37) %% 101 - 40 + i / 1000) / 100 for i in 1:n. */
const scattered = (n: number): number[] =>
  Array.from({ length: n }, (_, k) => ((((k + 1) * 37) % 101) - 40 + (k + 1) / 1000) / 100);

// The depression scores of Hollander & Wolfe (1973), the example of R's own help page.
const first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const depression = first.map((value, i) => value - (second[i] ?? 0));

describe("signed-rank test", () => {
  it.each([
    ["R's help page: wilcox.test(x, y, paired = TRUE)", depression, 40, 0.0390625, true],
    ["all to one side, five of them", [-1, -2, -3, -4, -5], 0, 0.0625, true],
    ["49 without ties: still exact", scattered(49), 851, 0.0169651391749568, true],
    ["60 without ties: approximate", scattered(60), 1276, 0.00795773347865071, false],
    ["ties", [3, -1, 2, 2, -2, 5, 1, 4, 4, -3, 6, 2], 64.5, 0.0487191497498327, false],
    ["zeros", [0, 1.5, -0.5, 0, 2.5, 3.5, -4.5, 5.5, 6.5, 7.5], 30, 0.107327557761612, false],
    ["ties and zeros", [0, 1, 1, -1, 2, 0, 3, 3, -2, 4], 29.5, 0.120719575265004, false],
  ])("%s", (_, differences, v, p, exact) => {
    const test = signedRankTest(differences);
    expect(test).toMatchObject({ v, exact });
    expect(Math.abs(test.p - p)).toBeLessThan(1e-12);
    // From the other side it is the same.
    expect(signedRankTest(differences.map((d) => -d)).p).toBeCloseTo(test.p, 12);
  });

  it("finds nothing where there is no difference", () => {
    expect(signedRankTest([])).toMatchObject({ p: 1, n: 0 });
    expect(signedRankTest([0, 0])).toMatchObject({ p: 1, n: 0 });
    expect(signedRankTest([1, -1]).p).toBe(1);
  });
});

describe("location", () => {
  it("is R's pseudomedian", () => {
    expect(hodgesLehmann(depression)).toBeCloseTo(0.46, 12);
    expect(hodgesLehmann([7])).toBe(7);
  });

  it("of a shift is the median of all differences", () => {
    expect(differencesBetween([1, 2], [4, 8])).toEqual([2, 3, 6, 7]);
    expect(shiftBetween([1, 2], [4, 8])).toBe(4.5);
  });

  it("is nowhere without values", () => {
    expect(() => mean([])).toThrow(RangeError);
    expect(() => hodgesLehmann([])).toThrow(RangeError);
  });
});

it('Holm: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.6), "holm")', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005, 0.6]).map((p) => Number(p.toFixed(12)))).toEqual([
    0.04, 0.09, 0.09, 0.025, 0.6,
  ]);
  expect(holm([])).toEqual([]);
});

describe("normal distribution", () => {
  it.each([
    [1e-300, -37.0470962993612],
    [1e-12, -7.034483825301132],
    [0.001, -3.090232306167813],
    [0.025, -1.959963984540054],
    [0.3, -0.524400512708041],
    [0.5, 0],
    [0.9, 1.281551565544601],
    [0.999999, 4.753424308817089],
  ])("quantile of %s", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12);
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
  });

  it.each([
    [-8, 6.22096057427178e-16],
    [-3, 0.00134989803163009],
    [-1.5, 0.0668072012688581],
    [0, 0.5],
    [0.7, 0.758036347776927],
    [2.9, 0.998134186699616],
  ])("up to %s", (z, p) => expect(normalCdf(z) / p).toBeCloseTo(1, 12));

  it("ends at the infinities", () => {
    expect([0, 1].map(normalQuantile)).toEqual([-Infinity, Infinity]);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
  });
});
