import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convergenceDocument, fanoutDocument, isMeasured, soakDocument, updateDocument } from "../src/results/index.js";
import { bird } from "../src/target/bird.js";
import { BuiltKiln, below, commandOf, descendants, type Ended, type Started } from "./built-kiln.js";

const results = mkdtempSync(join(tmpdir(), "kiln-bench-test-"));
const missing = await bird.available();

let kiln: BuiltKiln;
beforeAll(async () => {
  kiln = await BuiltKiln.make();
});

afterAll(() => {
  kiln.remove();
  rmSync(results, { recursive: true, force: true });
});

const start = (...args: string[]): Started => kiln.start("bench", ...args, "--results", results);

const bench = (...args: string[]): Promise<Ended> => start(...args).ended;

describe("kiln bench convergence", () => {
  it("takes a table through our speaker, over TCP and over TLS", async () => {
    const args = ["--target", "self", "--prefixes", "1000", "--family", "both", "--runs", "1", "--json"];
    const { status, stdout, stderr } = await bench("convergence", ...args);
    expect(stderr).not.toContain("not exact");
    expect(status).toBe(0);
    const { rows, conditions } = convergenceDocument.parse(JSON.parse(stdout));
    expect(conditions?.comparability).toMatchObject({ self: { mrai: "none" } });
    expect(Object.keys(conditions?.tester ?? {})).toEqual(["tcp", "tls"]);
    expect(rows.map(({ target, transport }) => `${target} ${transport}`)).toEqual(["self tcp", "self tls"]);
    for (const row of rows.filter(isMeasured)) {
      expect(row).toMatchObject({ exact: true, differing: 0, prefixes: 1000, peers: 1 });
      expect(row.convergence_ms.samples.length).toBe(1);
      expect(row.convergence_ms.median).toBeGreaterThan(0);
      expect(row.intake_ms.median).toBeGreaterThan(0);
      expect(row.peak_rss_bytes.median).toBeGreaterThan(1 << 20);
      const [curve] = row.curves ?? [];
      expect(curve?.prefixes.at(-1)).toBe(1000);
      expect(curve?.ms.at(-1)).toBeLessThanOrEqual(row.convergence_ms.max);
      // One peer, one table: no prefix can have taken longer than all of them.
      expect(row.prefix_latency_ms?.max).toBeLessThanOrEqual(row.convergence_ms.max);
      expect(row.prefix_latency_ms?.p50).toBeGreaterThan(0);
      expect(row.disturbance?.foreign_cpu.samples.length).toBe(1);
      expect(typeof row.tester_bound).toBe("boolean");
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

  it("takes sizes by name, and lets what was said in so many words win", async () => {
    const args = ["--target", "self", "--transport", "tcp", "--tier", "ci", "--prefixes", "200", "--json"];
    const { stdout } = await bench("convergence", ...args);
    const { rows, conditions } = convergenceDocument.parse(JSON.parse(stdout));
    expect(conditions?.tier).toBe("ci");
    expect(rows.filter(isMeasured).map((row) => [row.prefixes, row.convergence_ms.samples.length])).toEqual([[200, 3]]);
  });

  it("has many senders in few processes", async () => {
    const args = [
      "--target",
      "self",
      "--transport",
      "tcp",
      "--prefixes",
      "200",
      "--peers",
      "9",
      "--runs",
      "1",
      "--json",
    ];
    const { child, ended, said } = start("convergence", ...args);
    await said("tester against itself");
    const testers = descendants(child.pid ?? 0).filter((pid) => commandOf(pid).includes("bench/tester/sender"));
    expect(testers.length).toBeGreaterThan(0);
    expect(testers.length).toBeLessThan(9);
    const { status, stdout } = await ended;
    expect(status).toBe(0);
    expect(convergenceDocument.parse(JSON.parse(stdout)).rows).toMatchObject([{ exact: true, peers: 9 }]);
  });

  it.each([
    [["--tier", "huge"], "Allowed choices are smoke, ci, release"],
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
    expect(packed?.prefix_latency_ms?.p99).toBeGreaterThan(0);
  });
});

describe("kiln bench ipv6", () => {
  it("measures IPv6 alone and both families", async () => {
    const args = ["--target", "self", "--transport", "tcp", "--prefixes", "500", "--runs", "1", "--json"];
    const { status, stdout } = await bench("ipv6", ...args);
    expect(status).toBe(0);
    const { rows } = convergenceDocument.parse(JSON.parse(stdout));
    expect(rows).toMatchObject([
      { family: "6", exact: true, differing: 0 },
      { family: "both", exact: true, differing: 0 },
    ]);
  });
});

describe("kiln bench fanout", () => {
  it("compares every receiver with the expected routes", async () => {
    const args = ["--target", "self", "--transport", "tcp", "--prefixes", "500", "--runs", "1", "--receivers", "1,7"];
    const { status, stdout, stderr } = await bench("fanout", ...args, "--json");
    expect(stderr).not.toContain("not exact");
    expect(status).toBe(0);
    const rows = fanoutDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured);
    expect(rows.map(({ receivers, exact, differing }) => [receivers, exact, differing])).toEqual([
      [1, true, 0],
      [7, true, 0],
    ]);
    const [one, seven] = rows;
    expect(one?.best_paths_digest).toMatch(/^[0-9a-f]{16}$/);
    expect(seven?.best_paths_digest).toBe(one?.best_paths_digest);
    expect(seven?.last_ms.median).toBeGreaterThanOrEqual(seven?.first_ms.median ?? Number.NaN);
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
