import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { finding as findingSchema } from "../../src/results/finding.js";
import { EngineError } from "../engines/job.js";
import { endedBy, type Failure } from "./failure.js";
import {
  closeFinding,
  FindingStore,
  findingFolders,
  findingNamed,
  keepMinimized,
  loadFinding,
  minimizedIn,
  readFinding,
} from "./finding.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-finding-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newRoot = (): string => mkdtempSync(join(folder, "findings-"));

const failure = (octets: readonly number[], more: Partial<Failure> = {}): Failure => ({
  target: "attribute-02-as-path",
  kind: "crash",
  what: "TypeError: it is not there",
  message: "it is not there\nand its second line",
  stack: ["readSegment src/codec/attribute/02-as-path.ts:66", "read src/codec/attribute/02-as-path.ts:40"],
  input: Uint8Array.from(octets),
  expected: null,
  origin: { engine: "kiln", seed: 7, parent: "accepted-1", trail: ["duplicate segment 2", "length -1 at 3"] },
  ...more,
});
const PATH = [0, 0, 2, 1, 0, 0, 0, 9];
const module = "src/codec/attribute/02-as-path.ts";
const day = (number: number): Date => new Date(`2026-01-0${number}T00:00:00.000Z`);
const text = (...path: readonly string[]): string => readFileSync(join(...path), "utf8");

describe("a finding", () => {
  it("is kept with its input, how it was made, a view for people and a test to copy", () => {
    const { finding, folder: at } = new FindingStore(newRoot()).add(failure(PATH), module, day(1));
    expect(readdirSync(at).sort()).toEqual(["README.md", "finding.json", "input", "regression.ts"]);
    expect(findingSchema.parse(JSON.parse(text(at, "finding.json")))).toEqual(finding);
    expect(finding).toMatchObject({
      schema: "kiln.fuzz.finding/2",
      octets: 8,
      minimized: null,
      status: "open",
      regressions: 0,
      runs: 1,
      origin: { parent: "accepted-1", trail: ["duplicate segment 2", "length -1 at 3"] },
    });
    const readme = text(at, "README.md");
    for (const part of [
      "# TypeError: it is not there\n",
      "target `attribute-02-as-path`; open. Found by kiln (seed 7, parent accepted-1) on 2026-01-01, in 1 run.",
      "    it is not there\n    and its second line\n",
      "    at readSegment src/codec/attribute/02-as-path.ts:66\n",
      "8 octets (`input`), not minimised.",
      "    0000  00 00 02 01 00 00 00 09\n",
      "From accepted-1:\n\n1. duplicate segment 2\n2. length -1 at 3\n",
      `kiln repro corpus/findings/attribute-02-as-path/${finding.signature}`,
      `regression.ts fuzz/targets/attribute-02-as-path-${finding.signature}.test.ts`,
    ]) {
      expect(readme).toContain(part);
    }
  });

  it("shows its input field by field: a message as explain does, others by their parts", () => {
    const store = new FindingStore(newRoot());
    const update = store.add(failure([0, 0, 0, 0, 0, 4, 0x40, 1, 1, 9], { target: "message-update" }), module);
    expect(text(update.folder, "README.md")).toMatch(
      /ORIGIN.*! origin\/undefined-value: treat-as-withdraw by RFC 7606/s,
    );
    const path = store.add(failure(PATH), module);
    expect(text(path.folder, "README.md")).toMatch(/Field by field:\n\n {4} +0-2 {2}context: 0000\n.*AS.*00000009/s);
    // What hangs there is not to hang here as well.
    const { target, expected, origin } = failure([]);
    const hang = store.add(
      endedBy("hang", "for 10 s", { target, expected, origin, input: Uint8Array.from(PATH) }),
      module,
    );
    expect(text(hang.folder, "README.md")).not.toContain("Field by field");
  });

  it("keeps the smallest input, and counts a run once", () => {
    const root = newRoot();
    const store = new FindingStore(root);
    expect(store.add(failure([1, 2, 3, 4]), module, day(1))).toMatchObject({ known: false, regression: false });
    expect(store.add(failure([1, 2]), module, day(1))).toMatchObject({ known: false, finding: { octets: 2, runs: 1 } });
    const { folder: at, ...sighting } = new FindingStore(root).add(failure([1, 2, 3]), module, day(2));
    expect(sighting).toMatchObject({ known: true, regression: false, finding: { octets: 2, runs: 2 } });
    expect(sighting.finding).toMatchObject({ first_seen: day(1).toISOString(), last_seen: day(2).toISOString() });
    expect([...readFileSync(join(at, "input"))]).toEqual([1, 2]);
  });

  it("that is closed and comes back is a regression, once for each time", () => {
    const root = newRoot();
    const { folder: at } = new FindingStore(root).add(failure(PATH), module, day(1));
    expect(closeFinding(at, "length checked", day(2))).toMatchObject({
      status: "closed",
      closed_why: "length checked",
    });
    expect(text(at, "README.md")).toContain("closed on 2026-01-02 (length checked)");
    expect(text(at, "README.md")).not.toContain("findings close");

    const store = new FindingStore(root);
    const back = store.add(failure([...PATH, 0]), module, day(3));
    expect(back).toMatchObject({ known: true, regression: true, finding: { status: "open", regressions: 1, runs: 2 } });
    expect(store.add(failure([...PATH, 0]), module, day(3))).toMatchObject({ regression: false });
    expect(text(at, "README.md")).toContain(
      "open, a REGRESSION: closed on 2026-01-02 (length checked) and back since, 1 time",
    );
  });

  it("has a minimised input until a smaller one is found", () => {
    const store = new FindingStore(newRoot());
    const { folder: at } = store.add(failure(PATH), module);
    expect(keepMinimized(at, Uint8Array.of(5, 6, 7))).toMatchObject({ octets: 8, minimized: 3 });
    expect(text(at, "README.md")).toContain("3 octets (`minimized`), minimised from 8 (`input`).");
    expect(text(at, "regression.ts")).toContain('Buffer.from("050607", "hex")');
    expect(store.add(failure([1, 2, 3, 4]), module).finding).toMatchObject({ octets: 4, minimized: 3 });
    expect([...(minimizedIn(at) ?? [])]).toEqual([5, 6, 7]);
    expect(store.add(failure([8, 8]), module).finding).toMatchObject({ octets: 2, minimized: null });
    expect(minimizedIn(at)).toBeNull();
    // It was still at work on the input before.
    expect(keepMinimized(at, Uint8Array.of(5, 6, 7))).toMatchObject({ octets: 2, minimized: null });
  });

  it("of the form before this one is still read", () => {
    const { finding, folder: at } = new FindingStore(newRoot()).add(
      failure(PATH, { origin: { engine: "sweep", seed: 1 } }),
      module,
    );
    const { minimized, status, closed_at, closed_why, regressions, ...rest } = finding;
    writeFileSync(join(at, "finding.json"), JSON.stringify({ ...rest, schema: "kiln.fuzz.finding/1" }));
    expect(readFinding(at)).toEqual(finding);
  });
});

