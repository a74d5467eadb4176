import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConvergenceDocument, MicroDocument } from "./bench.js";
import { appendHistory, historyEntries, historyFile, readHistory } from "./history.js";
import { packageRoot, provenance } from "./provenance.js";
import { ResultsError } from "./results-error.js";
import { summary } from "./statistics.js";
import { createRun, loadDocument } from "./store.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kiln-history-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const convergence = (cpu: readonly number[], started = "2026-01-31T12:00:00.000Z"): ConvergenceDocument => ({
  schema: "kiln.bench.convergence/1",
  provenance: { ...provenance(), started_at: started },
  rows: [
    {
      target: "self",
      version: "Kiln 0.1.0",
      transport: "tcp",
      prefixes: 1000,
      peers: 1,
      exact: true,
      convergence_ms: summary([100, 300]),
      intake_ms: summary([1]),
      cpu_s: summary(cpu),
      peak_rss_bytes: summary([5e6]),
    },
    { target: "bird", version: null, transport: "tls", prefixes: 1000, peers: 1, skipped: "no TLS" },
  ],
});

describe("history", () => {
  it("has a line for each row with figures, without its samples", () => {
    const run = createRun(root, "convergence");
    appendHistory(root, run, convergence([1, 2, 4]));
    appendHistory(root, run, convergence([3]));
    const { entries, unreadable } = readHistory(root);
    expect([entries.length, unreadable]).toEqual([2, 0]);
    expect(entries[0]).toMatchObject({
      run: run.id,
      document: "kiln.bench.convergence/1",
      what: "self tcp 1000 prefixes 1 peers",
      version: "Kiln 0.1.0",
      key: { target: "self", transport: "tcp", prefixes: 1000, peers: 1 },
      figures: { cpu_s: { median: 2, min: 1, max: 4, n: 3 }, convergence_ms: { median: 200, n: 2 } },
    });
    expect(readFileSync(historyFile(root), "utf8")).not.toContain("samples");
  });

  it("goes on after a line that was torn, and reads around it", () => {
    const run = createRun(root, "convergence");
    appendHistory(root, run, convergence([1]));
    const [line = ""] = readFileSync(historyFile(root), "utf8").split("\n");
    appendFileSync(historyFile(root), line.slice(0, 100));
    expect(readHistory(root)).toMatchObject({ entries: [{ run: run.id }], unreadable: 1 });
    appendHistory(root, run, convergence([2]));
    const { entries, unreadable } = readHistory(root);
    expect(entries.map(({ figures }) => figures.cpu_s?.median)).toEqual([1, 2]);
    expect(unreadable).toBe(1);
  });

  it("leaves out what is foreign or of a later version", () => {
    const run = createRun(root, "convergence");
    appendHistory(root, run, convergence([1]));
    const [line = ""] = readFileSync(historyFile(root), "utf8").split("\n");
    appendFileSync(historyFile(root), `${line.replace("history/1", "history/9")}\n[]\n\n{"a":1}\n`);
    expect(readHistory(root)).toMatchObject({ entries: [{}], unreadable: 3 });
  });

  it("tells machines apart, and runs on one by all of their provenance", () => {
    const [first] = historyEntries("a", convergence([1]));
    const [later] = historyEntries("b", convergence([1], "2026-02-01T12:00:00.000Z"));
    expect(first?.machine).toBe(later?.machine);
    expect(first?.provenance).not.toBe(later?.provenance);
    const other = convergence([1]);
    const [elsewhere] = historyEntries("c", { ...other, provenance: { ...other.provenance, kernel: "9.9" } });
    expect(elsewhere?.machine).not.toBe(first?.machine);
  });

  it("counts what is behind a micro case, and has nothing of documents that are no benchmark", () => {
    const micro: MicroDocument = {
      schema: "kiln.bench.micro/1",
      provenance: provenance(),
      rows: [
        {
          name: "frame",
          unit: "message",
          ops_per_s: 1e6,
          ns_per_op: { median: 900, p99: 1200, min: 850 },
          rme_percent: 0.5,
          samples: 10,
          ops_per_sample: 100,
          octets_per_op: null,
        },
      ],
    };
    expect(historyEntries("a", micro)[0]?.figures).toEqual({ ns_per_op: { median: 900, min: 850, max: 1200, n: 10 } });
    expect(historyEntries("a", { schema: "kiln.fuzz.run/2", provenance: provenance(), rows: [] })).toEqual([]);
  });

  it("is empty where there is none, and says why it can't be written", () => {
    expect(readHistory(root)).toEqual({ entries: [], unreadable: 0 });
    const run = createRun(root, "convergence");
    expect(() => appendHistory(join(root, "none"), run, convergence([1]))).toThrow(ResultsError);
  });
});

const baseline = join(packageRoot(), "results", "baseline");
describe("a run that is under version control still loads", () => {
  it.each(readdirSync(baseline))("%s", (name) => {
    const document = loadDocument(join(baseline, name));
    expect(document.rows.length).toBeGreaterThan(0);
    expect(document.provenance.commit).toMatch(/^[0-9a-f]{40}$/);
    if (document.schema === "kiln.bench.convergence/1") expect(historyEntries("x", document)).not.toEqual([]);
  });
});
