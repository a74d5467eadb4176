import { describe, expect, it } from "vitest";
import { duration, figure, megabytes, percentiles, spread, times, whole } from "./units.js";

describe("units", () => {
  it.each([
    [0, "0"],
    [0.000123456, "0.000123"],
    [0.41234, "0.412"],
    [4.1, "4.1"],
    [41.26, "41.3"],
    [412.4, "412"],
    [1_048_576.4, "1,048,576"],
    [-41.26, "-41.3"],
  ])("figure(%d) is %s", (value, text) => expect(figure(value)).toBe(text));

  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [12_540, "12.5 s"],
    [59_960, "1 min 0 s"],
    [185_000, "3 min 5 s"],
    [7_440_000, "2 h 4 min"],
    [3_599_600, "1 h 0 min"],
  ])("duration(%d) is %s", (ms, text) => expect(duration(ms)).toBe(text));

  it("shows medians with their extremes, and one sample alone", () => {
    expect(spread({ median: 412, min: 398, max: 1431 })).toBe("412 (398–1,431)");
    expect(spread({ median: 118e6, min: 118e6, max: 118e6 }, megabytes)).toBe("118");
  });

  it("shows the rest", () => {
    expect(whole(1234567.5)).toBe("1,234,568");
    expect(percentiles({ p50: 1, p95: 2.5, p99: 31.25, max: 99 })).toBe("1 / 2.5 / 31.3");
    expect(times({ ratio: 0.5, low: 0.304, high: 0.9 })).toBe("×0.50 (0.30–0.90)");
  });
});
