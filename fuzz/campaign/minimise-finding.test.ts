import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import type { Failure } from "./failure.js";
import { FindingStore, minimizedIn } from "./finding.js";
import { minimiseFinding, minimiseInput } from "./minimise-finding.js";
import { readFindingCase, replay } from "./replay.js";

/**
 * Decoders of `| type (1) | length (1) | value |` to the end, which refuse what does not fit. Each has a bug in its
 * type 7, in a module of its own.
 */
const bugs: Readonly<Record<string, string>> = {
  crashing: "if (value.includes(93)) (value as never as { missing: string[] }).missing[0]?.at(0);",
  hanging: "if (value.includes(93)) for (let at = 0; at < 10; at += value.length > 250 ? 1 : 0) ;",
  hungry:
    "if (value.includes(93)) { const kept: number[][] = []; for (;;) kept.push(new Array<number>(1_000_000).fill(0.5)); }",
  dying: 'if (value.includes(93)) process.kill(process.pid, "SIGKILL");',
  leaving: "if (value.includes(93)) process.exit(3);",
  // Over in no time where no one counts.
  slow: "if (value.includes(93)) { let sum = 0; for (let i = 0; i < 400_000; i++) sum += i; if (sum === 1) return 'odd'; }",
  mended: "",
};

const folder = mkdtempSync(join(tmpdir(), "kiln-minimise-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

mkdirSync(join(folder, "src"));
for (const [name, bug] of Object.entries(bugs)) {
  writeFileSync(
    join(folder, "src", `${name}.ts`),
    `export const decode = (data: Uint8Array): string => {
      for (let at = 0; at < data.length; ) {
        const end = at + 2 + (data[at + 1] ?? 256);
        if (end > data.length) return "toy/overrun";
        if (data[at] === 7) record([...data.subarray(at + 2, end)]);
        at = end;
      }
      return "accepted";
    };
    const record = (value: number[]): string => { ${bug} return "fine"; };`,
  );
}
const names = Object.keys(bugs);
writeFileSync(
  join(folder, "targets.ts"),
  `${names.map((name) => `import * as ${name} from "./src/${name}.ts";`).join("\n")}
  const row = (name: string, fuzz: (data: Uint8Array) => string) =>
    ({ name, module: "src/" + name + ".ts", faults: [], fuzz, input: (data: Uint8Array) => data });
  export const targets = [${names.map((name) => `row("${name}", (data) => ${name}.decode(data))`).join(", ")}];`,
);
writeFileSync(
  join(folder, "arbitraries.ts"),
  `import fc from ${JSON.stringify(fileURLToPath(import.meta.resolve("fast-check")))};
  export const arbitrariesOf = () => ({ valid: fc.constant(new Uint8Array(0)), nearValid: fc.uint8Array(), broken: null });`,
);
const suite = { targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") };

const others = Array.from({ length: 6 }, (_, i) => [20 + i, i, ...Array.from({ length: i }, () => 9)]).flat();
const INPUT = Uint8Array.from([...others, 7, 5, 90, 91, 93, 94, 95, ...others]);
const LEAST = "07015d";
const HANG_MS: Readonly<Record<string, number>> = { hanging: 1_000 };

/** A finding of a toy, as an engine would leave it. */
const found = async (target: string, input = INPUT): Promise<{ failure: Failure; at: string }> => {
  const engine = target === "slow" ? { counted: true } : {};
  const { failure } = await replay(
    { target, input, expected: null, ...engine },
    { suite, hangMs: HANG_MS[target] ?? 10_000 },
  );
  if (failure === null) throw new Error(`${target} passes`);
  const store = new FindingStore(mkdtempSync(join(folder, "findings-")));
  const origin = { engine: "kiln", seed: 1 };
  return { failure, at: store.add({ ...failure, origin }, `src/${target}.ts`).folder };
};

describe("a finding is minimised to what its failure needs", () => {
  it.each(["crashing", "leaving"])("%s", async (target) => {
    const { at } = await found(target);
    const made = await minimiseFinding(at, { suite, timeMs: 20_000 });
    expect(Buffer.from(made.input).toString("hex")).toBe(LEAST);
    expect(made).toMatchObject({ finished: true, finding: { minimized: 3, octets: INPUT.length } });
    expect(made.executions).toBeGreaterThan(10);
    const { failure } = await replay(readFindingCase(at, "minimized"), { suite });
    expect(failure?.what).toBe(made.failure.what);
  });

  it.each([
    ["hanging", "hang"],
    ["dying", "exit"],
  ])("%s, though each candidate that does so costs a process", async (target, kind) => {
    const input = Uint8Array.of(20, 0, 7, 5, 90, 91, 93, 94, 95);
    const { at } = await found(target, input);
    const made = await minimiseFinding(at, {
      suite,
      timeMs: 30_000,
      executions: 10,
      hangMs: HANG_MS[target] ?? 10_000,
    });
    expect(made.input.length).toBeLessThan(input.length);
    expect(made.failure.kind).toBe(kind);
    expect(minimizedIn(at)).toEqual(made.input);
  });

  it("slow, which only takes too long where steps are counted", async () => {
    const { at } = await found("slow");
    const made = await minimiseFinding(at, { suite, timeMs: 20_000 });
    expect(Buffer.from(made.input).toString("hex")).toBe(LEAST);
    expect(made.failure).toMatchObject({
      kind: "hang",
      message: expect.stringMatching(/steps for an input of 3 octets/),
    });
  });
});

describe("it is refused, in one line,", () => {
  it("for what passes, or fails otherwise than the finding says", async () => {
    const input = { target: "mended", input: INPUT, expected: null };
    await expect(minimiseInput(input, { suite })).rejects.toThrow("it passes: there is nothing to minimise");
    const { failure } = await found("crashing");
    const store = new FindingStore(mkdtempSync(join(folder, "findings-")));
    const { folder: at } = store.add({ ...failure, what: "another" }, "src/crashing.ts");
    await expect(minimiseFinding(at, { suite })).rejects.toThrow(
      /^it fails otherwise than [0-9a-f]{12} says, as [0-9a-f]{12}: TypeError/,
    );
    expect(minimizedIn(at)).toBeNull();
  });

  it("for an input that is only not answered as it was made to be", async () => {
    const input = { target: "mended", input: INPUT, expected: "toy/overrun" };
    await expect(minimiseInput(input, { suite })).rejects.toThrow(/^an input made for an outcome has it no more/);
  });
});

it("the test that a finding comes with fails while the bug is there, and passes when it is gone", async () => {
  const { at } = await found("crashing");
  await minimiseFinding(at, { suite });
  // A checkout of which only the targets are toys.
  const checkout = join(folder, "checkout");
  mkdirSync(join(checkout, "fuzz", "targets"), { recursive: true });
  symlinkSync(join(packageRoot(), "fuzz", "oracle"), join(checkout, "fuzz", "oracle"));
  symlinkSync(join(packageRoot(), "node_modules"), join(checkout, "node_modules"));
  copyFileSync(join(at, "regression.ts"), join(checkout, "fuzz", "targets", "copied.test.ts"));
  const run = (module: string): ReturnType<typeof spawnSync> => {
    writeFileSync(
      join(checkout, "fuzz", "targets", "index.ts"),
      `import { decode } from ${JSON.stringify(join(folder, "src", `${module}.ts`))};
      export const targetOf = (name: string) => (name === "crashing" ? { fuzz: decode } : undefined);`,
    );
    const vitest = join(packageRoot(), "node_modules", "vitest", "vitest.mjs");
    return spawnSync(process.execPath, [vitest, "run", "--root", checkout, "copied"], {
      encoding: "utf8",
      timeout: 50_000,
    });
  };
  const { status, stdout } = run("crashing");
  expect(status).toBe(1);
  expect(stdout).toMatch(/crashing: not again [0-9a-f]{12} \(TypeError: Cannot read properties of undefined/);
  expect(run("mended")).toMatchObject({ status: 0, stdout: expect.stringMatching(/1 passed/) });
  expect(readFileSync(join(at, "regression.ts"), "utf8")).toContain(`Buffer.from("${LEAST}", "hex")`);
});
