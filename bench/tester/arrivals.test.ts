import { describe, expect, it } from "vitest";
import { curveSchema } from "../../src/results/index.js";
import { Arrivals } from "./arrivals.js";

describe("Arrivals", () => {
  it("numbers chunks from 1 and draws what had come by the end of each", () => {
    const arrivals = new Arrivals();
    expect([arrivals.begin(1010, 0), arrivals.begin(1020, 3), arrivals.begin(1040, 7)]).toEqual([1, 2, 3]);
    expect(arrivals.curve(1000, 9)).toEqual({ ms: [0, 10, 20, 40], prefixes: [0, 3, 7, 9] });
  });

  it("draws nothing but the beginning when nothing came", () => {
    expect(new Arrivals().curve(1000, 0)).toEqual({ ms: [0], prefixes: [0] });
  });

  it("never falls, also where a set did", () => {
    const arrivals = new Arrivals();
    arrivals.begin(1, 0);
    arrivals.begin(2, 5);
    arrivals.begin(3, 4);
    expect(arrivals.curve(0, 6).prefixes).toEqual([0, 5, 5, 6]);
  });

  it.each([198, 199, 200, 201, 500, 10_000])("keeps first and last of %i chunks, in at most 200 points", (chunks) => {
    const arrivals = new Arrivals();
    for (let n = 1; n <= chunks; n++) arrivals.begin(100 + n, (n - 1) * 10);
    const curve = arrivals.curve(100, chunks * 10);
    expect(() => curveSchema.parse(curve)).not.toThrow();
    expect([curve.ms.at(-1), curve.prefixes.at(-1)]).toEqual([chunks, chunks * 10]);
    // Each point is a true one: after so many milliseconds so many had come.
    expect(curve.prefixes).toEqual(curve.ms.map((ms) => ms * 10));
  });
});
