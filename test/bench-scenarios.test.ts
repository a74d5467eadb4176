import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as ChurnModule from "../bench/scenarios/churn.js";
import type * as MemoryModule from "../bench/scenarios/memory.js";
import type * as ReplaceModule from "../bench/scenarios/replace.js";
import type * as ResetModule from "../bench/scenarios/reset.js";
import type * as WithdrawModule from "../bench/scenarios/withdraw.js";
import {
  churnDocument,
  isMeasured,
  memoryDocument,
  memorySteps,
  replaceDocument,
  resetDocument,
  withdrawDocument,
} from "../src/results/index.js";
import { bird } from "../src/target/bird.js";
import type * as SelfModule from "../src/target/self.js";
import type { Target } from "../src/target/target.js";
import { BuiltKiln, commandOf, descendants } from "./built-kiln.js";
import { type Spoil, spoiled, withOtherOrigin } from "./spoiled-target.js";

const results = mkdtempSync(join(tmpdir(), "kiln-scenarios-test-"));
const missing = await bird.available();
const targets = missing === null ? "self,bird" : "self";
const without = missing === null ? "" : ` (without bird: ${missing})`;

let kiln: BuiltKiln;
beforeAll(async () => {
  kiln = await BuiltKiln.make();
});

afterAll(() => {
  kiln.remove();
  rmSync(results, { recursive: true, force: true });
});

/** The document that a scenario printed; it must have been exact and without complaint. */
const bench = async (...args: readonly string[]): Promise<unknown> => {
  const { status, stdout, stderr } = await kiln.start("bench", ...args, "--json", "--results", results).ended;
  expect(stderr).not.toContain("not exact");
  expect([status, stderr]).toEqual([0, expect.stringContaining("kiln: kept in ")]);
  return JSON.parse(stdout);
};

const small = ["--prefixes", "1000", "--family", "both", "--runs", "1"];

describe("kiln bench withdraw", () => {
  it(`leaves nothing, or the second-best paths${without}`, { timeout: 60_000 }, async () => {
    const printed = await bench("withdraw", "--target", targets, "--peers", "3", ...small);
    const rows = withdrawDocument.parse(printed).rows.filter(isMeasured);
    expect(rows.map(({ target, transport, mode, peers }) => `${target} ${transport} ${mode} ${peers}`)).toEqual(
      ["all 1", "one 3", "down 3"].flatMap((what) => [
        `self tcp ${what}`,
        `self tls ${what}`,
        ...(missing === null ? [`bird tcp ${what}`] : []),
      ]),
    );
    for (const { mode, exact, differing, convergence_ms } of rows) {
      expect([exact, differing]).toEqual([true, mode === "all" ? null : 0]);
      expect(convergence_ms.median).toBeGreaterThan(0);
    }
  });

  it("leaves nothing when the only peer's session ends", async () => {
    const args = ["--mode", "down", "--peers", "1", "--target", "self", "--transport", "tcp"];
    const { rows } = withdrawDocument.parse(await bench("withdraw", ...args, ...small));
    expect(rows).toMatchObject([{ mode: "down", peers: 1, exact: true, differing: null }]);
  });

  it("keeps the runs that had ended when it is interrupted, and leaves no process behind", async () => {
    const args = ["--target", "self", "--transport", "tcp", "--prefixes", "500", "--runs", "1000", "--json"];
    const { child, ended, said } = kiln.start("bench", "withdraw", ...args, "--results", results);
    await said("self tcp run 2/");
    const started = descendants(child.pid ?? 0);
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    expect([status, stderr]).toEqual([2, expect.stringContaining("kiln: interrupted")]);
    const [all, ...others] = withdrawDocument.parse(JSON.parse(stdout)).rows;
    expect(all !== undefined && isMeasured(all) ? all.convergence_ms.samples.length : 0).toBeGreaterThanOrEqual(2);
    expect(others.map((row) => ("failed" in row ? row.failed : ""))).toEqual(
      Array(2).fill("not measured: interrupted"),
    );
    expect(started.length).toBeGreaterThan(2);
    expect(started.map(commandOf).filter((command) => command !== "")).toEqual([]);
  });
});

describe("kiln bench replace", () => {
  it(`gives every prefix the new attributes, the better path, and the old one back${without}`, async () => {
    const printed = await bench("replace", "--target", targets, "--transport", "tcp", "--peers", "3", ...small);
    const { rows } = replaceDocument.parse(printed);
    expect(rows.filter(({ target }) => target === "self")).toMatchObject([
      { mode: "attributes", peers: 1, exact: true, differing: 0 },
      { mode: "better", peers: 3, exact: true, differing: 0 },
      { mode: "back", peers: 3, exact: true, differing: 0 },
    ]);
    expect(rows.every((row) => isMeasured(row) && row.exact)).toBe(true);
  });
});

describe("kiln bench churn", () => {
  it(`follows every change to the receiver${without}`, { timeout: 60_000 }, async () => {
    const rate = ["--multiple", "100,1000", "--duration", "400ms"];
    const { rows } = churnDocument.parse(await bench("churn", "--target", targets, ...rate, ...small));
    const measured = rows.filter(isMeasured);
    expect(measured.length).toBe(missing === null ? 6 : 4);
    for (const { exact, differing, multiple, changes, latency_ms, backlog } of measured) {
      expect([exact, differing]).toEqual([true, 0]);
      // 0.4 s at 143 and at 1430 UPDATEs a second, of 2.74 prefixes on average.
      expect(changes).toBeGreaterThan(multiple * 0.8);
      expect(changes).toBeLessThan(multiple * 2.5);
      expect(latency_ms.p50).toBeGreaterThan(0);
      expect(latency_ms.max).toBeGreaterThanOrEqual(latency_ms.p999);
      expect(backlog.max).toBeLessThanOrEqual(changes);
    }
    // The same changes for everyone.
    expect(new Set(measured.map(({ multiple, changes }) => `${multiple} ${changes}`)).size).toBe(2);
  });
});

