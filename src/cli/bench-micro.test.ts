import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isMeasured, listRuns, loadRun, type MicroDocument } from "../results/index.js";
import { registerMicro } from "./bench-micro.js";

let results: string;
let out: string;
const signals = ["SIGINT", "SIGTERM"] as const;
const listening = signals.map((signal) => process.listeners(signal));
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), "kiln-micro-"));
  out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  // What the command waits for, a test run must not.
  signals.forEach((signal, i) => {
    for (const one of process.listeners(signal)) {
      if (listening[i]?.includes(one) !== true) process.removeListener(signal, one);
    }
  });
  rmSync(results, { recursive: true, force: true });
});

const micro = async (...args: readonly string[]): Promise<void> => {
  const bench = new Command("bench").exitOverride();
  registerMicro(bench);
  await bench.parseAsync(["micro", "--results", results, "--time", "10", ...args], { from: "user" });
};

describe("kiln bench micro", () => {
  it("--json prints one document, the same that it keeps", async () => {
    await micro("--filter", "frame", "--json");
    const [run] = listRuns(results);
    const printed = JSON.parse(out) as MicroDocument;
    expect(run === undefined ? [] : loadRun(run)).toEqual([printed]);
    expect(printed).toMatchObject({ schema: "kiln.bench.micro/1", rows: [{ name: "frame" }, { name: "frame-cut" }] });
    expect(printed.rows.every(isMeasured)).toBe(true);
  });

  it("prints a table for people", async () => {
    await micro("--filter", "decision");
    expect(out).toMatch(/^case +ns\/op/);
    expect(out).toMatch(/\ndecision +[\d.,]+ /);
  });

  it("names the cases there are when none fits", async () => {
    await expect(micro("--filter", "no-such")).rejects.toThrow(/no case has "no-such" in its name; there are frame, /);
    expect(listRuns(results)).toEqual([]);
  });
});
