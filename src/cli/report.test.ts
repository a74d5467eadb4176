import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { benchDocuments } from "../report/bench-documents.arb.js";
import {
  type AnyDocument,
  appendHistory,
  createRun,
  parseDocument,
  provenance,
  type Run,
  saveDocument,
} from "../results/index.js";
import { register } from "./report.js";

const convergence = benchDocuments.find(
  ({ schema }) => schema === "kiln.bench.convergence/1",
) as unknown as AnyDocument;
const fanout = benchDocuments.find(({ schema }) => schema === "kiln.bench.fanout/1") as unknown as AnyDocument;
const nightly: AnyDocument = {
  schema: "kiln.nightly/1",
  provenance: provenance(),
  budget_s: 1,
  duration_s: 1,
  interrupted: false,
  problems: [],
  previous: null,
  rows: [],
};

let root = "";
let printed = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kiln-report-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const kept = (kind: string, ...documents: readonly AnyDocument[]): Run => {
  const run = createRun(root, kind);
  for (const document of documents) saveDocument(run, document);
  return run;
};
const kiln = async (...args: readonly string[]): Promise<void> => {
  const program = new Command();
  register(program);
  await program.parseAsync(["report", ...args, "--results", root], { from: "user" });
};

describe("kiln report", () => {
  it("writes a page, Markdown and figures to the folder of the first run, which can be read again", async () => {
    const [first, second] = [kept("convergence", convergence), kept("fanout", fanout)];
    await kiln(first.id, second.id);
    expect(readdirSync(first.dir).sort()).toEqual(["bench.convergence.json", "figures", "report.html", "report.md"]);
    expect(readFileSync(join(first.dir, "report.md"), "utf8")).toContain("## Fan-out to many peers");
    expect(readdirSync(join(first.dir, "figures"))).toContain("convergence-curves-tcp.svg");
    await kiln(first.dir, "--json");
    expect(printed).toContain('"kiln.report/1"');
  });

  it("prints what it wrote as one document, of files too", async () => {
    const run = kept("convergence", convergence);
    const out = join(root, "deep", "out");
    await kiln(join(run.dir, "bench.convergence.json"), "--out", out, "--json");
    const document = parseDocument(JSON.parse(printed), "stdout");
    if (document.schema !== "kiln.report/1") throw new Error(document.schema);
    expect(document.rows).toEqual([
      { run: "bench.convergence.json", document: "kiln.bench.convergence/1", measured: 6, skipped: 5, failed: 1 },
    ]);
    for (const file of document.files) expect(existsSync(join(out, file)), file).toBe(true);
  });

  it("shows how the figures of its runs went over time, from three runs on", async () => {
    const runs = [1, 2, 3].map(() => kept("convergence", convergence));
    const withTrend = async (): Promise<string> => {
      await kiln(runs[0]?.id ?? "");
      return readFileSync(join(runs[0]?.dir ?? "", "report.md"), "utf8");
    };
    for (const run of runs.slice(1)) appendHistory(root, run, convergence);
    expect(await withTrend()).not.toContain("## Trend");
    appendHistory(root, runs[0] as Run, convergence);
    appendHistory(root, kept("fanout", fanout), fanout);
    const shown = await withTrend();
    expect(shown).toContain("## Trend");
    expect(shown.slice(shown.indexOf("## Trend"))).not.toContain("receivers");
    await kiln(runs[0]?.id ?? "", "--no-trend");
    expect(readFileSync(join(runs[0]?.dir ?? "", "report.md"), "utf8")).not.toContain("## Trend");
  });

  it("says in one line what is wrong with a run", async () => {
    const night = kept("nightly", nightly, convergence);
    const empty = createRun(root, "empty");
    const barren = kept("soak", { ...convergence, rows: [] } as AnyDocument);
    const other = kept("other", nightly);
    writeFileSync(join(root, "file"), "");
    const wrong: readonly (readonly [args: string[], message: RegExp])[] = [
      [["20200101T000000Z-convergence"], /there is no run/],
      [[empty.id], /is empty/],
      [[barren.id], /has no rows/],
      [[other.id], /has no benchmark, but kiln\.nightly\/1/],
      [[night.id], /has the report of its night already: .*--out/],
      [[night.id, "--out", join(root, "file")], /can't write to .*file \(E[A-Z]+\): .*--out/],
      [[night.id, "--out", "/proc/kiln-report"], /can't write to \/proc\/kiln-report/],
    ];
    for (const [args, message] of wrong) {
      await expect(kiln(...args), args.join(" ")).rejects.toMatchObject({
        name: "CliError",
        message: expect.stringMatching(message),
        exitCode: 2,
      });
    }
  });
});
