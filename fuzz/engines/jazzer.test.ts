import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../campaign/failure.js";
import type { Suite } from "./bundle.js";
import { type WorkerBundle, workerBundle } from "./child.js";
import { jazzerBundle, runJazzer } from "./jazzer.js";
import type { JobResult } from "./job.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-jazzer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Jazzer.js' binary loads on few systems. This takes the same arguments, tells and leaves the same, and knows no coverage.
const fake = join(folder, "fake-jazzer.cjs");
writeFileSync(
  fake,
  `const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
  const { createHash } = require("node:crypto");
  const own = process.argv.slice(2, process.argv.indexOf("--"));
  if (process.argv.includes("--help")) process.exit(0);
  const [target, corpus, ...options] = own;
  const libFuzzer = Object.fromEntries(process.argv.slice(process.argv.indexOf("--") + 1).map((one) => one.slice(1).split("=")));
  if (!options.includes("--sync") || !options.includes("--fuzzEntryPoint=fuzz")) throw new Error("other options");
  const { fuzz } = require(target);
  const inputs = readdirSync(corpus).map((name) => readFileSync(corpus + "/" + name));
  console.error("INFO: Running with entropic power schedule (0xFF, 100).");
  let state = Number(libFuzzer.seed);
  const random = (below) => (state = (state * 48271) % 0x7fffffff) % below;
  for (let i = 1; ; i++) {
    const input = i <= inputs.length ? inputs[i - 1] : Buffer.from(Array.from({ length: random(8) }, () => random(256)));
    if ((i & (i - 1)) === 0) console.error("#" + i + "\\tpulse  cov: 12 ft: 13 corp: 1/1b lim: 4096 exec/s: 10 rss: 60Mb");
    try {
      fuzz(input);
    } catch (error) {
      console.error("==1== Uncaught Exception: Error: " + error.message);
      writeFileSync(libFuzzer.artifact_prefix + "crash-" + createHash("sha1").update(input).digest("hex"), input);
      process.exit(77);
    }
  }`,
);
const broken = join(folder, "broken-jazzer.cjs");
writeFileSync(broken, 'throw new Error("/lib/libc.so.6: version `GLIBC_2.38\' not found (required by fuzzer.node)");');

mkdirSync(join(folder, "src"));
writeFileSync(
  join(folder, "src", "twice.ts"),
  `export const decode = (data: Uint8Array): string => {
    if (data.length > 2 && data.length % 2 === 0) return even(data);
    if (data.length > 2) return odd(data);
    return "short";
  };
  const even = (data: Uint8Array): string => { throw new Error("even"); };
  const odd = (data: Uint8Array): string => { throw new RangeError("odd"); };`,
);
writeFileSync(
  join(folder, "targets.ts"),
  `import { decode } from "./src/twice.ts";
  export const targets = [{ name: "twice", module: "src/twice.ts", faults: [], fuzz: decode, input: (data) => data }];`,
);
writeFileSync(
  join(folder, "arbitraries.ts"),
  `import fc from ${JSON.stringify(fileURLToPath(import.meta.resolve("fast-check")))};
  export const arbitrariesOf = () => ({ valid: fc.uint8Array(), nearValid: fc.uint8Array(), broken: null });`,
);
mkdirSync(join(folder, "seeds"));
writeFileSync(join(folder, "seeds", "one"), Uint8Array.of(1));
const suite: Suite = { targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") };
const twice = { name: "twice", module: "src/twice.ts" };

let workers: WorkerBundle;
beforeAll(async () => {
  workers = await workerBundle(suite, folder);
}, 30_000);

const run = async (
  cpuMs: number,
  signal: AbortSignal,
): Promise<JobResult & { failures: Failure[]; corpus: string }> => {
  const failures: Failure[] = [];
  const corpus = mkdtempSync(join(folder, "corpus-"));
  const result = await runJazzer(
    twice,
    await jazzerBundle(suite, folder, fake),
    workers,
    { seed: 0, timeMs: 60_000, cpuMs, hangMs: 5_000, seeds: join(folder, "seeds"), corpus },
    { progress: () => {}, failure: (failure) => failures.push(failure) },
    signal,
  );
  return { ...result, failures, corpus };
};

describe("Jazzer.js", () => {
  it("goes on behind what it has found, until its CPU time is over", { timeout: 60_000 }, async () => {
    const { failures, cpuMs = 0, executions, coverage, corpus } = await run(2_000, new AbortController().signal);
    expect(failures.map(({ what }) => what).sort()).toEqual(["Error: even", "RangeError: odd"]);
    expect(failures.map(({ origin }) => origin.engine)).toEqual(["jazzer", "jazzer"]);
    expect(cpuMs).toBeGreaterThanOrEqual(1_000);
    expect(executions).toBeGreaterThan(1_000);
    expect(coverage).toEqual({ covered: 12, total: 12, unit: "edges" });
    expect(readdirSync(corpus)).toEqual(["one"]);
    // Nothing of the run is left beside what it is to leave.
    expect(readdirSync(folder).filter((name) => /^jazzer-[^t]/.test(name))).toEqual([]);
  });

  it("ends when it is told to", { timeout: 30_000 }, async () => {
    const { executions } = await run(60_000, AbortSignal.timeout(2_000));
    expect(executions).toBeGreaterThan(0);
  });

  it("says in one line that it does not load, and why", async () => {
    await expect(jazzerBundle(suite, folder, broken)).rejects.toThrow(
      /^Jazzer\.js does not load here \(.*GLIBC_2\.38' not found.*\): its binary needs a system with a newer glibc; take another engine until then$/,
    );
  });
});
