import { describe, expect, it } from "vitest";
import { type FuzzStatus, type FuzzTargetStatus, provenance } from "../results/index.js";
import { screenLines } from "./fuzz-screen.js";

const row = (more: Partial<FuzzTargetStatus>): FuzzTargetStatus => ({
  target: "attribute-02-as-path",
  engine: "kiln",
  state: "paused",
  executions: 4_812_345,
  exec_per_s: 48_211,
  seconds: 100,
  edges: 312,
  edges_total: 410,
  corpus: 1204,
  findings: 0,
  last_new_s: 60,
  problem: null,
  ...more,
});

const status = (rows: readonly FuzzTargetStatus[]): FuzzStatus => ({
  schema: "kiln.fuzz.status/1",
  provenance: provenance({ argv: ["node", "kiln", "fuzz"] }),
  updated_at: "2026-02-02T00:00:00.000Z",
  elapsed_s: 125,
  budget_s: 28_800,
  ended_by: null,
  totals: { executions: 123_456_789, exec_per_s: 91_234, edges: 14_201, corpus: 21_003, findings: 1, last_new_s: 122 },
  rows,
});

const many = status([
  ...Array.from({ length: 100 }, (_, i) => row({ target: `waiting-${i}`, state: "waiting", last_new_s: null })),
  row({ target: "a-name-that-is-far-longer-than-any-column-has-room-for-it-at-all", state: "running" }),
  row({ target: "found", findings: 2 }),
  row({ target: "hostile\u001b[2J\nname" }),
]);

describe("the screen", () => {
  it.each([60, 72, 80, 96, 120, 200])("of %i columns has no line that is wider, and as many as fit", (columns) => {
    for (const rows of [1, 4, 5, 10, 24, 50, 200]) {
      const lines = screenLines(many, { columns, rows, colour: false });
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
      if (rows >= 5) expect(lines.length).toBe(Math.min(rows - 1, 103 + 3));
    }
  });

  it("shows what runs first, then what found something, and counts what is left out", () => {
    const lines = screenLines(many, { columns: 80, rows: 8, colour: false });
    expect(lines[0]).toBe("kiln: 2 min 5 s of 8 h 0 min, 103 targets, 1 running, 100 to come");
    expect(lines[2]).toMatch(/^a-name-that-is-\S*… +4\.81M +48\.2k +312 +1,204 +65 s$/);
    expect(lines[3]).toMatch(/^found +4\.81M +48\.2k +312 +1,204 +2 +65 s$/);
    expect(lines[5]).toBe("and 100 more");
    expect(lines[6]).toMatch(/^all +123M +91\.2k +14,201 +21,003 +1 +3 s$/);
  });

  it("is steered by no name, and has colours only where they are wanted", () => {
    const text = (colour: boolean): string => screenLines(many, { columns: 80, rows: 200, colour }).join("\n");
    expect(text(false)).not.toContain("\u001b");
    expect(text(false)).toContain("hostile [2J name");
    expect(text(true)).toContain("\u001b[1m");
    expect(text(true)).not.toContain("\u001b[2J");
  });
});
