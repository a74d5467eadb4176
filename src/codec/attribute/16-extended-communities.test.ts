import { describe, expect, it } from "vitest";
import { FieldReader } from "../fields.js";
import * as arb from "./16-extended-communities.arb.js";
import { fields } from "./16-extended-communities.fields.js";
import { extendedCommunities } from "./16-extended-communities.js";
import { coversEveryOctet, linesOf } from "./fields.arb.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(extendedCommunities, arb, {
  code: 16,
  name: "EXTENDED COMMUNITIES",
  flags: 0xc0,
  faults: [
    "extended-communities/wrong-flags: treat-as-withdraw 3/4",
    "extended-communities/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    // Route target 64500:100 (RFC 4360 §4), then the origin validation state "valid" (RFC 8097 §2).
    {
      octets: "0002fbf400000064" + "4300000000000000",
      value: [
        { type: 0x0002, value: unhex("fbf400000064") },
        { type: 0x4300, value: new Uint8Array(6) },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "extended-communities/bad-length" },
    { octets: "0002fbf4", fault: "extended-communities/bad-length" },
    { octets: "0002fbf40000006400", fault: "extended-communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    { why: "a value of 5 octets", value: [{ type: 2, value: new Uint8Array(5) }] },
    { why: "a type of 17 bits", value: [{ type: 0x10000, value: new Uint8Array(6) }] },
  ],
});

describe("EXTENDED COMMUNITIES, its fields", () => {
  it("are named", () => {
    const octets = "0102c00002010064" + "060101ffff000640" + "030d000000000000" + "fffe010203040506";
    expect(linesOf(fields, octets)).toEqual([
      "0-2 type: 0x0102 (route target)",
      "2-6 address: 192.0.2.1",
      "6-8 assigned: 100",
      "8-10 type: 0x0601 (ESI label)",
      "10-11 flags: 1",
      "11-13 reserved: 65535",
      "13-16 label: 1600",
      "16-18 type: 0x030d (default gateway)",
      "18-24 reserved: 000000000000",
      "24-26 type: 0xfffe (not known here)",
      "26-32 value: 010203040506",
    ]);
    expect(linesOf(fields, "0604000205dc0000" + "8006fbf400000000")).toContain("2-4 control flags: 2");
    expect(linesOf(fields, "8006fbf400000007")).toContain("4-8 rate: 7");
  });

  it("are said in words as a whole", () => {
    const reader = new FieldReader(unhex("0002fbf400000064" + "0002fbf4"), 0, 12);
    fields(reader);
    expect(reader.fields.map(({ value }) => value)).toEqual(["route target 64500:100", "cut short: 4 of 8 octets"]);
  });

  it("cover every octet once", () => coversEveryOctet(fields, extendedCommunities, arb));
});
