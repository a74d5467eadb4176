import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as CampaignModule from "../bench/compare/campaign.js";
import type * as ScenariosModule from "../bench/compare/scenarios.js";
import { isMeasured, standardRules } from "../src/results/index.js";
import type * as SelfModule from "../src/target/self.js";
import { BuiltKiln } from "./built-kiln.js";

/** What two builds can be compared by, run for real: a build with itself, the fewest pairs that can be judged. */

let kiln: BuiltKiln;
beforeAll(async () => {
  kiln = await BuiltKiln.make();
});
afterAll(() => kiln.remove());

const compared = async (name: string, prefixes: number): Promise<CampaignModule.CampaignResult> => {
  const { compareTargets } = await kiln.module<typeof CampaignModule>("bench/compare/campaign");
  const { comparedScenarios } = await kiln.module<typeof ScenariosModule>("bench/compare/scenarios");
  const { self } = await kiln.module<typeof SelfModule>("src/target/self");
  return await compareTargets({
    a: self,
    b: self,
    scenarios: comparedScenarios.filter((one) => one.name === name),
    transports: ["tcp"],
    size: { source: { kind: "generated", prefixes, family: "4", seed: 1 }, peers: 2, sessions: 1 },
    pairs: 2,
    maxPairs: 2,
    rules: standardRules,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
};

const decisive = ({ rows }: CampaignModule.CampaignResult): unknown[] =>
  rows.filter(({ headline }) => headline).map((row) => [row.what, row.figure, isMeasured(row) && row.a.median > 0]);

describe("kiln compare", () => {
  it("judges each kind of withdrawal by CPU time", { timeout: 90_000 }, async () => {
    const result = await compared("withdraw", 1000);
    expect(decisive(result)).toEqual([
      ["tcp 1000 prefixes 1 peers all", "cpu_s", true],
      ["tcp 1000 prefixes 2 peers one", "cpu_s", true],
      ["tcp 1000 prefixes 2 peers down", "cpu_s", true],
    ]);
    // One more pair for each that another program disturbed.
    expect(result.pairs.length).toBeGreaterThanOrEqual(6);
  });

  it("judges memory by its peak", { timeout: 90_000 }, async () => {
    const result = await compared("memory", 20_000);
    expect(decisive(result)).toEqual([["tcp 20000 prefixes 2 peers", "peak_rss_bytes", true]]);
    expect(result.rows.map(({ figure }) => figure)).toEqual(["bytes_per_path", "flap_ratio", "peak_rss_bytes"]);
  });
});
