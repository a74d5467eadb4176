import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Circumstances } from "../bench/scenarios/circumstances.js";
import type * as FanoutModule from "../bench/scenarios/fanout.js";
import { convergenceDocument, type FanoutRow, isMeasured, soakDocument } from "../src/results/index.js";
import { findProgram, usageOf } from "../src/target/daemon.js";
import { openbgpd } from "../src/target/openbgpd.js";
import type { Target } from "../src/target/target.js";
import { BuiltKiln, below, commandOf, descendants, type Started } from "./built-kiln.js";

/** What goes wrong in a run ends it with one clear line, leaves no process behind, and loses nothing that was gathered. */

const results = mkdtempSync(join(tmpdir(), "kiln-bench-test-"));
let kiln: BuiltKiln;
beforeAll(async () => {
  kiln = await BuiltKiln.make();
});
afterAll(() => {
  kiln.remove();
  rmSync(results, { recursive: true, force: true });
});

const start = (...args: string[]): Started => kiln.start("bench", ...args, "--results", results);

const self = ["--target", "self", "--transport", "tcp"];
const endless = ["soak", ...self, "--prefixes", "500", "--rounds", "1000000", "--patience", "4s", "--json"];

const lastLine = (stderr: string): string => stderr.trim().split("\n").at(-1) ?? "";

const alive = (pids: readonly number[]): string[] => pids.map(commandOf).filter((command) => command !== "");

const stopped = (pid: number): string =>
  `its process node main.js speaker --config speaker.json --control ctl (pid ${pid}) is stopped`;

const missing = await openbgpd.available();
const withoutOpenbgpd = missing === null ? "" : ` (skipped: ${missing})`;

/** A small fan-out of an OpenBGPD that has one of its four processes stopped as soon as it is there. */
const withStopped = async (option: string): Promise<{ readonly row: FanoutRow | undefined; readonly pid: number }> => {
  const { fanout } = await kiln.module<typeof FanoutModule>("bench/scenarios/fanout");
  let pid = 0;
  const target: Target = {
    ...openbgpd,
    async start(setup) {
      const running = await openbgpd.start(setup);
      pid = await below(running.pid ?? 0, ` ${option} `);
      process.kill(pid, "SIGSTOP");
      return running;
    },
  };
  const { signal } = new AbortController();
  const options = { targets: [target], transports: ["tcp"], peers: 1, receivers: [2], runs: 1, signal } as const;
  const source = { kind: "generated", prefixes: 500, seed: 1, family: "4" } as const;
  const circumstances = new Circumstances({ patienceMs: 1500 });
  let row: FanoutRow | undefined;
  for await ([row] of fanout({ ...options, source, circumstances, progress: () => undefined }));
  return { row, pid };
};

const pinless =
  findProgram("taskset") === null ? "taskset is not installed" : availableParallelism() < 2 ? "one core only" : null;

describe("--pin", () => {
  it.skipIf(pinless !== null)(
    `keeps target and testers on cores of their own${pinless === null ? "" : ` (skipped: ${pinless})`}`,
    async () => {
      const { child, ended, said } = start(...endless, "--pin");
      await said("round 20/");
      const cores = async (text: string): Promise<string | undefined> => {
        const status = readFileSync(`/proc/${await below(child.pid, text)}/status`, "latin1");
        return /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1];
      };
      const found = { target: await cores("speaker"), tester: await cores("tester/receiver") };
      child.kill("SIGINT");
      const { pinned } = soakDocument.parse(JSON.parse((await ended).stdout)).conditions ?? {};
      expect(found.target).not.toBe(found.tester);
      expect(found.target).toBe(pinned?.target);
    },
  );
});

