import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convergenceDocument, isMeasured, soakDocument, updateDocument } from "../src/results/index.js";
import { bird } from "../src/target/bird.js";
import { type Ended, type Started, startNode } from "./command-kit.js";

/**
 * Target and tester are processes of their own, so they need files that Node can run: made from the sources as they are,
 * so that a stale build can't pass.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "bench-test-"));
const results = mkdtempSync(join(tmpdir(), "kiln-bench-test-"));
const missing = await bird.available();

beforeAll(async () => {
  const sources = ["src", "bench"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !/\.(test|arb|d)\.ts$/.test(name))
      .map((name) => join(root, room, name)),
  );
  await build({
    entryPoints: sources,
    outbase: root,
    outdir: join(folder, "dist"),
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(results, { recursive: true, force: true });
});

const start = (...args: string[]): Started =>
  startNode([join(folder, "dist", "src", "cli", "main.js"), "bench", ...args, "--results", results]);

const bench = (...args: string[]): Promise<Ended> => start(...args).ended;

/** The processes that a process started, and theirs. */
const descendants = (pid: number): number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    const children = text === "" ? [] : text.split(" ").map(Number);
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
};

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
};

/** Waits for a process below `pid` whose command line has `text` in it. */
const below = async (pid: number | undefined, text: string): Promise<number> => {
  for (let i = 0; i < 1500; i++) {
    const found = descendants(pid ?? 0).find((one) => commandOf(one).includes(text));
    if (found !== undefined) return found;
    await wait(10);
  }
  throw new Error(`no process with "${text}" came up`);
};

describe("kiln bench convergence", () => {
  it("takes a table through our speaker, over TCP and over TLS", async () => {
    const args = ["--target", "self", "--prefixes", "1000", "--family", "both", "--runs", "1", "--json"];
    const { status, stdout, stderr } = await bench("convergence", ...args);
    expect(stderr).not.toContain("not exact");
    expect(status).toBe(0);
    const { rows } = convergenceDocument.parse(JSON.parse(stdout));
    expect(rows.map(({ target, transport }) => `${target} ${transport}`)).toEqual(["self tcp", "self tls"]);
    for (const row of rows.filter(isMeasured)) {
      expect(row).toMatchObject({ exact: true, differing: 0, prefixes: 1000, peers: 1 });
      expect(row.convergence_ms.samples.length).toBe(1);
      expect(row.convergence_ms.median).toBeGreaterThan(0);
      expect(row.intake_ms.median).toBeGreaterThan(0);
      expect(row.peak_rss_bytes.median).toBeGreaterThan(1 << 20);
    }
    expect(rows.filter(isMeasured).length).toBe(2);
  });

  it.skipIf(missing !== null)(
    `comes to BIRD's best paths from three peers' tables${missing === null ? "" : ` (skipped: bird ${missing})`}`,
    async () => {
      const args = ["--prefixes", "1000", "--family", "both", "--peers", "3", "--runs", "1", "--json"];
      const { status, stdout, stderr } = await bench("convergence", "--target", "self,bird", ...args);
      expect(stderr).not.toContain("not exact");
      expect(status).toBe(0);
      const { rows, provenance } = convergenceDocument.parse(JSON.parse(stdout));
      expect(rows.map((row) => ("skipped" in row ? row.skipped : ""))).toEqual(["", "", "", "no TLS"]);
      const measured = rows.filter(isMeasured);
      expect(measured.map(({ exact }) => exact)).toEqual([true, true, true]);
      const digests = new Set(measured.map(({ best_paths_digest }) => best_paths_digest));
      expect(digests.size).toBe(1);
      expect([...digests][0]).toMatch(/^[0-9a-f]{16}$/);
      expect(provenance.targets).toMatchObject({ bird: expect.stringMatching(/^BIRD \d/) });
    },
  );

  it.each([
    [["--runs", "0"], "whole number from 1"],
    [["--target", "nobody"], "not one of self, bird"],
    [["--mrt", "nowhere.gz"], "nowhere.gz: there is no such file"],
  ])("refuses %j in one line that helps", async (args, text) => {
    const { status, stderr } = await bench("convergence", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain("    at ");
  });
});

describe("kiln bench update", () => {
  it("measures rates for UPDATEs packed and with one prefix each", async () => {
    const args = ["--target", "self", "--transport", "tcp", "--prefixes", "1000", "--runs", "1", "--duration", "100ms"];
    const { status, stdout, stderr } = await bench("update", ...args, "--json");
    expect([status, stderr]).toEqual([0, expect.stringContaining("kiln: kept in ")]);
    const rows = updateDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured);
    expect(rows.map(({ packing, exact }) => [packing, exact])).toEqual([
      ["packed", true],
      ["single", true],
    ]);
    const [packed, single] = rows;
    expect(single?.in_prefixes_per_s.median).toBe(single?.in_updates_per_s.median);
    expect(packed?.in_prefixes_per_s.median).toBeGreaterThan(packed?.in_updates_per_s.median ?? Number.NaN);
    expect(packed?.out_updates_per_s.median).toBeGreaterThan(0);
  });
});

describe("kiln bench soak", () => {
  const soak = ["soak", "--target", "self", "--transport", "tcp", "--prefixes", "500", "--json"];

  it("notes the memory of each round", async () => {
    const { status, stdout, stderr } = await bench(...soak, "--rounds", "3");
    expect([status, stderr]).toEqual([0, expect.stringContaining("kiln: kept in ")]);
    const [row] = soakDocument.parse(JSON.parse(stdout)).rows;
    expect(row).toMatchObject({ exact: true, rounds: 3, settled_round: 3, rss_growth: 1 });
  });

  it("keeps what it has and leaves no process behind when it is interrupted", async () => {
    const { child, ended, said } = start(...soak, "--rounds", "1000000");
    await said("round 20/");
    const started = descendants(child.pid ?? 0);
    child.kill("SIGINT");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(stderr).toContain("kiln: interrupted");
    expect(soakDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured).length).toBe(1);
    expect(started.length).toBeGreaterThan(2);
    expect(started.map(commandOf).filter((command) => command !== "")).toEqual([]);
  });

  it("says why when its target dies, and keeps the rounds before", async () => {
    const { child, ended, said } = start(...soak, "--rounds", "1000000");
    await said("round 20/");
    const speaker = await below(child.pid, "speaker");
    process.kill(speaker, "SIGKILL");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(stderr).toContain("self: ended by itself (SIGKILL)");
    const [row] = soakDocument.parse(JSON.parse(stdout)).rows;
    expect(row).toMatchObject({ exact: false, note: expect.stringContaining("ended by itself (SIGKILL)") });
  });
});
