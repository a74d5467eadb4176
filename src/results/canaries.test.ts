import { describe, expect, it } from "vitest";
import { type CanaryRow, canaryDocument, isFound, summarised } from "./canaries.js";
import { provenance } from "./provenance.js";

const row = (engine: "kiln" | "jsfuzz", canary: string, cpuS: readonly (number | null)[]): CanaryRow => ({
  engine,
  canary,
  target: "message-update",
  trials: cpuS.length,
  found_trials: cpuS.filter((one) => one !== null).length,
  cpu_s: cpuS,
  median_cpu_s: 1,
  executions_per_s: 1000,
});

const rows: readonly CanaryRow[] = [
  row("kiln", "B01", [1, 2, 1, 3, 1]),
  row("kiln", "B02", [1, null, 2, 2, 2]),
  row("jsfuzz", "B01", [9, null, null, 8, 30]),
  row("jsfuzz", "B02", [null, null, null, null, null]),
  { engine: "jazzer", canary: "B01", target: "message-update", failed: "it does not load here" },
];

describe("the summary of a scoreboard", () => {
  const { engines, pairs } = summarised(rows, 60);

  it("counts what is found in four of five trials, and trials without a detection with the limit", () => {
    expect(engines).toEqual([
      { engine: "kiln", canaries: 2, found: 2, median_cpu_s: 2 },
      { engine: "jsfuzz", canaries: 2, found: 0, median_cpu_s: 60 },
    ]);
    expect(isFound({ trials: 20, found_trials: 15 })).toBe(false);
    expect(isFound({ trials: 20, found_trials: 16 })).toBe(true);
  });

  it("compares each two engines over what both were tried on", () => {
    expect(pairs).toEqual([{ a: "kiln", b: "jsfuzz", u: 6.5, a12: 0.065, p: expect.any(Number) }]);
    expect(pairs[0]?.p).toBeLessThan(0.001);
    const apart = [row("kiln", "B01", [1]), row("jsfuzz", "B02", [1])];
    expect(summarised(apart, 60).pairs).toEqual([]);
  });

  it("makes a document that its schema takes", () => {
    const document = {
      schema: "kiln.fuzz.canaries/1",
      provenance: provenance({ seed: 1, startedAt: new Date() }),
      rows,
      limit_s: 60,
      seeds: true,
      summary: { engines, pairs },
    };
    expect(canaryDocument.parse(document)).toEqual(document);
    expect(canaryDocument.safeParse({ ...document, limit_s: 0 }).success).toBe(false);
  });
});