describe("a run", () => {
  it("ends when the target hangs, and keeps what came before", async () => {
    const { child, ended, said } = start(...endless);
    await said("round 20/");
    const all = descendants(child.pid ?? 0);
    process.kill(await below(child.pid, "speaker"), "SIGSTOP");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(lastLine(stderr)).toMatch(/^kiln: self: /);
    expect(soakDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured).length).toBe(1);
    expect(alive(all)).toEqual([]);
  });

  it("says that a target hangs which takes nothing more", async () => {
    // More than the buffers in between can hold.
    const args = ["update", ...self, "--prefixes", "2000", "--packing", "packed", "--runs", "1", "--duration", "1m"];
    const { child, ended, said } = start(...args, "--patience", "4s", "--json");
    await said("UPDATEs as packed");
    const speaker = await below(child.pid, "speaker");
    // Its start and the table before that minute took less, on a busy machine too.
    while (usageOf("self", speaker).cpuSeconds < 4) await wait(50);
    process.kill(speaker, "SIGSTOP");
    const { status, stdout, stderr } = await ended;
    expect([status, lastLine(stderr)]).toEqual([
      2,
      `kiln: self: it hangs: for 4 s it used no CPU and has not taken what sender 0 has for it; ${stopped(speaker)}`,
    ]);
    expect(stdout).toContain('"failed": "self: it hangs');
    expect(commandOf(speaker)).toBe("");
  });

  it(`names the process that is stopped where the others go on${withoutOpenbgpd}`, {
    timeout: 60_000,
  }, async (context) => {
    if (missing !== null) context.skip(missing);
    const decision = await withStopped("-R");
    expect(decision.row).toMatchObject({
      failed: `openbgpd: it hangs: its process bgpd -R -d (pid ${decision.pid}) is stopped`,
    });
    expect(decision.row).not.toHaveProperty("exact");
    expect(alive([decision.pid])).toEqual([]);
    // The one for RTR has no part in what is measured.
    const rtr = await withStopped("-T");
    expect(rtr.row).toMatchObject({ exact: true });
  });

  it("ends when a tester process dies", async () => {
    const { child, ended, said } = start(...endless);
    await said("round 20/");
    const all = descendants(child.pid ?? 0);
    process.kill(await below(child.pid, "tester/receiver"), "SIGKILL");
    const { status, stderr } = await ended;
    expect([status, lastLine(stderr)]).toEqual([2, "kiln: receiver: ended unexpectedly (SIGKILL)"]);
    expect(alive(all)).toEqual([]);
  });

  it("ends in good order at Ctrl-C before the first figure and after it", async () => {
    const args = ["convergence", ...self, "--prefixes", "500", "--runs", "1000", "--json"];
    const early = start(...args);
    await early.said("preparing the table");
    early.child.kill("SIGINT");
    const first = await early.ended;
    expect([first.status, lastLine(first.stderr)]).toEqual([2, "kiln: interrupted before anything was measured"]);

    const late = start(...args);
    await late.said("run 2/");
    const all = descendants(late.child.pid ?? 0);
    late.child.kill("SIGINT");
    const { status, stdout, stderr } = await late.ended;
    expect([status, lastLine(stderr)]).toEqual([2, "kiln: interrupted; the runs that had ended are kept"]);
    const [row] = convergenceDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured);
    expect(row?.convergence_ms.samples.length).toBeGreaterThanOrEqual(2);
    expect(alive(all)).toEqual([]);
  });

  it("shows what it has when it can no longer be written", async () => {
    // A limit on the size of files stands in for the full disk that only root can make: enough for a configuration, not for a result.
    const args = ["convergence", ...self, "--prefixes", "20", "--runs", "1", "--json", "--results", results];
    const { status, stdout, stderr } = await kiln.startAfter("ulimit -f 4", "bench", ...args).ended;
    expect(status).toBe(2);
    expect(lastLine(stderr)).toMatch(/^kiln: .*bench\.convergence\.json: /);
    expect(convergenceDocument.parse(JSON.parse(stdout)).rows.filter(isMeasured).length).toBe(1);
  });
});
