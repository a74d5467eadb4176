import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MicroDocument } from "./bench.js";
import { provenance } from "./provenance.js";
import { ResultsError } from "./results-error.js";
import {
  createRun,
  findRun,
  latestRun,
  listRuns,
  loadDocument,
  loadRun,
  resultsRoot,
  saveDocument,
  saveFile,
} from "./store.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kiln-store-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const noon = new Date("2026-01-31T12:00:00.789Z");
const later = new Date("2026-01-31T12:00:01Z");
const micro = (skipped: string): MicroDocument => ({
  schema: "kiln.bench.micro/1",
  provenance: provenance(),
  rows: [{ name: "frame", skipped }],
});

describe("createRun", () => {
  it("names the folder by UTC time and kind", () => {
    const run = createRun(join(root, "not", "there", "yet"), "micro", noon);
    expect(run).toMatchObject({ id: "20260131T120000Z-micro", kind: "micro" });
    expect(run.startedAt.toISOString()).toBe("2026-01-31T12:00:00.000Z");
    expect(readdirSync(run.dir)).toEqual([]);
  });

  it("gives each of many that start in one second a folder of its own", () => {
    const ids = Array.from({ length: 12 }, () => createRun(root, "micro", noon).id);
    expect(new Set(ids).size).toBe(12);
    expect(ids.slice(0, 3)).toEqual(["20260131T120000Z-micro", "20260131T120000Z-micro-2", "20260131T120000Z-micro-3"]);
    expect(listRuns(root).map(({ id }) => id)).toEqual(ids);
  });

  it("says what to do when the place can't hold it", () => {
    writeFileSync(join(root, "file"), "");
    expect(() => createRun(join(root, "file"), "micro")).toThrow(ResultsError);
    expect(() => createRun(join(root, "file", "below"), "micro")).toThrow(/choose another place with --results DIR/);
  });

  it("refuses a kind that its id could not carry", () => {
    expect(() => createRun(root, "../micro")).toThrow(RangeError);
  });
});

describe("saving and loading", () => {
  it("gives back what was saved", () => {
    const run = createRun(root, "nightly", noon);
    const first = micro("one");
    const second = micro("two");
    saveDocument(run, first);
    saveDocument(run, second, "tls");
    expect(readdirSync(run.dir).sort()).toEqual(["bench.micro-tls.json", "bench.micro.json"]);
    expect(loadRun(findRun(root, run.id))).toEqual([second, first]);
  });

  it("replaces a file whole and leaves nothing unfinished behind", () => {
    const run = createRun(root, "nightly", noon);
    saveFile(run, "report.md", "a long first version");
    saveFile(run, "report.md", "short");
    expect(readFileSync(join(run.dir, "report.md"), "utf8")).toBe("short");
    expect(readdirSync(run.dir)).toEqual(["report.md"]);
  });

  it("keeps the old file when the new one can't be written", () => {
    const run = createRun(root, "nightly", noon);
    // A folder with something in it stands where the file should go: the rename at the end must fail.
    mkdirSync(join(run.dir, "report.md", "x"), { recursive: true });
    expect(() => saveFile(run, "report.md", "new")).toThrow(ResultsError);
    expect(readdirSync(run.dir)).toEqual(["report.md"]);
  });

  it("refuses to save what it could not load again", () => {
    const run = createRun(root, "micro", noon);
    const wrong = { ...micro("x"), rows: [{ name: "" }] } as unknown as MicroDocument;
    expect(() => saveDocument(run, wrong)).toThrow(ResultsError);
    expect(readdirSync(run.dir)).toEqual([]);
  });

  it.each([
    ["half a file", '{"schema": "kiln.bench', /is not JSON/],
    ["another tool's file", '{"results": []}', /no result of Kiln's/],
    ["an older schema", '{"schema": "kiln.bench.micro/0"}', /does not read/],
  ])("explains %s", (_, text, message) => {
    const path = join(root, "x.json");
    writeFileSync(path, text);
    expect(() => loadDocument(path)).toThrow(ResultsError);
    expect(() => loadDocument(path)).toThrow(message);
  });

  it("explains a file that is not there", () => {
    expect(() => loadDocument(join(root, "none.json"))).toThrow(/none\.json: it is not there/);
    expect(() => findRun(root, "20260131T120000Z-micro")).toThrow(/there is no run/);
    expect(() => findRun(root, "../../etc")).toThrow(/there is no run/);
  });
});

describe("finding runs", () => {
  it("lists them oldest first and leaves out what is not a run", () => {
    createRun(root, "micro", later);
    createRun(root, "update", noon);
    mkdirSync(join(root, "baseline"));
    mkdirSync(join(root, "99999999T999999Z-micro"));
    writeFileSync(join(root, "20260131T115959Z-micro"), "a file");
    expect(listRuns(root).map(({ id }) => id)).toEqual(["20260131T120000Z-update", "20260131T120001Z-micro"]);
    expect(listRuns(join(root, "none"))).toEqual([]);
  });

  it("finds the newest of a kind, and the one before a run", () => {
    const first = createRun(root, "nightly", noon);
    createRun(root, "micro", noon);
    const second = createRun(root, "nightly", noon);
    const third = createRun(root, "nightly", later);
    expect(latestRun(root, "nightly")).toEqual(third);
    expect(latestRun(root, "nightly", third)).toEqual(second);
    expect(latestRun(root, "nightly", second)).toEqual(first);
    expect(latestRun(root, "nightly", first)).toBeNull();
    expect(latestRun(root, "soak")).toBeNull();
  });
});

describe("resultsRoot", () => {
  it("is what was asked for, else results/ of the checkout, else results/ here", () => {
    mkdirSync(join(root, "checkout", "src", "deep"), { recursive: true });
    writeFileSync(join(root, "checkout", "package.json"), "{}");
    expect(resultsRoot("there", root)).toBe(join(root, "there"));
    expect(resultsRoot(undefined, join(root, "checkout", "src", "deep"))).toBe(join(root, "checkout", "results"));
    expect(resultsRoot(undefined, root)).toBe(join(root, "results"));
  });
});
