import { describe, expect, it } from "vitest";
import { rankTest } from "./rank-test.js";

describe("rank test", () => {
  // The example in the documentation of SciPy's mannwhitneyu, which names these figures.
  it("gives the published figures of SciPy's example", () => {
    const { u, p, a12 } = rankTest([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(0.11134688653314041, 12);
    expect(a12).toBe(0.85);
  });

  // As SciPy 1.17 has them: mannwhitneyu(…, method="asymptotic").
  it.each([
    ["ties", [1, 2, 2, 3, 5, 60, 60], [2, 4, 8, 60, 60, 60, 60], 14, 0.18144920772142048],
    ["nothing but ties", [1, 1, 1], [1, 1, 1, 1], 6, 1],
    ["little in common", range(1, 40), range(31, 70), 50, 5.493794800445032e-13],
  ])("%s", (_name, first, second, u, p) => {
    const test = rankTest(first, second);
    expect(test.u).toBe(u);
    expect(Math.abs(test.p / p - 1)).toBeLessThan(1e-9);
    expect(test.a12).toBe(u / (first.length * second.length));
    // The other way round the same difference, seen from the other side.
    const other = rankTest(second, first);
    expect(other.a12).toBeCloseTo(1 - test.a12, 12);
    expect(other.p).toBeCloseTo(test.p, 12);
  });

  it("has nothing to say of an empty group", () => {
    expect(() => rankTest([], [1])).toThrow(RangeError);
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
