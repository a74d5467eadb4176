import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableStatsSchema } from "../src/results/table-stats.js";
import { generateTable } from "../src/table/generate.js";
import { statisticsOf } from "../src/table/statistics.js";

/** The command as one file, made from the sources as they are: a stale build can't pass. */
const bundle = fileURLToPath(new URL("../node_modules/.cache/cli-table-test/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kiln-cli-table-"));
const table = join(folder, "table.mrt");

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const kiln = (args: readonly string[], input?: Uint8Array): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, "table", ...args], {
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  });
  return { status, stdout: stdout.toString("latin1"), stderr: stderr.toString() };
};

beforeAll(async () => {
  mkdirSync(join(bundle, ".."), { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("../src/cli/main.ts", import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  expect(kiln(["make", "--prefixes", "3000", "--family", "both", "--seed", "5", "--output", table]).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(bundle, ".."), { recursive: true, force: true });
});

/** One line on standard error, nothing on standard output, exit code 2. */
const expectRefused = (run: Run, says: RegExp): void => {
  expect(run.stderr).toMatch(says);
  expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(run.stdout).toBe("");
  expect(run.status).toBe(2);
};

describe("kiln table make", () => {
  it("writes the same octets for the same options, packed or not", () => {
    const packed = join(folder, "packed.mrt.gz");
    kiln(["make", "--prefixes", "3000", "--family", "both", "--seed", "5", "--output", packed]);
    const toStdout = kiln(["make", "--prefixes", "3000", "--family", "both", "--seed", "5", "--output", "-"]);
    const octets = readFileSync(table);
    expect(gunzipSync(readFileSync(packed)).equals(octets)).toBe(true);
    expect(Buffer.from(toStdout.stdout, "latin1").equals(octets)).toBe(true);
    expect(toStdout.stderr).toMatch(/prefixes per UPDATE +mean 6\./);
  });

  it("prints its statistics as JSON that keeps to its schema", () => {
    const { stdout, status } = kiln(["make", "--prefixes", "500", "--json"]);
    expect(status).toBe(0);
    const stats = tableStatsSchema.parse(JSON.parse(stdout));
    const { prefixes, attributeSets } = statisticsOf(generateTable({ prefixes: 500, family: "4", seed: 1 }));
    expect(stats).toMatchObject({ prefixes, attributeSets });
  });

  it("refuses what makes no sense", () => {
    expect(kiln(["make"]).stderr).toContain("--prefixes");
    expect(kiln(["make", "--prefixes", "0"])).toMatchObject({ status: 2, stdout: "" });
    expect(kiln(["make", "--prefixes", "5", "--family", "5"]).stderr).toContain("4, 6, both");
    expectRefused(
      kiln(["make", "--prefixes", "5", "--output", join(folder, "no", "such")]),
      /cannot write .*no such file/,
    );
    expectRefused(kiln(["make", "--prefixes", "5", "--json", "--output", "-"]), /standard output/);
  });
});

describe("kiln table dump", () => {
  it("prints a line for each route, from a file or from standard input", () => {
    const { stdout, stderr, status } = kiln(["dump", table]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3000);
    for (const line of lines)
      expect(line).toMatch(/^BGP4MP\|1767225600\|A\|192\.0\.2\.1\|65001\|[0-9a-f.:]+\/\d+\|65001 /);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(kiln(["dump", "-"], readFileSync(table)).stdout).toBe(stdout);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const large = join(folder, "large.mrt");
    kiln(["make", "--prefixes", "60000", "--output", large]);
    const child = spawn(process.execPath, [bundle, "table", "dump", large], { stdio: ["ignore", "pipe", "pipe"] });
    let complaints = "";
    child.stderr.on("data", (chunk) => {
      complaints += String(chunk);
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once("exit", resolve));
    expect({ status, complaints }).toEqual({ status: 0, complaints: "" });
  });

  it("prints what is readable of a file that is cut short, then says where it stopped", () => {
    const octets = readFileSync(table);
    const cut = join(folder, "cut.mrt");
    writeFileSync(cut, octets.subarray(0, octets.length - 5));
    const { stdout, stderr, status } = kiln(["dump", cut]);
    expect(kiln(["dump", table]).stdout.startsWith(stdout)).toBe(true);
    expect(stdout.split("\n").length).toBeGreaterThan(2000);
    expect(stderr).toMatch(
      /^kiln: .*cut\.mrt is damaged: stopped at octet \d+ after \d+ records: the file ends after .*\n$/,
    );
    expect(status).toBe(2);
    const packed = gzipSync(octets);
    writeFileSync(cut, packed.subarray(0, packed.length - 2000));
    expect(kiln(["dump", cut])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the gzip stream is cut short"),
    });
  });

  it.each(["dump", "stats"])("%s refuses what is no MRT file", (command) => {
    const text = join(folder, "text");
    writeFileSync(text, "Roses are red.\n");
    expectRefused(kiln([command, text]), /is no MRT file/);
    writeFileSync(text, gzipSync("Roses are red.\n"));
    expectRefused(kiln([command, text]), /is no MRT file/);
    expectRefused(kiln([command, folder]), /it is a directory/);
    expectRefused(kiln([command, join(folder, "none")]), /no such file/);
  });
});

describe("kiln table stats", () => {
  it("agrees with the statistics of the table that was written", () => {
    const { stdout, status } = kiln(["stats", "--json", table]);
    expect(status).toBe(0);
    const { schema, source, faulty, stopped, ...figures } = tableStatsSchema.parse(JSON.parse(stdout));
    expect({ schema, source, faulty, stopped }).toEqual({
      schema: "kiln.table.stats/1",
      source: table,
      faulty: 0,
      stopped: null,
    });
    expect(figures).toEqual(statisticsOf(generateTable({ prefixes: 3000, family: "both", seed: 5 })));
    expect(kiln(["stats", table]).stdout).toMatch(/^prefixes +3000 \(IPv4 2475, IPv6 525\)\n/);
  });

  it("says what it could read of a damaged file", () => {
    const octets = readFileSync(table);
    const cut = join(folder, "cut.mrt");
    writeFileSync(cut, octets.subarray(0, octets.length >> 1));
    const { stdout, status } = kiln(["stats", "--json", cut]);
    expect(status).toBe(2);
    const { stopped, prefixes } = tableStatsSchema.parse(JSON.parse(stdout));
    expect(stopped?.offset).toBeLessThanOrEqual(octets.length >> 1);
    expect(prefixes).toBeGreaterThan(500);
  });
});

it.each([["--help"], ["dump", "--help"], ["stats", "--help"], ["make", "--help"]])(
  "kiln table %s %s shows how",
  (...args) => {
    const { stdout, status } = kiln(args.filter((arg) => arg !== undefined));
    expect(stdout).toMatch(/^Usage: kiln table/);
    expect(status).toBe(0);
  },
);
