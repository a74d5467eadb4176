import { describe, expect, it } from "vitest";
import { type CompareRow, isMeasured, standardRules, summary } from "../../src/results/index.js";
import { type Target, TargetError } from "../../src/target/target.js";
import { Interrupted } from "../scenarios/lab.js";
import { type CampaignOptions, type CampaignResult, compareTargets } from "./campaign.js";
import type { ComparedScenario, ScenarioRun } from "./scenarios.js";

const target: Target = {
  name: "self",
  transports: ["tcp"],
  comparability: { mrai: "none", damping: "none", threads: "1", policy: "none", fib: "none", notes: [] },
  available: async () => null,
  start: () => Promise.reject(new TargetError("not to be started here")),
};
const size: CampaignOptions["size"] = {
  source: { kind: "generated", prefixes: 10, family: "4", seed: 1 },
  peers: 1,
  sessions: 1,
};

/** What each run of a side gives; asked in the order of the runs. */
type Run = { readonly cpu: number; readonly foreign?: number; readonly exact?: boolean };
type Script = (side: "A" | "B", run: number) => Run | Error;

/** A scenario that runs nothing: rows as convergence makes them, out of a script. */
const scripted = (script: Script): ComparedScenario & { readonly batches: number[] } => {
  const batches: number[] = [];
  const before = { A: 0, B: 0 };
  return {
    name: "convergence",
    schema: "kiln.bench.convergence/1",
    headline: "cpu_s",
    batches,
    async *run({ targets, runs }: ScenarioRun) {
      batches.push(runs);
      const rows = targets.map(({ name }) => {
        const side = name as "A" | "B";
        const results = Array.from({ length: runs }, () => script(side, before[side]++));
        const error = results.find((one) => one instanceof Error);
        if (error instanceof Interrupted) throw error;
        const good = results.filter((one): one is Run => !(one instanceof Error));
        const key = { target: name, version: `Kiln ${side}`, transport: "tcp", prefixes: 10, peers: 1 };
        if (good.length === 0) return { ...key, failed: error?.message };
        const cpu = good.map((one) => one.cpu);
        return {
          ...key,
          ...(error === undefined ? {} : { note: `run 3: ${error.message}` }),
          exact: good.every(({ exact }) => exact !== false),
          cpu_s: summary(cpu),
          convergence_ms: summary(cpu.map((value) => value * 1000)),
          intake_ms: summary(cpu.map(() => 0)),
          peak_rss_bytes: summary(cpu.map(() => 5e7)),
          disturbance: {
            foreign_cpu: summary(good.map(({ foreign }) => foreign ?? 0)),
            steal: summary(good.map(() => 0)),
          },
        };
      });
      yield rows;
    },
  };
};

const compared = (
  scenario: ComparedScenario,
  more: Partial<CampaignOptions> = {},
): Promise<CampaignResult & { readonly said: readonly string[] }> => {
  const said: string[] = [];
  return compareTargets({
    a: target,
    b: target,
    scenarios: [scenario],
    transports: ["tcp"],
    size,
    pairs: 10,
    maxPairs: 30,
    rules: { ...standardRules, resamples: 500 },
    signal: new AbortController().signal,
    progress: (line) => said.push(line),
    ...more,
  }).then((result) => ({ ...result, said }));
};

const headline = (rows: readonly CompareRow[]): CompareRow => {
  const row = rows.find((one) => one.headline);
  if (row === undefined) throw new RangeError("there is no headline row");
  return row;
};

/** Runs that differ a little, the same way each time. */
const wobble = (run: number): number => 1 + 0.004 * Math.sin(run * 2.4);

