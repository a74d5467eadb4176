import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { isMeasured } from "../../src/results/document.js";
import { measureSpeed } from "./speed.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-speed-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("measures each runner as often as it was asked to, in turns", async () => {
  const path = (name: string): string => join(folder, name);
  mkdirSync(path("src"));
  mkdirSync(path("seeds"));
  writeFileSync(path("seeds/first"), Uint8Array.of(1, 2, 3));
  writeFileSync(
    path("src/summing.ts"),
    `export const decode = (data: Uint8Array): string => {
      let sum = 0;
      for (const octet of data) sum += octet > 100 ? 2 : octet;
      return sum % 3 === 0 ? "toy/three" : "accepted";
    };`,
  );
  writeFileSync(
    path("targets.ts"),
    `import { decode } from "./src/summing.ts";
    export const targets = [{ name: "summing", module: "src/summing.ts", faults: [], fuzz: decode, input: (data) => data }];`,
  );
  writeFileSync(
    path("arbitraries.ts"),
    `import fc from ${JSON.stringify(fileURLToPath(import.meta.resolve("fast-check")))};
    const some = fc.constant(Uint8Array.of(2));
    export const arbitrariesOf = () => ({ valid: fc.constant(Uint8Array.of(1)), nearValid: some, broken: null });`,
  );
  const turns: string[] = [];
  const rows = await measureSpeed(
    { name: "summing", module: "src/summing.ts" },
    {
      runners: ["plain", "kiln"],
      cpuMs: 300,
      rounds: 2,
      seed: 1,
      seeds: path("seeds"),
      suite: { targets: path("targets.ts"), arbitraries: path("arbitraries.ts") },
    },
    (runner, round) => turns.push(`${runner} ${round}`),
    new AbortController().signal,
  );
  expect(turns).toEqual(["plain 0", "kiln 0", "plain 1", "kiln 1"]);
  for (const row of rows) {
    if (!isMeasured(row)) throw new Error("no figures");
    expect(row.executions_per_cpu_s.samples).toHaveLength(2);
    expect(row.executions_per_cpu_s.min).toBeGreaterThan(0);
  }
});
