import { describe, expect, it } from "vitest";
import { changePoints, standardChangeRules } from "./change-points.js";
import { parseDocument } from "./documents.js";
import type { HistoryEntry } from "./history.js";
import { provenance } from "./provenance.js";
import { seededRandom } from "./random.js";
import { trendOf } from "./trend.js";

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Levels, each for so many runs, with 3% of noise, and one run in twenty far off. */
const series = (seed: number, ...levels: readonly (readonly [level: number, runs: number])[]): number[] => {
  const random = seededRandom(seed);
  return levels.flatMap(([level, runs]) =>
    Array.from({ length: runs }, () => level * Math.exp(0.03 * normal(random) + (random() < 0.05 ? 0.4 : 0))),
  );
};

describe("change points of simulated series", () => {
  it("are found where they are: up, and down again", () => {
    for (let seed = 0; seed < 10; seed++) {
      const points = changePoints(series(seed, [100, 20], [115, 20], [90, 20]));
      expect(points).toHaveLength(2);
      const [up, down] = points;
      expect(Math.abs((up?.index ?? 0) - 20)).toBeLessThanOrEqual(3);
      expect(Math.abs((down?.index ?? 0) - 40)).toBeLessThanOrEqual(3);
      expect((up?.after ?? 0) / (up?.before ?? 1)).toBeCloseTo(1.15, 1);
      expect(up?.p).toBeLessThanOrEqual(0.01);
    }
  });

  it("are hardly ever found where there are none", () => {
    const found = Array.from({ length: 60 }, (_, seed) =>
      changePoints(series(seed, [100, 40]), { ...standardChangeRules, permutations: 199, threshold: 0 }),
    );
    expect(found.filter((points) => points.length > 0).length).toBeLessThanOrEqual(2);
  });

  it("are none below the threshold, and none of a few odd runs", () => {
    expect(changePoints(series(1, [100, 40], [103, 40]))).toEqual([]);
    expect(changePoints([...series(2, [100, 20]), 150, 150, 150])).toEqual([]);
    expect(changePoints([])).toEqual([]);
    expect(changePoints([5, 5, 5, 9, 9, 9])).toEqual([]);
  });

  it("are the same for the same seed", () => {
    const values = series(3, [100, 12], [120, 12]);
    expect(changePoints(values)).toEqual(changePoints(values));
  });
});

const entry = (day: number, cpu: number, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  schema: "kiln.history/1",
  run: `run${day}`,
  document: "kiln.bench.convergence/1",
  started_at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  commit: "a".repeat(40),
  dirty: false,
  version: "Kiln 0.1.0",
  provenance: "0".repeat(64),
  machine: "1".repeat(64),
  what: "self tcp 1000 prefixes",
  key: { target: "self", transport: "tcp", prefixes: 1000 },
  figures: { cpu_s: { median: cpu, min: cpu, max: cpu, n: 3 } },
  ...more,
});

describe("trend", () => {
  it("puts runs in the order of their time, and says when what got worse", () => {
    const entries = series(4, [1, 10], [1.3, 10]).map((cpu, day) => entry(day + 1, cpu));
    const document = trendOf({ entries: entries.toReversed(), unreadable: 2 }, standardChangeRules, provenance());
    expect(document.rows).toHaveLength(1);
    const [row] = document.rows;
    expect(row?.points.map(({ run }) => run).slice(0, 2)).toEqual(["run1", "run2"]);
    expect(row?.changes).toHaveLength(1);
    expect(row?.changes[0]?.direction).toBe("worse");
    expect(Math.abs((row?.changes[0]?.point ?? 0) - 10)).toBeLessThanOrEqual(1);
    expect(parseDocument(JSON.parse(JSON.stringify(document)), "x")).toEqual(document);
  });

  it("keeps machines and cells apart", () => {
    const entries = [entry(1, 1), entry(2, 9, { machine: "2".repeat(64) }), entry(3, 5, { key: { target: "bird" } })];
    const { rows } = trendOf({ entries, unreadable: 0 }, standardChangeRules, provenance());
    expect(rows.map(({ points }) => points.map(({ median }) => median))).toEqual([[1], [9], [5]]);
  });
});