describe("kiln bench reset", () => {
  it(`brings all sessions back, and their routes${without}`, { timeout: 60_000 }, async () => {
    const { rows } = resetDocument.parse(await bench("reset", "--target", targets, "--sessions", "1,5", ...small));
    const measured = rows.filter(isMeasured);
    expect(measured.length).toBe(missing === null ? 6 : 4);
    for (const { exact, established_ms, routes_ms, waiting_share } of measured) {
      expect(exact).toBe(true);
      expect(established_ms.median).toBeGreaterThan(0);
      expect(routes_ms.median).toBeGreaterThan(0);
      expect(waiting_share.max).toBeLessThanOrEqual(1);
    }
  });
});

describe("kiln bench memory", () => {
  it(`reads memory at every step${without}`, { timeout: 60_000 }, async () => {
    const args = ["--target", targets, "--transport", "tcp", "--peers", "2", "--settle", "100ms"];
    const { rows } = memoryDocument.parse(await bench("memory", ...args, ...small));
    const measured = rows.filter(isMeasured);
    expect(measured.length).toBe(missing === null ? 2 : 1);
    for (const { exact, steps, peak_rss_bytes } of measured) {
      expect(exact).toBe(true);
      expect(peak_rss_bytes.median).toBeGreaterThan(1 << 20);
      expect(steps.map(({ step }) => step)).toEqual([...memorySteps]);
      expect(steps.map(({ paths }) => paths)).toEqual([0, 1000, 2000, 2000, 2000, 0]);
      for (const { rss_bytes, pss_bytes, private_bytes } of steps) {
        expect(pss_bytes?.median).toBeLessThanOrEqual(rss_bytes.median);
        expect(private_bytes?.median).toBeLessThanOrEqual(pss_bytes?.median ?? 0);
      }
    }
  });
});

describe("a target that gets one UPDATE wrong", { timeout: 30_000 }, () => {
  const drop: Spoil = () => null;
  let self: Target;
  beforeAll(async () => {
    ({ self } = await kiln.module<typeof SelfModule>("src/target/self"));
  });

  /** Whether the one row is exact, or why it has no figures, and what was said of it. */
  const outcome = async (
    spoil: Spoil,
    scenario: (common: WithdrawModule.WithdrawOptions) => AsyncIterable<readonly object[]>,
  ): Promise<{ row: object; said: string }> => {
    const lines: string[] = [];
    let row: object = {};
    const common = {
      targets: [spoiled(self, spoil)],
      transports: ["tcp"] as const,
      source: { kind: "generated", prefixes: 500, family: "4", seed: 1 } as const,
      modes: [],
      peers: 1,
      runs: 1,
      patienceMs: 800,
      signal: new AbortController().signal,
      progress: (line: string) => lines.push(line),
    };
    for await (const rows of scenario(common)) row = rows[0] ?? {};
    return { row, said: lines.filter((line) => line.includes("not exact")).join("\n") };
  };

  it.each([
    ["all", 1, "prefixes are left"],
    ["one", 2, "missing"],
    ["down", 2, "missing"],
  ] as const)("is not exact in withdraw %s", async (mode, peers, text) => {
    const { withdraw } = await kiln.module<typeof WithdrawModule>("bench/scenarios/withdraw");
    const { row, said } = await outcome(drop, (common) => withdraw({ ...common, modes: [mode], peers }));
    expect(row).toMatchObject({ mode, exact: false });
    expect(said).toContain(text);
  });

  it.each([
    ["attributes", drop, "missing"],
    ["attributes", withOtherOrigin, "other attributes"],
    ["back", withOtherOrigin, "other attributes"],
  ] as const)("is not exact in replace %s (%o)", async (mode, spoil, text) => {
    const { replace } = await kiln.module<typeof ReplaceModule>("bench/scenarios/replace");
    const { row, said } = await outcome(spoil, (common) => replace({ ...common, modes: [mode], peers: 2 }));
    expect(row).toMatchObject({ mode, exact: false });
    expect(said).toContain(text);
  });

  it.each([drop, withOtherOrigin])("is not exact in churn (%o)", async (spoil) => {
    const { churn } = await kiln.module<typeof ChurnModule>("bench/scenarios/churn");
    const rate = { multiples: [50], durationMs: 400, seed: 1 };
    const { row, said } = await outcome(spoil, (common) => churn({ ...common, ...rate }));
    expect(row).toMatchObject({ exact: false });
    expect(row).not.toMatchObject({ differing: 0 });
    expect(said).toContain("other attributes");
  });

  it.each([
    [drop, "missing|prefixes were left"],
    [withOtherOrigin, "other attributes"],
  ])("is not exact in reset (%o)", async (spoil, text) => {
    const { reset } = await kiln.module<typeof ResetModule>("bench/scenarios/reset");
    const { row, said } = await outcome(spoil, (common) => reset({ ...common, sessions: [2] }));
    expect(row).toMatchObject({ exact: false });
    expect(said).toMatch(new RegExp(text));
  });

  it("is not exact in memory", async () => {
    const { memory } = await kiln.module<typeof MemoryModule>("bench/scenarios/memory");
    const { row, said } = await outcome(drop, (common) => memory({ ...common, settleMs: 100 }));
    expect(row).toMatchObject({ exact: false });
    expect(said).toContain("prefixes are left");
  });
});
