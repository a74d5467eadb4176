import { describe, expect, it } from "vitest";
import {
  type JudgedFigure,
  judgePairs,
  type PairedFigure,
  type PairedRules,
  standardRules,
  verdictOf,
} from "./paired.js";
import { seededRandom } from "./random.js";

const rules: PairedRules = { ...standardRules, resamples: 1000 };

describe("one figure's verdict", () => {
  const of = (ratio: number, low: number, high: number, more: Partial<JudgedFigure> = {}, isMore = false): string =>
    verdictOf({ ratio, low, high, floor: 0.02, pAdjusted: 0.01, ...more }, isMore, rules);

  it("is a change when interval, size and p value agree", () => {
    expect(of(1.1, 1.05, 1.15)).toBe("slower");
    expect(of(0.9, 0.85, 0.95)).toBe("faster");
    // Of what more is better, the other way round.
    expect(of(1.1, 1.05, 1.15, {}, true)).toBe("faster");
    expect(of(0.9, 0.85, 0.95, {}, true)).toBe("slower");
  });

  it.each([
    ["the interval holds 1", of(1.1, 0.99, 1.2)],
    ["the noise is larger", of(1.1, 1.05, 1.15, { floor: 0.12 })],
    ["the p value is not small enough", of(1.1, 1.05, 1.15, { pAdjusted: 0.05 })],
    ["it is smaller than counts, but may be larger", of(1.04, 1.01, 1.07)],
  ])("is inconclusive when %s", (_, verdict) => expect(verdict).toBe("inconclusive"));

  it("is no change when nothing outside the threshold is left", () => {
    expect(of(1.01, 0.97, 1.04)).toBe("no change");
    // A real difference that is too small to count.
    expect(of(1.02, 1.01, 1.03)).toBe("no change");
    expect(of(1.01, 0.95, 1.04)).toBe("inconclusive");
    // Noise is no excuse: what may be 10% is not called no change.
    expect(of(1.01, 0.9, 1.1, { floor: 0.2 })).toBe("inconclusive");
  });
});

it("adjusts each family by itself", () => {
  const steady = { logRatios: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => 0.1 + n / 1000), sameBuild: [0.001, -0.001, 0.002] };
  const figure = (family: string): PairedFigure => ({ ...steady, better: "less", family });
  const [alone, first, second] = judgePairs([figure("headline"), figure("others"), figure("others")], rules);
  expect(alone).toMatchObject({ verdict: "slower", p: 2 / 256, pAdjusted: 2 / 256, pairs: 8 });
  expect([first?.pAdjusted, second?.pAdjusted]).toEqual([4 / 256, 4 / 256]);
  expect(alone?.ratio).toBeCloseTo(Math.exp(0.1045), 9);
  expect(alone?.detectable).toBeGreaterThan(0.05);
});

/** A campaign as `kiln compare` leads it: 10 pairs, and 10 more while it is inconclusive, to 30. */
const campaign = (random: () => number, noise: (random: () => number) => number, effect: number): JudgedFigure => {
  const a: number[] = [];
  const b: number[] = [];
  for (let pairs = 10; ; pairs += 10) {
    while (a.length < pairs) {
      a.push(noise(random));
      b.push(effect + noise(random));
    }
    const neighbours = (values: readonly number[]): number[] =>
      Array.from({ length: pairs / 2 }, (_, k) => (values[2 * k + 1] ?? 0) - (values[2 * k] ?? 0));
    const [judged] = judgePairs(
      [
        {
          logRatios: a.map((value, i) => (b[i] ?? 0) - value),
          sameBuild: [...neighbours(a), ...neighbours(b)],
          better: "less",
          family: "headline",
        },
      ],
      { ...rules, resamples: 300 },
    );
    if (judged === undefined) throw new RangeError("nothing was judged");
    if (judged.verdict !== "inconclusive" || pairs === 30) return judged;
  }
};

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe("simulated comparisons", () => {
  const machines: readonly (readonly [string, (random: () => number) => number])[] = [
    ["quiet: runs within 2.5%", (random) => 0.025 * normal(random)],
    ["busy: runs within 6.5%", (random) => 0.065 * normal(random)],
    ["with outliers: one run in ten is off by a quarter", (random) => (random() < 0.1 ? 0.25 : 0.04) * normal(random)],
  ];
  const verdicts = (noise: (random: () => number) => number, effect: number, times: number): JudgedFigure[] => {
    const random = seededRandom(17);
    return Array.from({ length: times }, () => campaign(random, noise, effect));
  };
  const share = (all: readonly JudgedFigure[], ...wanted: readonly string[]): number =>
    all.filter(({ verdict }) => wanted.includes(verdict)).length / all.length;

  it.each(machines)("of a build with itself find no change (%s)", (_, noise) => {
    // One in a hundred or two by chance; of thirty comparisons two are allowed.
    expect(share(verdicts(noise, 0, 100), "slower", "faster")).toBeLessThanOrEqual(0.04);
  });

  it.each(machines)("find what takes a tenth more (%s)", (_, noise) => {
    const all = verdicts(noise, Math.log(1.1), 40);
    expect(share(all, "slower")).toBeGreaterThanOrEqual(0.9);
    expect(share(all, "faster", "no change")).toBe(0);
  });

  it("give a quiet machine a clean bill, and a speed-up its due", () => {
    const [, quiet] = machines[0] ?? [];
    if (quiet === undefined) throw new RangeError("there is no machine");
    expect(share(verdicts(quiet, 0, 40), "no change")).toBeGreaterThanOrEqual(0.95);
    expect(share(verdicts(quiet, Math.log(0.9), 20), "faster")).toBe(1);
  });

  it("detect what they say they detect in about four of five", () => {
    // At a fixed number of pairs, by the rule itself: the effect that the first comparison names as detectable.
    const [, noise] = machines[1] ?? [];
    if (noise === undefined) throw new RangeError("there is no machine");
    const random = seededRandom(3);
    const once = (effect: number): JudgedFigure => {
      const [a, b] = [0, effect].map((shift) => Array.from({ length: 20 }, () => shift + noise(random))) as [
        number[],
        number[],
      ];
      const sameBuild = Array.from({ length: 20 }, () => noise(random) - noise(random));
      const logRatios = a.map((value, i) => (b[i] ?? 0) - value);
      const [judged] = judgePairs([{ logRatios, sameBuild, better: "less", family: "one" }], {
        ...rules,
        resamples: 300,
      });
      if (judged === undefined) throw new RangeError("nothing was judged");
      return judged;
    };
    const detectable = Array.from({ length: 20 }, () => once(0).detectable).sort((x, y) => x - y)[10] ?? 0;
    const found = Array.from({ length: 100 }, () => once(Math.log1p(detectable)));
    expect(share(found, "slower")).toBeGreaterThan(0.65);
    expect(share(found, "slower")).toBeLessThan(0.95);
  });
});
