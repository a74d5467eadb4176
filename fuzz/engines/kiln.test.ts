import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../campaign/failure.js";
import type { EngineStats } from "../engine/types.js";
import type { Suite } from "./bundle.js";
import type { JobResult } from "./job.js";
import { type KilnBundle, type KilnOptions, kilnBundle, runKiln } from "./kiln.js";

/** Decoders of an octet that says what to do, and what follows it. Each does one thing that must not happen. */
const planted: Readonly<Record<string, string>> = {
  // Magic (4), length (2), payload, then the sum of its octets: nothing that octets at random come through.
  guarded: `
    export const decode = (data: Uint8Array): string => {
      if (data.length < 8) return "toy/short";
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      if (view.getUint32(0) !== 0xb1f2e3d4) return "toy/magic";
      const length = view.getUint16(4);
      if (length < 3 || 6 + length + 1 !== data.length) return "toy/length";
      let sum = 0;
      for (let at = 6; at < 6 + length; at++) sum = (sum + (data[at] ?? 0)) & 0xff;
      if (data[6 + length] !== sum) return "toy/sum";
      throw new TypeError("reached");
    };`,
  looping: `
    export const decode = (data: Uint8Array): string => {
      if (data[0] === 1) for (let at = 1; at < data.length; at += data[1] ?? 1) skip(data);
      return "accepted";
    };
    const skip = (data: Uint8Array): number => data.length;`,
  backtracking: `
    export const decode = (data: Uint8Array): string =>
      data[0] === 1 && data.length > 1 ? match("a".repeat(40) + "!") : "accepted";
    const match = (text: string): string => (/^(a+)+$/.test(text) ? "toy/yes" : "toy/no");`,
  array: `
    export const decode = (data: Uint8Array): string =>
      data[0] === 1 && new Array(0x1000_0000).fill(0.5).length === data.length ? "toy/never" : "accepted";`,
  buffer: `
    export const decode = (data: Uint8Array): string =>
      data[0] === 1 && Buffer.alloc(0x7fff_ffff).length === data.length ? "toy/never" : "accepted";`,
  // Little at a time: what the whole process has shows it in the end.
  strings: `
    const kept: string[][] = [];
    export const decode = (data: Uint8Array): string => {
      if (data[0] === 1) kept.push("ab".repeat(0x40_0000).split(""));
      return "accepted";
    };`,
  exiting: `
    export const decode = (data: Uint8Array): string => {
      if (data[0] === 1) process.exit(3);
      return "accepted";
    };`,
  dying: `
    export const decode = (data: Uint8Array): string => {
      if (data.length === 2 && data[0] === 9 && data[1] === 1) process.kill(process.pid, "SIGKILL");
      return data.length > 2 ? "toy/long" : "accepted";
    };`,
  branching: `
    export const decode = (data: Uint8Array): string => {
      let found = 0;
      for (const octet of data) {
        if (octet > 250) found++;
        else if (octet > 200) found += 2;
        else if (octet === 100) found += 3;
      }
      if (data.length > 20) return "toy/long";
      return found > 5 ? "toy/many" : "accepted";
    };`,
  ignored: `export const decode = (): string => "accepted";`,
};

