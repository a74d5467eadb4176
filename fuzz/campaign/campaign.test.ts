import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type FuzzStatus, isMeasured } from "../../src/results/index.js";
import { targets } from "../targets/index.js";
import { runCampaign } from "./campaign.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-campaign-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const chosen = targets.filter(({ name }) => /^capability-0[12]-/.test(name));
const common = { targets: chosen, inputs: 1, seed: 1, jobs: 2 } as const;
const never = new AbortController().signal;

describe("a campaign with a budget that is too small", () => {
  it("lets every target have a turn where that is asked for, and tells how it stands all along", async () => {
    const told: FuzzStatus[] = [];
    const listener = { status: (status: FuzzStatus) => void told.push(status) };
    const corpus = join(folder, "every");
    const options = { ...common, engine: "kiln", corpus, budgetMs: 1, everyTarget: true } as const;
    const rows = await runCampaign(options, listener, never);
    expect(rows.map(({ target }) => target)).toEqual(chosen.map(({ name }) => name));
    for (const row of rows) {
      expect(isMeasured(row) && row.coverage?.covered).toBeGreaterThan(0);
      expect(isMeasured(row) && row.series?.edges.at(-1)).toBe(isMeasured(row) && row.coverage?.covered);
    }
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]?.rows.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    expect(told.at(-1)).toMatchObject({ ended_by: "budget", budget_s: 0.001 });
    expect(told.slice(0, -1).every(({ ended_by }) => ended_by === null)).toBe(true);
    expect(readdirSync(join(corpus, "work"))).toEqual(["kiln"]);
  });
});

describe("an interrupted campaign", () => {
  it("ends with what it has", async () => {
    const controller = new AbortController();
    const told: FuzzStatus[] = [];
    const listener = {
      status(status: FuzzStatus): void {
        told.push(status);
        if (status.totals.executions > 0) controller.abort();
      },
    };
    const corpus = join(folder, "interrupted");
    const options = { ...common, engine: "kiln", corpus, budgetMs: 600_000 } as const;
    const rows = await runCampaign(options, listener, controller.signal);
    expect(told.at(-1)?.ended_by).toBe("signal");
    expect(rows.some((row) => isMeasured(row) && row.executions > 0)).toBe(true);
    expect(existsSync(join(corpus, "work", "kiln"))).toBe(true);
  });
});
