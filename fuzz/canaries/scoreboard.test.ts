import { expect, it } from "vitest";
import { type CanaryRow, canaryDocument, type FuzzEngine, provenance, summarised } from "../../src/results/index.js";
import type { Canary } from "./canary.js";
import { canaryOf } from "./index.js";
import { runScoreboard, type ScoreboardOptions } from "./scoreboard.js";

const known = (id: string): Canary => {
  const canary = canaryOf(id);
  if (canary === undefined) throw new Error(`there is no canary ${id}`);
  return canary;
};

/** A patch that changes nothing that a decoder does: what is found with it is not its doing. */
const harmless: Canary = {
  ...known("B49"),
  id: "none",
  edits: [
    { file: "src/codec/message/notification.ts", find: "const SHORTEST = ", replace: "const SHORTEST: number = " },
  ],
};

const run = (engine: FuzzEngine, canary: Canary, more: Partial<ScoreboardOptions> = {}, signal?: AbortSignal) =>
  runScoreboard(
    { engines: [engine], canaries: [canary], trials: 1, cpuMs: 3_000, jobs: 1, seed: 1, minimize: true, ...more },
    {},
    signal ?? new AbortController().signal,
  );

const measured = (rows: readonly CanaryRow[]) => {
  const [row] = rows;
  if (row === undefined || !("trials" in row)) throw new Error(`no figures: ${JSON.stringify(row)}`);
  return row;
};

it("gives a row with the CPU time that each trial took to find the canary", { timeout: 60_000 }, async () => {
  const rows = await run("properties", known("B49"));
  const row = measured(rows);
  expect(row).toMatchObject({ engine: "properties", canary: "B49", target: "message-notification", trials: 1 });
  expect(row.found_trials).toBe(1);
  for (const seconds of row.cpu_s) expect(seconds).toBeLessThanOrEqual(3);
  expect(row.executions_per_s).toBeGreaterThan(0);
  expect(row.shortest_octets).toBe(3);
  expect(row.minimized_octets).toBeGreaterThanOrEqual(3);
  const document = {
    schema: "kiln.fuzz.canaries/1",
    provenance: provenance({ seed: 1, startedAt: new Date() }),
    rows,
    limit_s: 3,
    seeds: true,
    summary: summarised(rows, 3),
  };
  expect(canaryDocument.parse(document)).toEqual(document);
});

it("finds nothing where there is nothing, and ends at the limit", { timeout: 60_000 }, async () => {
  const row = measured(await run("properties", harmless, { cpuMs: 1_000 }));
  expect(row).toMatchObject({ trials: 1, found_trials: 0, cpu_s: [null], median_cpu_s: 1, minimized_octets: null });
});

it("says in one line why an engine does not run, and goes on", { timeout: 60_000 }, async () => {
  const rows = await run("properties", { ...known("B49"), target: "no-such-target" });
  expect(rows).toEqual([
    { engine: "properties", canary: "B49", target: "no-such-target", failed: "there is no target no-such-target" },
  ]);
});

it("has no row for what was interrupted before it came to anything", { timeout: 60_000 }, async () => {
  expect(await run("properties", known("B49"), {}, AbortSignal.abort())).toEqual([]);
});

it("measures nothing again that is known", async () => {
  expect(await run("properties", known("B49"), { known: [{ engine: "properties", canary: "B49" }] })).toEqual([]);
});
