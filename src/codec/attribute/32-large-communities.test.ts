import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import * as arb from "./32-large-communities.arb.js";
import { fields } from "./32-large-communities.fields.js";
import { largeCommunities } from "./32-large-communities.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(largeCommunities, arb, {
  code: 32,
  name: "LARGE_COMMUNITY",
  flags: 0xc0,
  faults: [
    "large-communities/wrong-flags: treat-as-withdraw 3/4",
    "large-communities/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    // 64496:4294967295:2, the example of RFC 8092 §5, and one with a reserved administrator (§6).
    {
      octets: "0000fbf0ffffffff00000002" + "000000000000000100000003",
      value: [
        { globalAdministrator: 64496, localData1: 4294967295, localData2: 2 },
        { globalAdministrator: 0, localData1: 1, localData2: 3 },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "large-communities/bad-length" },
    { octets: "0000fbf0ffffffff", fault: "large-communities/bad-length" },
    { octets: "0000fbf0ffffffff0000000200", fault: "large-communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    { why: "33 bits", value: [{ globalAdministrator: 1, localData1: 1, localData2: 0x100000000 }] },
  ],
});

dissectsAttribute(largeCommunities, arb, {
  octets: "0000fbf0ffffffff00000002" + "00000001",
  lines: [
    "0-4 large community/global administrator: 64496",
    "4-8 large community/local data part 1: 4294967295",
    "8-12 large community/local data part 2: 2",
    "12-16 large community/global administrator: 1",
  ],
});

it("says in words what a community is", () => {
  const octets = "0000fbf0ffffffff00000002" + "0000fbf0ffffffff0000";
  expect(valuesOf(fields, octets)).toEqual(["64496:4294967295:2", "cut short: 10 of 12 octets"]);
});