describe("findings are called", () => {
  const root = newRoot();
  const store = new FindingStore(root);
  const one = store.add(failure([1]), module);
  const other = store.add(failure([1], { target: "attribute-17-as4-path" }), module);
  const third = store.add(failure([1], { what: "another" }), module);

  it("by their folder, their signature, or the first digits of it", () => {
    const { signature } = third.finding;
    expect(findingNamed(third.folder, root)).toBe(third.folder);
    expect(findingNamed(signature, root)).toBe(third.folder);
    expect(findingNamed(signature.slice(0, 6), root)).toBe(third.folder);
    expect(findingNamed(signature.slice(0, 3), root)).toBeNull();
    expect(findingNamed(join(third.folder, "input"), root)).toBeNull();
  });

  it("by one that is theirs alone", () => {
    expect(() => findingNamed("0000deadbeef", root)).toThrow(
      /no finding under .* has a signature that begins with 0000deadbeef/,
    );
    // The same bug, seen through two targets.
    expect(one.finding.signature).toBe(other.finding.signature);
    expect(() => findingNamed(one.finding.signature, root)).toThrow(
      /could be any of attribute-02-as-path\/[0-9a-f]{12}, attribute-17-as4-path\/[0-9a-f]{12}: give its folder/,
    );
  });
});

describe("a damaged finding", () => {
  const { folder: at, finding } = new FindingStore(newRoot()).add(failure(PATH), module);
  const whole = JSON.stringify(finding);

  it.each([
    ["cut off", whole.slice(0, 100), /finding\.json is damaged: it is no whole JSON document$/],
    [
      "with a field missing",
      JSON.stringify({ ...finding, kind: undefined }),
      /is not what kiln\.fuzz\.finding\/2 says: kind: /,
    ],
    ["with a target that leads elsewhere", JSON.stringify({ ...finding, target: "../.." }), /says: target: /],
    ["of another tool", "[]", /is not what kiln\.fuzz\.finding\/2 says: the document: /],
  ])("%s is named in one line, and made anew by the next sighting", (_, damaged, says) => {
    writeFileSync(join(at, "finding.json"), damaged);
    const load = (): unknown => loadFinding(at);
    expect(load).toThrow(EngineError);
    expect(load).toThrow(says);
    expect(readFinding(at)).toBeNull();
    const store = new FindingStore(join(at, "..", ".."));
    expect(store.add(failure(PATH), module)).toMatchObject({ known: false, finding: { runs: 1 } });
    expect(loadFinding(at)).toMatchObject({ kind: "crash" });
  });

  it("and one without finding.json is none", () => {
    const empty = join(newRoot(), "target", "0123456789ab");
    mkdirSync(empty, { recursive: true });
    expect(() => loadFinding(empty)).toThrow(/is no finding: it has no finding\.json/);
  });
});

it("what a killed process left unfinished is no finding, and is swept away", async () => {
  const root = newRoot();
  // A number that no process has any more.
  const child = fork("-e", [], { execArgv: ["-e", "0"], stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  const left = join(root, "attribute-02-as-path", `.0123456789ab.${child.pid}`);
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, "input"), "x");
  expect(findingFolders(root)).toEqual([]);
  const { folder: at } = new FindingStore(root).add(failure(PATH), module);
  expect(existsSync(left)).toBe(false);
  expect(findingFolders(root).map((one) => basename(one))).toEqual([basename(at)]);
});
