import { describe, expect, it } from "vitest";
import { planNight, rotated } from "./plan.js";

describe("a night", () => {
  it.each([
    [70_000, 104, 2],
    [600_000, 104, 8],
    [8 * 3_600_000, 104, 2],
    [1_200_000, 39, 1],
  ])("of %i ms, %i targets, %i lanes leaves most of it to Kiln's engine", (budget, targets, lanes) => {
    const { properties, jsfuzz } = planNight(budget, targets, lanes);
    const used = (properties.targets * (properties.ms + 1_000) + jsfuzz.targets * (jsfuzz.ms + 2_500)) / lanes;
    expect(used).toBeLessThanOrEqual(0.3 * budget);
    expect(used).toBeGreaterThan(0.2 * budget);
    expect(properties.targets % lanes === 0 || properties.targets === targets).toBe(true);
    expect(jsfuzz.ms).toBeGreaterThanOrEqual(3_000);
    // However long starts take.
    expect(properties.mostMs + jsfuzz.mostMs).toBeLessThanOrEqual(budget / 2);
  });

  it("with time enough gives all targets to all engines", () => {
    expect(planNight(1_800_000, 104, 2)).toMatchObject({ properties: { targets: 104 }, jsfuzz: { targets: 64 } });
    expect(planNight(3_600_000, 104, 2)).toMatchObject({ properties: { targets: 104 }, jsfuzz: { targets: 104 } });
  });

  it("with hardly any still uses each engine, in every lane", () => {
    expect(planNight(1_000, 104, 2)).toEqual({
      properties: { targets: 2, ms: 400, mostMs: 2_100 },
      jsfuzz: { targets: 2, ms: 3_000, mostMs: 8_250 },
    });
  });
});

it("turns go on where they ended", () => {
  const items = ["a", "b", "c"];
  expect(rotated(items, undefined, 2)).toEqual(["a", "b"]);
  expect(rotated(items, "b", 2)).toEqual(["c", "a"]);
  expect(rotated(items, "gone", 2)).toEqual(["a", "b"]);
});
