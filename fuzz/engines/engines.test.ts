import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { isMeasured, reasonOf } from "../../src/results/document.js";
import type { FuzzEngine, FuzzRow } from "../../src/results/fuzz.js";
import { type CampaignOptions, runCampaign } from "../campaign/campaign.js";
import { findingFolders, readFinding } from "../campaign/finding.js";
import { readCase, replay } from "../campaign/replay.js";
import { prepare } from "../campaign/runner.js";

/** Decoders with planted bugs, each in a module of its own as a real one would be. */
const planted: Readonly<Record<string, string>> = {
  // Index past the end behind a magic octet: an exception no one expects.
  crashing: `
    export const decode = (data: Uint8Array): string => {
      if (data.length === 1) return "toy/short";
      if (data[0] === 7)
        return table[data[1] ?? 0].toUpperCase();
      return "accepted";
    };
    const table: string[] = ["zero", "one"];`,
  hanging: `
    export const decode = (data: Uint8Array): string => {
      for (let at = 0; at < data.length; at += data[at]) ;
      return "accepted";
    };`,
  hungry: `
    export const decode = (data: Uint8Array): string => {
      const kept: number[][] = [];
      if (data.length > 1) for (;;) kept.push(new Array<number>(1_000_000).fill(0.5));
      return kept.length === 0 ? "accepted" : "never";
    };`,
  slow: `
    export const decode = (data: Uint8Array): string => {
      for (const end = Date.now() + 100; Date.now() < end; ) ;
      return data.length === 1 ? "toy/short" : "accepted";
    };`,
  ignoring: "export const decode = (): string => 'accepted';",
};

