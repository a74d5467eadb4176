import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribution, median, percentile, ratioOf, relativeSpread, summary, summarySchema } from "./statistics.js";

describe("summary", () => {
  it("keeps the samples in the order they were taken", () => {
    expect(summary([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, samples: [9, 1, 5] });
  });

  it("takes the mean of the middle two of an even number", () => {
    expect(summary([4, 1, 3, 2]).median).toBe(2.5);
    expect(median([10, 20])).toBe(15);
  });

  it("sorts by size, not by digits", () => {
    expect(summary([100, 9, 20])).toMatchObject({ median: 20, min: 9, max: 100 });
  });

  it.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])("refuses %j", (samples) => {
    expect(() => summary(samples)).toThrow(RangeError);
  });

  it("gives what its schema accepts, and does not touch its argument", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 1 }), (samples) => {
        const before = [...samples];
        expect(summarySchema.safeParse(summary(samples)).success).toBe(true);
        expect(samples).toEqual(before);
      }),
    );
  });
});

describe("percentile", () => {
  // Hyndman & Fan (1996), type 7, by hand: rank = p/100 * (n - 1).
  it.each([
    [0, 15],
    [5, 16],
    [25, 20],
    [30, 23],
    [40, 29],
    [50, 35],
    [99, 49.6],
    [100, 50],
  ])("%d%% of 15, 20, 35, 40, 50 is %d", (p, expected) => {
    expect(percentile([15, 20, 35, 40, 50], p)).toBeCloseTo(expected, 10);
  });

  it("of one sample is that sample", () => {
    expect(distribution([7])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  });

  it("of 1 to 101 is p + 1", () => {
    const samples = Array.from({ length: 101 }, (_, i) => 101 - i);
    expect(distribution(samples)).toEqual({ p50: 51, p95: 96, p99: 100, max: 101 });
  });
});

describe("spread and ratio", () => {
  it("relates the range to the median", () => {
    expect(relativeSpread(summary([90, 100, 120]))).toBeCloseTo(0.3, 10);
    expect(relativeSpread(summary([0, 0]))).toBe(0);
  });

  it("is the ratio of the medians, with the extremes the samples allow", () => {
    expect(ratioOf(summary([10, 20, 30]), summary([40, 50, 80]))).toEqual({ ratio: 0.4, low: 10 / 80, high: 30 / 40 });
  });

  it("is none to nothing", () => {
    expect(ratioOf(summary([1]), summary([0, 1, 2]))).toBeNull();
  });
});
