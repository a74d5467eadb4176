import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Failure } from "../campaign/failure.js";
import { type WorkerBundle, workerBundle } from "./child.js";
import type { JobResult } from "./job.js";
import { type JsfuzzBundle, jsfuzzAlone, jsfuzzBundle, runJsfuzz } from "./jsfuzz.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-jsfuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A decoder with two bugs that no one misses for long.
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

let bundles: JsfuzzBundle;
let workers: WorkerBundle;
beforeAll(async () => {
  const suite = { targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") };
  bundles = await jsfuzzBundle(suite, folder);
  workers = await workerBundle(suite, folder);
}, 30_000);

const run = async (
  cpuMs: number,
  name = "twice",
  jsfuzz = bundles,
): Promise<JobResult & { failures: Failure[]; cpus: (number | undefined)[] }> => {
  const failures: Failure[] = [];
  const cpus: (number | undefined)[] = [];
  const result = await runJsfuzz(
    { name, module: "src/twice.ts" },
    jsfuzz,
    workers,
    {
      seed: 1,
      timeMs: 60_000,
      cpuMs,
      hangMs: 5_000,
      seeds: join(folder, "seeds"),
      corpus: mkdtempSync(join(folder, "corpus-")),
    },
    {
      progress: () => {},
      failure(failure, cpu) {
        failures.push(failure);
        cpus.push(cpu);
      },
    },
    new AbortController().signal,
  );
  return { ...result, failures, cpus };
};

it("goes on behind what it has found, until its CPU time is over", { timeout: 60_000 }, async () => {
  const { failures, cpus, cpuMs = 0, executions } = await run(2_500);
  expect(failures.map(({ what }) => what).sort()).toEqual(["Error: even", "RangeError: odd"]);
  expect(failures.map(({ origin }) => origin.engine)).toEqual(["jsfuzz", "jsfuzz"]);
  // Both were there at once; the rest of the time was spent beyond them.
  expect(executions).toBeGreaterThan(100);
  // Elsewhere there is no way to see the CPU time of another process, and the clock ends it.
  if (!existsSync("/proc/self/stat")) return;
  expect(cpuMs).toBeGreaterThan(1_400);
  expect(cpus.every((cpu) => cpu !== undefined && cpu <= cpuMs)).toBe(true);
});

it("runs one target alone, with jsfuzz's own coverage", { timeout: 60_000 }, async () => {
  const own = join(folder, "alone");
  mkdirSync(own);
  const target = (name: string): string =>
    `{ name: "${name}", module: "src/twice.ts", faults: [], input: (data) => data, fuzz: (data) => "${name} " + (data.length > 3) }`;
  writeFileSync(join(own, "calm.ts"), `export const calm = ${target("calm")};`);
  writeFileSync(join(own, "rest.ts"), `export const rest = [${target("one of several")}];`);
  const index = `import { rest } from "./rest.js"; import { calm } from "./calm.js"; export const targets = [...rest, calm];`;
  writeFileSync(join(own, "index.ts"), index);
  const suite = { targets: join(own, "index.ts"), arbitraries: join(folder, "arbitraries.ts") };

  const calm = await jsfuzzAlone({ name: "calm" }, suite, join(folder, "calm"));
  const { executions, failures } = await run(1_500, "calm", calm);
  expect(executions).toBeGreaterThan(100);
  expect(failures).toEqual([]);
  // What it does not run it is not given to walk over.
  expect(readFileSync(calm.target.file, "utf8")).not.toContain("one of several");
  const among = await jsfuzzAlone({ name: "one of several" }, suite, join(folder, "several"));
  expect(readFileSync(among.target.file, "utf8")).not.toContain('"calm"');
});