const folder = mkdtempSync(join(tmpdir(), "kiln-engines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const oracle = fileURLToPath(new URL("../oracle/violation.ts", import.meta.url));
const names = Object.keys(planted);
mkdirSync(join(folder, "src"));
for (const [name, text] of Object.entries(planted)) writeFileSync(join(folder, "src", `${name}.ts`), text);
writeFileSync(
  join(folder, "targets.ts"),
  `import { OracleViolation } from ${JSON.stringify(oracle)};
  ${names.map((name) => `import * as ${name} from "./src/${name}.ts";`).join("\n")}
  const row = (name: string, fuzz: (data: Uint8Array) => string) =>
    ({ name, module: "src/" + name + ".ts", faults: [], fuzz, input: (data: Uint8Array) => data });
  export const targets = [
    ${names
      .filter((name) => name !== "ignoring")
      .map((name) => `row("${name}", (data) => ${name}.decode(data))`)
      .join(",\n")},
    row("ignoring", () => "accepted"),
    row("violating", (data) => {
      const outcome = crashing.decode(new Uint8Array(data.length % 2));
      if (data.length > 3) throw new OracleViolation("toy", "more than three octets", data.join());
      return outcome;
    }),
  ];`,
);
writeFileSync(
  join(folder, "arbitraries.ts"),
  `import fc from ${JSON.stringify(fileURLToPath(import.meta.resolve("fast-check")))};
  const valid = fc.uint8Array({ minLength: 2, maxLength: 2 }).map((data) => data.map((octet) => octet & 1));
  export const arbitrariesOf = () => ({ valid, nearValid: fc.uint8Array({ minLength: 1, maxLength: 3 }), broken: null });`,
);
const suite = { targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") };
const seeds = join(folder, "seeds");
for (const name of [...names, "violating"]) {
  mkdirSync(join(seeds, name), { recursive: true });
  writeFileSync(join(seeds, name, "accepted-1"), Uint8Array.of(1, 1));
}

const fuzz = async (engine: FuzzEngine, name: string, more: Partial<CampaignOptions> = {}) => {
  const corpus = mkdtempSync(join(folder, "corpus-"));
  const rows = await runCampaign(
    {
      targets: [{ name, module: name === "violating" ? "src/crashing.ts" : `src/${name}.ts`, faults: [] }],
      engine,
      timeMs: 1_000,
      inputs: 5_000,
      seed: 1,
      corpus,
      suite,
      seeds,
      ...more,
    },
    {},
    new AbortController().signal,
  );
  expect(rows).toHaveLength(1);
  return { row: rows[0] as FuzzRow, corpus, folders: findingFolders(join(corpus, "findings")) };
};

describe.each(["properties", "jsfuzz", "sweep"] as const)("%s", (engine) => {
  it("finds a planted crash, folds it into one finding, and repro shows it again", async () => {
    const { row, corpus, folders } = await fuzz(engine, "crashing");
    const [found = ""] = folders;
    expect(folders).toHaveLength(1);
    expect(row).toMatchObject({ target: "crashing", engine, findings: [readFinding(found)?.signature] });
    expect(readFinding(found)).toMatchObject({
      kind: "crash",
      module: "src/crashing.ts",
      stack: [expect.stringMatching(/decode src\/crashing\.ts:5$/), expect.any(String)],
      origin: { engine },
    });
    expect(readdirSync(found).sort()).toEqual(expect.arrayContaining(["README.md", "finding.json", "input"]));
    expect(readFileSync(join(found, "input"))[0]).toBe(7);
    // Nothing of the run is left beside what it is to leave.
    expect(existsSync(join(corpus, "work")) ? readdirSync(join(corpus, "work")) : []).toEqual(
      engine === "jsfuzz" ? ["jsfuzz"] : [],
    );
    const { failure } = await replay(readCase(found), { suite });
    expect(failure?.stack[0]).toMatch(/decode src\/crashing\.ts:5$/);
  });
});

describe("properties", () => {
  it("shrinks what breaks an oracle, and counts what it ran", async () => {
    const { row, folders } = await fuzz("properties", "violating", { timeMs: 1_000 });
    expect(readFinding(folders[0] ?? "")).toMatchObject({
      kind: "oracle",
      what: "toy: more than three octets",
      octets: 4,
    });
    if (!isMeasured(row)) throw new Error(reasonOf(row) ?? "no reason");
    expect(row.executions).toBeGreaterThan(100);
    expect(row.outcomes["toy/short"]).toBeGreaterThan(0);
    expect(row.coverage).toMatchObject({ covered: 4, total: 5, unit: "lines" });
  });

  it("goes on counting sightings of a finding from run to run", async () => {
    const { corpus } = await fuzz("properties", "violating", { timeMs: 300 });
    const again = await fuzz("properties", "violating", { timeMs: 300, corpus });
    expect(readFinding(findingFolders(join(corpus, "findings"))[0] ?? "")).toMatchObject({ runs: 2 });
    expect(again.row).toMatchObject({ findings: [expect.any(String)] });
  });
});

describe("the watchdog", () => {
  it("ends a decoder that hangs, and keeps the input", async () => {
    const { row, folders } = await fuzz("properties", "hanging", { hangMs: 700 });
    expect(readFinding(folders[0] ?? "")).toMatchObject({ kind: "hang", module: "src/hanging.ts" });
    expect(row).toMatchObject({ findings: [expect.any(String)] });
    const { failure } = await replay(readCase(folders[0] ?? ""), { suite, hangMs: 500 });
    expect(failure?.kind).toBe("hang");
  });

  it("ends one that takes all memory", async () => {
    const { folders } = await fuzz("sweep", "hungry");
    expect(readFinding(folders[0] ?? "")).toMatchObject({ kind: "memory", module: "src/hungry.ts" });
  });

  it("says what an engine did that does not end when it is told to", async () => {
    const work = mkdtempSync(join(folder, "stopped-"));
    const { run } = await prepare("properties", suite, work, { inputs: 0, corpus: work, seeds, hangMs: 5_000 });
    const quiet = { progress: () => undefined, failure: () => undefined };
    const slow = { name: "slow", module: "src/slow.ts" };
    // Two rounds of its inputs would take a minute; an engine that was told to stop has three seconds.
    const turn = { timeMs: 60_000, seed: 1 };
    const { executions, cpuMs } = await run(slow, turn, quiet, AbortSignal.timeout(5_000));
    expect(executions).toBeGreaterThan(0);
    expect(cpuMs).toBeGreaterThan(100);
  });
});

describe("a target whose inputs reach no code", () => {
  it.each(["properties", "jsfuzz"] as const)("is refused by %s", async (engine) => {
    const { row, folders } = await fuzz(engine, "ignoring", { timeMs: 500 });
    // One that ran all the same has figures beside it, another is a failure as a whole.
    expect(JSON.stringify(row)).toMatch(/"(problem|failed)":"[^"]*coverage stays 0/);
    expect(folders).toEqual([]);
  });
});

it("an interrupted campaign keeps what it has, and leaves no process behind", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 2_500);
  const corpus = mkdtempSync(join(folder, "corpus-"));
  const options = { engine: "jsfuzz", timeMs: 60_000, inputs: 1, seed: 1, corpus, suite, seeds } as const;
  const targets = [{ name: "violating", module: "src/crashing.ts", faults: [] }];
  const rows = await runCampaign({ ...options, targets, jobs: 1 }, {}, controller.signal);
  expect(rows).toHaveLength(1);
  expect(processesWith(corpus)).toEqual([]);
});

const processesWith = (text: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .filter((command) => command.includes(text));
