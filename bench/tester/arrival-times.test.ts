import { describe, expect, it } from "vitest";
import { arrivalTimes } from "./arrival-times.js";

describe("arrivalTimes", () => {
  it("come at equal distances, the first at once", () => {
    expect(arrivalTimes(4, 200, "even", 1)).toEqual([0, 5, 10, 15]);
    expect(arrivalTimes(0, 200, "even", 1)).toEqual([]);
  });

  it("come as a Poisson process has it: gaps with the mean and the deviation of the rate", () => {
    const times = arrivalTimes(20_000, 100, "poisson", 7);
    const gaps = times.map((at, n) => at - (times[n - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // 10 ms; the standard error of both is below 0.15 ms.
    expect(mean).toBeGreaterThan(9.5);
    expect(mean).toBeLessThan(10.5);
    expect(deviation).toBeGreaterThan(9.5);
    expect(deviation).toBeLessThan(10.5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
  });

  it("are the same for the same seed", () => {
    expect(arrivalTimes(5, 10, "poisson", 3)).toEqual(arrivalTimes(5, 10, "poisson", 3));
    expect(arrivalTimes(5, 10, "poisson", 3)).not.toEqual(arrivalTimes(5, 10, "poisson", 4));
  });

  it.each([0, -1, Number.NaN])("want a rate above 0, not %s", (rate) => {
    expect(() => arrivalTimes(1, rate, "even", 1)).toThrow(RangeError);
  });
});
