import { describe, expect, it } from "vitest";
import { fuzzDocument, fuzzStatus } from "../../src/results/fuzz.js";
import { provenance } from "../../src/results/provenance.js";
import type { EngineStats } from "../engine/types.js";
import { Board, SeriesMaker } from "./board.js";

const facts = provenance({ argv: ["node", "kiln", "fuzz"] });
const boardOf = (...names: string[]): Board =>
  new Board({
    targets: names.map((name) => ({ name, module: `src/${name}.ts`, faults: [] })),
    engine: "kiln",
    seed: 1,
    budgetMs: 60_000,
    provenance: facts,
  });

const stats = (executions: number, features: number, elapsedMs: number): EngineStats => ({
  executions,
  edges: features / 2,
  edgesTotal: 500,
  features,
  corpus: features / 10,
  lastNewMs: elapsedMs / 2,
  elapsedMs,
  cpuMs: elapsedMs,
  rssMb: 100,
});

describe("the board", () => {
  it("adds up work over turns and workers, and takes the largest of what they share", () => {
    const board = boardOf("a", "b");
    board.began("a", 0, 0);
    board.began("a", 1, 0);
    expect(board.progress("a", 0, 1000, stats(1000, 100, 1000), 1000)).toBe(100);
    // The second worker has seen nothing that the first had not.
    expect(board.progress("a", 1, 500, stats(500, 90, 1000), 1000)).toBe(0);
    expect(board.status(1000, null).rows[0]).toMatchObject({
      state: "running",
      executions: 1500,
      exec_per_s: 1500,
      edges: 50,
      corpus: 10,
      seconds: 2,
      last_new_s: 0.5,
    });
    const coverage = { covered: 60, total: 500, unit: "edges" } as const;
    board.done(
      "a",
      0,
      { executions: 2000, outcomes: { accepted: 5 }, coverage, cpuMs: 1900, stats: stats(2000, 120, 2000) },
      2000,
    );
    board.done("a", 1, { executions: 900, outcomes: { accepted: 2, x: 1 }, coverage: null, cpuMs: 1800 }, 2000);
    board.found("a", "0123456789ab");
    board.end();
    expect(board.row("a")).toMatchObject({
      executions: 2900,
      seconds: 4,
      cpu_s: 3.7,
      coverage,
      features: 120,
      corpus: 12,
      outcomes: { accepted: 7, x: 1 },
      findings: ["0123456789ab"],
      last_new_s: 1,
      series: { elapsed_s: [1, 2], edges: [50, 60], executions: [1500, 2500], corpus: [10, 12] },
    });
    expect(board.row("b")).toBeNull();
  });

  it("is a document of its schema at any moment", () => {
    const board = boardOf("a", "b", "c");
    const check = (now: number): void => void fuzzStatus.parse(JSON.parse(JSON.stringify(board.status(now, null))));
    check(0);
    board.began("a", 0, 10);
    check(20);
    board.progress("a", 0, 10, stats(10, 30, 7), 30);
    board.began("b", 1, 10);
    board.failed("b", 1, "no seed reaches it", true);
    check(40);
    board.done("a", 0, { executions: 10, outcomes: {}, coverage: null }, 50);
    board.end();
    const status = board.status(60, "budget");
    expect(fuzzStatus.parse(status).rows.map(({ state }) => state)).toEqual(["ended", "failed", "waiting"]);
    expect(status.totals).toMatchObject({ executions: 10, exec_per_s: 0, edges: 15 });
    const rows = ["a", "b"].map((name) => board.row(name));
    expect(fuzzDocument.parse({ schema: "kiln.fuzz.run/2", provenance: facts, rows }).rows[1]).toMatchObject({
      failed: "no seed reaches it",
    });
  });

  it("keeps what a target came to before it was given up", () => {
    const board = boardOf("a");
    board.began("a", 0, 0);
    board.done("a", 0, { executions: 10, outcomes: {}, coverage: null }, 50);
    board.began("a", 1, 60);
    board.failed("a", 1, "its worker died", true);
    expect(board.row("a")).toMatchObject({ executions: 10, problem: "its worker died" });
  });

  it("counts a finding once", () => {
    const board = boardOf("a");
    expect([board.found("a", "0123456789ab"), board.found("a", "0123456789ab")]).toEqual([true, false]);
  });
});

describe("a series", () => {
  it("keeps begin and end, never more than 200 points, in order", () => {
    const maker = new SeriesMaker();
    for (let i = 0; i <= 10_000; i++) {
      maker.add(i / 2, i, i * 10, 1);
      expect(maker.series?.elapsed_s.length).toBeLessThanOrEqual(200);
    }
    const { elapsed_s = [], edges = [], executions = [] } = maker.series ?? {};
    expect(elapsed_s.length).toBeGreaterThan(100);
    expect([elapsed_s[0], elapsed_s.at(-1)]).toEqual([0, 5000]);
    expect([edges.at(-1), executions.at(-1)]).toEqual([10_000, 100_000]);
    expect(elapsed_s).toEqual([...elapsed_s].sort((a, b) => a - b));
    const gaps = elapsed_s.slice(1, -1).map((elapsed, i) => elapsed - (elapsed_s[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps));
  });

  it("of nothing is none", () => expect(new SeriesMaker().series).toBeNull());
});