describe("a comparison", () => {
  it("of what is slower says so after the first pairs", async () => {
    const scenario = scripted((side, run) => ({
      cpu: (side === "B" ? 1.2 : 1) * wobble(run + (side === "B" ? 7 : 0)),
    }));
    const { rows, pairs, versions } = await compared(scenario);
    expect(scenario.batches).toEqual([10]);
    expect(headline(rows)).toMatchObject({ scenario: "convergence", figure: "cpu_s", verdict: "slower", pairs: 10 });
    expect(headline(rows)).toMatchObject({ what: "tcp 10 prefixes 1 peers" });
    // A figure with a zero has no ratio; one that is always the same has not changed.
    expect(rows.map((row) => [row.figure, isMeasured(row) ? row.verdict : ""])).toEqual([
      ["convergence_ms", "slower"],
      ["cpu_s", "slower"],
      ["peak_rss_bytes", "no change"],
    ]);
    expect(pairs).toHaveLength(10);
    expect(versions).toEqual({ a: ["Kiln A"], b: ["Kiln B"] });
  });

  it("that is inconclusive runs more pairs, to the most that is allowed", async () => {
    const scenario = scripted((side, run) => ({
      cpu: 1 + (side === "B" ? 0.3 : 0.25) * Math.sin(run * (side === "B" ? 2.1 : 1.7)),
    }));
    const { rows } = await compared(scenario, { maxPairs: 25 });
    expect(scenario.batches).toEqual([10, 10, 5]);
    expect(headline(rows)).toMatchObject({ verdict: "inconclusive", pairs: 25 });
  });

  it("measures disturbed pairs once more, and shows them all", async () => {
    const scenario = scripted((side, run) =>
      run === 2 || run === 5
        ? { cpu: side === "B" ? 3 : 1, foreign: 0.5 }
        : { cpu: wobble(run + (side === "B" ? 7 : 0)) },
    );
    const { rows, pairs, said } = await compared(scenario);
    expect(scenario.batches).toEqual([10, 2]);
    expect(said.some((line) => line.includes("2 of 10 pairs were disturbed"))).toBe(true);
    expect(pairs).toHaveLength(12);
    expect(pairs.filter(({ replaced }) => replaced).map(({ pair }) => pair)).toEqual([3, 6]);
    expect(pairs[2]).toMatchObject({ suspect: true, foreign_cpu: 0.5, b: { cpu_s: 3 } });
    expect(headline(rows)).toMatchObject({ verdict: "no change", pairs: 10, suspect: 0 });
  });

  it("on a machine that is busy all the time keeps its pairs and warns", async () => {
    const scenario = scripted((side, run) => ({ cpu: wobble(run + (side === "B" ? 7 : 0)), foreign: 0.4 }));
    const { rows, warnings } = await compared(scenario);
    expect(scenario.batches).toEqual([10]);
    expect(headline(rows)).toMatchObject({ pairs: 10, suspect: 10 });
    expect(warnings).toEqual(["convergence tcp: 10 of 10 pairs were disturbed: this machine has other things to do"]);
  });

  it("takes the louder of today's noise and that of an earlier comparison with itself", async () => {
    const script: Script = (side, run) => ({ cpu: (side === "B" ? 1.1 : 1) * wobble(run) });
    const alone = await compared(scripted(script));
    const warned = await compared(scripted(script), {
      earlierNoise: () => [0.4, -0.4, 0.4, -0.4, 0.4, -0.4],
      maxPairs: 10,
    });
    expect(headline(alone.rows)).toMatchObject({ verdict: "slower" });
    expect(headline(warned.rows)).toMatchObject({ verdict: "inconclusive" });
  });

  it("with a build that fails says which and why, and keeps what there is", async () => {
    const fails = scripted((side, run) => (side === "B" && run >= 2 ? new Error("it died") : { cpu: wobble(run) }));
    const { rows, pairs } = await compared(fails);
    expect(rows.find((row) => "failed" in row)).toMatchObject({ failed: "B: run 3: it died" });
    expect(pairs).toHaveLength(2);
    const never = await compared(scripted((side) => (side === "A" ? new Error("no start") : { cpu: 1 })));
    expect(never.rows).toEqual([expect.objectContaining({ failed: "A: no start", figure: "", headline: true })]);
  });

  it("does not compare the speed of wrong routes", async () => {
    const { rows } = await compared(
      scripted((side) => ({ cpu: 1, exact: side === "A" })),
      { maxPairs: 10 },
    );
    expect(rows.some((row) => "failed" in row && row.failed.startsWith("B: it did not pass on exactly"))).toBe(true);
  });

  it("has no verdict where the figure that decides is not above zero", async () => {
    const { rows } = await compared(
      scripted((side) => ({ cpu: side === "A" ? 0 : 1 })),
      { maxPairs: 10 },
    );
    expect(rows).toEqual([
      expect.objectContaining({ headline: true, failed: expect.stringMatching(/^cpu_s was not above zero/) }),
    ]);
  });

  it("that is interrupted ends with what it has", async () => {
    const controller = new AbortController();
    const scenario = scripted((side, run) => {
      if (run >= 10) {
        controller.abort();
        return new Interrupted();
      }
      return { cpu: 1 + 0.3 * Math.sin(run * (side === "B" ? 2.1 : 1.7)) };
    });
    const { rows, pairs } = await compared(scenario, { signal: controller.signal });
    expect(pairs).toHaveLength(10);
    expect(headline(rows)).toMatchObject({ verdict: "inconclusive", pairs: 10 });
  });
});
