import { describe, expect, it } from "vitest";
import { FieldReader } from "../fields.js";
import * as arb from "./32-large-communities.arb.js";
import { fields } from "./32-large-communities.fields.js";
import { largeCommunities } from "./32-large-communities.js";
import { coversEveryOctet, linesOf } from "./fields.arb.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

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

describe("LARGE_COMMUNITY, its fields", () => {
  it("are named", () => {
    expect(linesOf(fields, "0000fbf0ffffffff00000002" + "00000001")).toEqual([
      "0-4 global administrator: 64496",
      "4-8 local data part 1: 4294967295",
      "8-12 local data part 2: 2",
      "12-16 global administrator: 1",
    ]);
  });

  it("are said in words as a whole", () => {
    const reader = new FieldReader(unhex("0000fbf0ffffffff00000002" + "0000fbf0ffffffff0000"), 0, 22);
    fields(reader);
    expect(reader.fields.map(({ value }) => value)).toEqual(["64496:4294967295:2", "cut short: 10 of 12 octets"]);
  });

  it("cover every octet once", () => coversEveryOctet(fields, largeCommunities, arb));
});
