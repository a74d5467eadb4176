import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type CanaryDocument, type CanaryRow, type Provenance, provenance, summarised } from "../results/index.js";
import { type Conditions, earlierRows, isComplete, merged } from "./canary-resume.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-canary-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "canaries.json");

const row = (canary: string, trials: number, more: object = {}): CanaryRow => {
  const cpuS = Array.from({ length: trials }, (_, i) => (i === 0 ? 1 : null));
  const figures = { trials, found_trials: 1, cpu_s: cpuS, median_cpu_s: 60, executions_per_s: 1000 };
  return { engine: "kiln", canary, target: "message-update", ...figures, ...more };
};
const whole = row("B01", 2);
const cut = row("B02", 1);
const failed: CanaryRow = {
  engine: "jazzer",
  canary: "B01",
  target: "message-update",
  failed: "it does not load here",
};
const minimized = row("B03", 2, { minimized_octets: 23, shortest_octets: 23 });

const here = provenance({ seed: 1, startedAt: new Date() });
const wanted: Conditions = { limit_s: 60, seeds: false, provenance: here };

const kept = (more: Partial<CanaryDocument> = {}, differs: Partial<Provenance> = {}): void => {
  const rows = [whole, cut, failed, minimized];
  const document: CanaryDocument = {
    schema: "kiln.fuzz.canaries/1",
    provenance: { ...here, ...differs },
    rows,
    limit_s: 60,
    seeds: false,
    summary: summarised(rows, 60),
    ...more,
  };
  writeFileSync(file, JSON.stringify(document));
};

describe("what --resume goes on from", () => {
  it("is nothing where there is no file yet", () => {
    expect(earlierRows(join(folder, "none.json"), wanted)).toEqual([]);
  });

  it("is every row that the file has", () => {
    kept();
    expect(earlierRows(file, wanted)).toEqual([whole, cut, failed, minimized]);
  });

  it.each([
    ["commit", {}, { commit: "0".repeat(40) }],
    ["state of the checkout", {}, { dirty: !here.dirty }],
    ["node", {}, { node: "18.0.0" }],
    ["cpu", {}, { cpu: "another" }],
    ["seed", {}, { seed: 2 }],
    ["limit", { limit_s: 20 }, {}],
    ["start", { seeds: true }, {}],
  ] as const)("is refused with another %s", (what, more, differs) => {
    kept(more, differs);
    expect(() => earlierRows(file, wanted)).toThrow(new RegExp(`^--resume: .* has another ${what}`));
  });

  it("is refused when it is damaged or something else", () => {
    writeFileSync(file, '{"schema": "kiln.fuzz.canaries/1", "ro');
    expect(() => earlierRows(file, wanted)).toThrow(/^--resume: .* is not JSON/);
    writeFileSync(file, JSON.stringify({ schema: "kiln.fuzz.speed/1", provenance: here, rows: [] }));
    expect(() => earlierRows(file, wanted)).toThrow(/is a kiln.fuzz.speed\/1/);
  });
});

it("measures again what was cut short or failed, and what was not minimised when that is asked for", () => {
  const complete = (minimize: boolean): CanaryRow[] =>
    [whole, cut, failed, minimized].filter((one) => isComplete(one, 2, minimize));
  expect(complete(false)).toEqual([whole, minimized]);
  expect(complete(true)).toEqual([minimized]);
  expect(isComplete(whole, 5, false)).toBe(false);
});

it("keeps a row until there is a new one in its place", () => {
  const again = row("B02", 2);
  expect(merged([cut, whole], [again])).toEqual([whole, again]);
  expect(merged([failed], [whole])).toEqual([failed, whole]);
  expect(merged([failed], [{ ...failed, failed: "again" }])).toEqual([{ ...failed, failed: "again" }]);
});

it("keeps the longer of two that were cut short", () => {
  const [longer, shorter] = [row("B02", 4), row("B02", 3)];
  expect(merged([longer], [shorter])).toEqual([longer]);
  expect(merged([longer], [{ ...failed, engine: "kiln", canary: "B02" }])).toEqual([longer]);
});
