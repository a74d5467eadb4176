import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import { findingFolders, loadFinding, readFinding } from "../campaign/finding.js";
import { isReplayable, readFindingCase } from "../campaign/replay.js";
import type { Target } from "../targets/target.js";
import { checkTarget } from "./check-target.js";
import { corpusCases } from "./corpus-cases.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-reporter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newRoot = (): string => mkdtempSync(join(folder, "findings-"));

/** Cannot bear a 7 in front of another octet. */
const toy: Target = {
  name: "toy",
  module: "src/toy.ts",
  faults: [],
  fuzz(data) {
    if (data.length > 1 && data[0] === 7) throw new TypeError("a seven");
    return data.length === 0 ? "toy/empty" : "accepted";
  },
  input: (octets) => octets,
};
const anything = fc.uint8Array({ maxLength: 20 }).map((data) => ({ data, expected: null }));
const seven = anything
  .filter(({ data }) => data.length > 1)
  .map(({ data }) => ({ data: data.with(0, 7), expected: null }));

describe("checkTarget", () => {
  it("leaves what fails as a finding of the target, with seed and path, and fails with both", () => {
    const findings = newRoot();
    expect(() => checkTarget(toy, "near-valid", seven, { seed: 5, findings })).toThrow(
      /Property failed after 1 tests\n\{ seed: 5, path: "/,
    );
    const [at = ""] = findingFolders(findings);
    const found = loadFinding(at);
    expect(found).toMatchObject({
      target: "toy",
      module: "src/toy.ts",
      kind: "crash",
      what: "TypeError: a seven",
      octets: 2,
      origin: { engine: "properties", arbitrary: "near-valid", seed: 5, path: expect.stringMatching(/^\d+(:\d+)*$/) },
    });
    // Seed and path give the input again.
    const [counterexample] = fc.sample(seven, { seed: 5, path: found.origin.path ?? "", numRuns: 1 });
    expect(counterexample?.data).toEqual(readFindingCase(at, "input").input);
  });

  it("runs the examples, with what is expected of them, and then as many more", () => {
    const findings = newRoot();
    let runs = 0;
    const counting: Target = {
      ...toy,
      fuzz(data) {
        runs++;
        return toy.fuzz(data);
      },
    };
    const examples = [
      { data: new Uint8Array(0), expected: "toy/empty" },
      { data: Uint8Array.of(1), expected: "accepted" },
    ];
    const harmless = fc.constant({ data: Uint8Array.of(3), expected: null });
    checkTarget(counting, "random", harmless, { examples, numRuns: 10, findings });
    expect(runs).toBe(12);
    const wrong = [{ data: Uint8Array.of(1), expected: "toy/empty" }];
    expect(() => checkTarget(toy, "random", harmless, { examples: wrong, findings })).toThrow(
      /^Property failed after 1/,
    );
    expect(readFinding(findingFolders(findings)[0] ?? "")).toMatchObject({
      kind: "oracle",
      what: "expected: an input made for toy/empty is answered otherwise",
      expected: "toy/empty",
    });
  });

  it("writes nothing when it is told of no folder", () => {
    expect(() => checkTarget(toy, "near-valid", seven, { findings: null })).toThrow(/Property failed/);
  });
});

it("findings and what engines kept are examples, beside the seeds", () => {
  const corpus = newRoot();
  const findings = join(corpus, "findings");
  expect(() => checkTarget(toy, "near-valid", seven, { findings })).toThrow();
  mkdirSync(join(corpus, "seeds", "toy"), { recursive: true });
  writeFileSync(join(corpus, "seeds", "toy", "accepted-1"), "a");
  const queue = join(corpus, "work", "kiln", "toy", "queue");
  mkdirSync(queue, { recursive: true });
  writeFileSync(join(queue, "0123456789abcdef"), "b");
  writeFileSync(join(queue, ".unfinished-1-1"), "c");
  expect(corpusCases(toy, corpus).map(({ data, expected }) => [data.length, data[0], expected])).toEqual([
    [1, 0x61, "accepted"],
    [2, 7, null],
    [1, 0x62, null],
  ]);
});

describe("a property of any test", () => {
  /** A checkout of one test, run with the setup of the real one. */
  const vitest = (env: Readonly<Record<string, string>>): { status: number | null; stdout: string } => {
    const setup = join(packageRoot(), "fuzz", "properties", "vitest-setup.ts");
    if (!existsSync(join(folder, "node_modules"))) {
      symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
      writeFileSync(
        join(folder, "vitest.config.ts"),
        `export default { test: { setupFiles: [${JSON.stringify(setup)}] } };`,
      );
      writeFileSync(
        join(folder, "sums.test.ts"),
        `import fc from "fast-check";
        import { it } from "vitest";
        it("sums stay small", () => fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => a + b < 1000)));`,
      );
    }
    const main = join(packageRoot(), "node_modules", "vitest", "vitest.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, "run", "--root", folder], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
      timeout: 50_000,
    });
    return { status, stdout: stdout + stderr };
  };

  it("leaves a finding where KILN_FINDINGS says, and is run again by the command in it", () => {
    const findings = newRoot();
    const { status, stdout } = vitest({ KILN_FINDINGS: findings });
    expect(status).toBe(1);
    expect(stdout).toMatch(/Property failed after \d+ tests/);
    const [at = "", ...others] = findingFolders(findings);
    expect(others).toEqual([]);
    const found = loadFinding(at);
    expect(found).toMatchObject({
      target: "sums.test",
      module: "sums.test.ts",
      what: "property: sums stay small",
      origin: { engine: "fast-check", arbitrary: "sums stay small" },
    });
    expect(isReplayable(found)).toBe(false);
    const counterexample = readFileSync(join(at, "input"), "utf8");
    expect(counterexample).toMatch(/^\[\d+,\d+\]$/);
    const readme = readFileSync(join(at, "README.md"), "utf8");
    const [, seed = "", path = ""] =
      /`KILN_SEED=(-?\d+) KILN_PATH=(\S+) npx vitest run sums\.test\.ts -t "sums stay small"`/.exec(readme) ?? [];
    const again = vitest({ KILN_SEED: seed, KILN_PATH: path });
    expect(again.stdout).toContain(`Property failed after 1 tests`);
    expect(again.stdout).toContain(`Counterexample: ${counterexample}`);
  });
});
