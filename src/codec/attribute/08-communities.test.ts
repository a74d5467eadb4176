import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./08-communities.arb.js";
import { communities, communitiesHave, WellKnownCommunity } from "./08-communities.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(communities, arb, {
  code: 8,
  name: "COMMUNITIES",
  flags: 0xc0,
  faults: ["communities/wrong-flags: treat-as-withdraw 3/4", "communities/bad-length: treat-as-withdraw 3/5"],
  vectors: [
    { octets: "fbf40064", value: [0xfbf40064] },
    {
      octets: "ffffff01" + "ffffff02" + "ffffff03" + "ffff0006" + "ffff0007" + "ffff0000" + "ffff029a",
      value: [
        WellKnownCommunity.NoExport,
        WellKnownCommunity.NoAdvertise,
        WellKnownCommunity.NoExportSubconfed,
        WellKnownCommunity.LlgrStale,
        WellKnownCommunity.NoLlgr,
        WellKnownCommunity.GracefulShutdown,
        WellKnownCommunity.Blackhole,
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "communities/bad-length" },
    { octets: "fbf4006400", fault: "communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    { why: "33 bits", value: [1, 0x100000000] },
  ],
});

it("finds a community in place, whole values only", () => {
  const octets = unhex("00ffffff" + "01ffffff" + "ffffff02");
  expect(communitiesHave(octets, 0, 12, WellKnownCommunity.NoAdvertise)).toBe(true);
  expect(communitiesHave(octets, 0, 12, WellKnownCommunity.NoExport)).toBe(false);
  expect(communitiesHave(octets, 0, 8, WellKnownCommunity.NoAdvertise)).toBe(false);
});

dissectsAttribute(communities, arb, {
  octets: "fbf40064ffffff01",
  lines: ["0-4 community: 64500:100", "4-8 community: NO_EXPORT"],
});