const folder = mkdtempSync(join(tmpdir(), "kiln-own-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let bundle: KilnBundle;

beforeAll(async () => {
  const names = Object.keys(planted);
  mkdirSync(join(folder, "src"));
  for (const [name, text] of Object.entries(planted)) {
    writeFileSync(join(folder, "src", `${name}.ts`), text);
    mkdirSync(join(folder, "seeds", name), { recursive: true });
    writeFileSync(join(folder, "seeds", name, "first"), Uint8Array.of(0, 1));
  }
  const suite: Suite = { targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") };
  writeFileSync(
    suite.targets,
    `${names.map((name) => `import * as ${name} from "./src/${name}.ts";`).join("\n")}
    const row = (name: string, fuzz: (data: Uint8Array) => string) =>
      ({ name, module: "src/" + name + ".ts", faults: [], fuzz, input: (data: Uint8Array) => data });
    export const targets = [
      ${names.map((name) => `row("${name}", ${name === "ignored" ? '() => "accepted"' : `${name}.decode`})`).join(",\n")}
    ];`,
  );
  writeFileSync(
    suite.arbitraries,
    `import fc from ${JSON.stringify(fileURLToPath(import.meta.resolve("fast-check")))};
    const some = fc.constant(Uint8Array.of(0));
    export const arbitrariesOf = () => ({ valid: some, nearValid: some, broken: null });`,
  );
  bundle = await kilnBundle(suite, join(folder, "bundle"));
});

interface Fuzzed {
  readonly result: JobResult;
  readonly failures: readonly Failure[];
  readonly kinds: ReadonlySet<string>;
  readonly corpus: string;
}

const fuzz = async (
  name: string,
  options: Partial<KilnOptions>,
  progress: (stats: EngineStats) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Fuzzed> => {
  const failures: Failure[] = [];
  const corpus = options.corpus ?? mkdtempSync(join(folder, "corpus-"));
  const result = await runKiln(
    { name, module: `src/${name}.ts` },
    bundle,
    { seed: 1, timeMs: 20_000, hangMs: 1_500, seeds: join(folder, "seeds", name), corpus, ...options },
    {
      progress: (_, stats) => stats !== undefined && progress(stats),
      failure: (failure, cpuMs) => {
        expect(cpuMs).toBeGreaterThanOrEqual(0);
        failures.push(failure);
      },
    },
    signal,
  );
  return { result, failures, kinds: new Set(failures.map(({ kind }) => kind)), corpus };
};

const queueOf = (corpus: string): string[] => readdirSync(join(corpus, "queue")).sort();

describe("Kiln's own engine", () => {
  it("comes through a magic number, a length and a sum", async () => {
    const { failures, result } = await fuzz("guarded", { executions: 60_000 });
    expect(failures.find(({ kind }) => kind === "crash")).toMatchObject({
      what: "TypeError: reached",
      stack: [expect.stringMatching(/decode\d? src\/guarded\.ts:11$/)],
      origin: { engine: "kiln", seed: 1, parent: expect.any(String), trail: expect.any(Array) },
    });
    expect(result.outcomes).toMatchObject({ "toy/magic": expect.any(Number), "toy/length": expect.any(Number) });
    expect(result.coverage).toMatchObject({ unit: "edges", covered: result.stats?.edges });
    expect(result.coverage?.covered).toBeGreaterThan((result.coverage?.total ?? 0) / 2);
    expect(result.cpuMs).toBeGreaterThan(0);
  });

  it("keeps the same inputs for the same seed", async () => {
    const [one, same] = [
      await fuzz("branching", { executions: 20_000 }),
      await fuzz("branching", { executions: 20_000 }),
    ];
    expect(queueOf(one.corpus).length).toBeGreaterThan(5);
    expect(queueOf(same.corpus)).toEqual(queueOf(one.corpus));
    expect(same.result.outcomes).toEqual(one.result.outcomes);
    const { executions, edges, features } = one.result.stats ?? {};
    expect(same.result.stats).toMatchObject({ executions, edges, features });
  });

  it("refuses a target whose inputs take no edge", async () => {
    await expect(fuzz("ignored", { executions: 1_000 })).rejects.toThrow(/takes an edge of src\/ignored\.ts/);
  });

  it("ends when nothing new comes, or its CPU time is used", async () => {
    const { result } = await fuzz("exiting", { timeMs: 60_000, plateauMs: 300 });
    expect(result.stats?.elapsedMs).toBeLessThan(50_000);
    const { result: short } = await fuzz("branching", { timeMs: 60_000, cpuMs: 400 });
    expect(short.stats?.elapsedMs).toBeLessThan(50_000);
  });
});

describe("what must not end a campaign is a finding, and the run goes on", () => {
  it("a loop without end, with the function that loops", async () => {
    const { failures, result } = await fuzz("looping", { executions: 8_000 });
    expect(failures[0]).toMatchObject({
      kind: "hang",
      stack: [expect.stringMatching(/decode\d? src\/looping\.ts:3$/)],
    });
    expect(result.executions).toBeGreaterThanOrEqual(8_000);
  });

  it("a hang that is not in instrumented code, with the place, seen from outside", async () => {
    const { failures, result } = await fuzz("backtracking", { executions: 3_000, timeMs: 3_000, hangMs: 600 });
    expect(failures[0]).toMatchObject({ kind: "hang", message: expect.stringContaining("600 ms") });
    expect(failures[0]?.stack.join()).toMatch(/match src\/backtracking\.ts:4/);
    expect(result.executions).toBeGreaterThan(10);
  });

  it.each(["array", "buffer", "strings"] as const)("memory without end: %s", async (name) => {
    const { failures, result } = await fuzz(name, { executions: 3_000, timeMs: 8_000 });
    expect(failures[0]).toMatchObject({ kind: "memory" });
    expect(failures[0]?.input[0]).toBe(1);
    expect(result.executions).toBeGreaterThan(10);
  });

  it("process.exit, with who called it", async () => {
    const { failures, result } = await fuzz("exiting", { executions: 5_000 });
    expect(failures[0]).toMatchObject({
      kind: "exit",
      message: "process.exit(3) was called",
      stack: [expect.stringMatching(/decode\d? src\/exiting\.ts:3$/)],
    });
    expect(result.executions).toBeGreaterThanOrEqual(5_000);
  });

  it("the death of the process, with the input it died of", async () => {
    const { failures, result } = await fuzz("dying", { executions: 4_000 });
    expect(failures[0]).toMatchObject({ kind: "exit", message: "the process ended by SIGKILL" });
    expect(failures.map(({ input }) => [...input])).toEqual([[9, 1]]);
    expect(result.outcomes).toMatchObject({ accepted: expect.any(Number), "toy/long": expect.any(Number) });
  });
});

describe("several processes", () => {
  it("on one target share what they keep", async () => {
    const corpus = mkdtempSync(join(folder, "corpus-"));
    const runs = await Promise.all([1, 2].map((seed) => fuzz("branching", { seed, corpus, timeMs: 2_000 })));
    const kept = queueOf(corpus);
    for (const { result } of runs) expect(result.stats?.corpus).toBeLessThanOrEqual(kept.length);
    const again = await fuzz("branching", { seed: 3, corpus, executions: kept.length });
    expect(again.result.stats?.features).toBeGreaterThanOrEqual(
      Math.max(...runs.map(({ result }) => result.stats?.features ?? 0)),
    );
  });

  it("killed at any moment lose nothing they told of, and a death that no input causes is no finding", async () => {
    const corpus = mkdtempSync(join(folder, "corpus-"));
    const over = new AbortController();
    let kills = 0;
    let told = new Set<string>();
    const look = (stats: EngineStats): void => {
      const kept = queueOf(corpus).filter((name) => !name.startsWith("."));
      expect(kept.length).toBeGreaterThanOrEqual(stats.corpus);
      for (const name of told) expect(kept).toContain(name);
      told = new Set(kept);
      const [pid] = workersBelow(process.pid);
      if (kills === 3) over.abort();
      else if (pid !== undefined) {
        kills++;
        process.kill(pid, "SIGKILL");
      }
    };
    const { failures, result } = await fuzz("branching", { corpus, timeMs: 50_000 }, look, over.signal);
    expect(kills).toBe(3);
    expect(failures).toEqual([]);
    expect(result.executions).toBeGreaterThan(0);
    for (const name of told) expect(queueOf(corpus)).toContain(name);
  });
});

/** Worker processes that `parent` started. */
const workersBelow = (parent: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, after = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
        const isOurs = Number(after.split(" ")[1]) === parent;
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("watchdog.cjs");
      } catch {
        return false;
      }
    });
