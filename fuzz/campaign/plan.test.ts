import { describe, expect, it } from "vitest";
import { planRound, rotated } from "./plan.js";

describe("a round", () => {
  it.each([
    [120_000, 39, 2],
    [60_000, 39, 2],
    [600_000, 39, 8],
    [1_200_000, 39, 1],
  ])("of %i ms, %i targets, %i lanes stays within its budget and is used", (budget, targets, lanes) => {
    const { propertiesMs, jsfuzzMs, jsfuzzTargets } = planRound(budget, targets, lanes);
    const used = (targets * (propertiesMs + 1_000) + jsfuzzTargets * (jsfuzzMs + 2_500)) / lanes;
    expect(used).toBeLessThanOrEqual(budget);
    expect(used).toBeGreaterThan(0.9 * budget);
    expect(jsfuzzMs).toBeGreaterThanOrEqual(3_000);
  });

  it("with time enough gives all targets to both engines", () => {
    expect(planRound(1_200_000, 39, 2).jsfuzzTargets).toBe(39);
  });

  it("with hardly any still lets every target be looked at", () => {
    expect(planRound(5_000, 39, 2)).toMatchObject({ propertiesMs: 400, jsfuzzTargets: 0 });
  });
});

it("turns go on where they ended", () => {
  const items = ["a", "b", "c"];
  expect(rotated(items, undefined, 2)).toEqual(["a", "b"]);
  expect(rotated(items, "b", 2)).toEqual(["c", "a"]);
  expect(rotated(items, "gone", 2)).toEqual(["a", "b"]);
});
