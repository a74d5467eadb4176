import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { targets as allTargets } from "../../fuzz/targets/index.js";
import { attributes } from "../codec/attribute/index.js";
import { capabilities } from "../codec/capability/index.js";
import { fuzzDocument, fuzzList, fuzzStatus } from "../results/index.js";
import { register as registerFuzz } from "./fuzz.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-cli-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let out = "";
let err = "";
const signals = ["SIGINT", "SIGTERM"] as const;
const listening = signals.map((signal) => process.listeners(signal));
beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  // What the command waits for, a test run must not.
  signals.forEach((signal, i) => {
    for (const one of process.listeners(signal)) {
      if (listening[i]?.includes(one) !== true) process.removeListener(signal, one);
    }
  });
});

/** The exit code it sets; an error for the user is thrown. */
const kiln = async (...args: string[]): Promise<number> => {
  const program = new Command("kiln").exitOverride();
  registerFuzz(program);
  process.exitCode = undefined;
  await program.parseAsync(args, { from: "user" });
  return Number(process.exitCode ?? 0);
};

describe("kiln fuzz --list", () => {
  it("names every target with its module, and each has seeds", async () => {
    expect(await kiln("fuzz", "--list", "--json")).toBe(0);
    const { targets } = fuzzList.parse(JSON.parse(out));
    const names = targets.map(({ name }) => name);
    expect(names.filter((name) => /^attribute-\d/.test(name))).toHaveLength(attributes.length);
    expect(names.filter((name) => /^capability-\d/.test(name))).toHaveLength(capabilities.length);
    expect(targets).toContainEqual(
      expect.objectContaining({ name: "attribute-02-as-path", module: "src/codec/attribute/02-as-path.ts" }),
    );
    expect(targets.every(({ seeds }) => seeds > 0)).toBe(true);
  });

  it("takes names and first parts of names, and knows no others", async () => {
    expect(await kiln("fuzz", "nlri", "mrt-record", "--list")).toBe(0);
    const named = allTargets.filter(({ name }) => name.startsWith("nlri") || name === "mrt-record");
    expect(out.trim().split("\n")).toHaveLength(named.length);
    await expect(kiln("fuzz", "no-such", "--list")).rejects.toThrow(
      'there is no target "no-such": kiln fuzz --list shows them',
    );
  });
});

describe("kiln fuzz", () => {
  it("gives a row for each target, leaves nothing behind, and exits with 0 when nothing is found", async () => {
    const corpus = join(folder, "corpus");
    const args = ["--engine", "properties", "--time", "300ms", "--seed", "1", "--corpus", corpus, "--json"];
    expect(await kiln("fuzz", "attribute-01-origin", ...args)).toBe(0);
    const { rows, provenance } = fuzzDocument.parse(JSON.parse(out));
    expect(provenance.seed).toBe(1);
    expect(rows).toEqual([
      expect.objectContaining({ target: "attribute-01-origin", engine: "properties", faults: 2, findings: [] }),
    ]);
    expect(rows[0]).toMatchObject({
      coverage: { unit: "lines" },
      outcomes: { "origin/bad-length": expect.any(Number) },
    });
    expect(err).toContain("attribute-01-origin:");
    expect(readdirSync(join(corpus, "work"))).toEqual(["status.json"]);
  });

  it("runs Kiln's engine if not told otherwise, keeps what it learned, and writes the reports", async () => {
    const [corpus, report] = [join(folder, "corpus-kiln"), join(folder, "report")];
    const args = ["--time", "300ms", "--seed", "1", "--corpus", corpus, "--report", report, "--json"];
    expect(await kiln("fuzz", "capability-01", "capability-02", ...args)).toBe(0);
    const { rows } = fuzzDocument.parse(JSON.parse(out));
    expect(rows.map(({ target }) => target)).toEqual(["capability-01-multiprotocol", "capability-02-route-refresh"]);
    for (const row of rows) {
      expect(row).toMatchObject({
        engine: "kiln",
        coverage: { unit: "edges", covered: expect.any(Number) },
        corpus: expect.any(Number),
        series: { edges: expect.any(Array) },
        problem: null,
      });
      expect(readdirSync(join(corpus, "work", "kiln", row.target, "queue")).length).toBeGreaterThan(0);
    }
    expect(readdirSync(report).sort()).toEqual([
      "findings.sarif",
      "fuzz.run.json",
      "junit.xml",
      "report.html",
      "report.md",
      "status.json",
    ]);
    expect(fuzzDocument.parse(JSON.parse(readFileSync(join(report, "fuzz.run.json"), "utf8"))).rows).toEqual(rows);
    const status = fuzzStatus.parse(JSON.parse(readFileSync(join(report, "status.json"), "utf8")));
    expect(status.ended_by).toBe("time");
    expect(status.rows.map(({ state }) => state)).toEqual(["ended", "ended"]);
    expect(readFileSync(join(report, "report.md"), "utf8")).toContain("| capability-01-multiprotocol | kiln |");
  });

  it("refuses two kinds of time at once", async () => {
    await expect(kiln("fuzz", "capability-01", "--time", "1s", "--budget", "1s")).rejects.toThrow(
      "--time is for each target and --budget for all of them: give one of the two",
    );
  });
});
