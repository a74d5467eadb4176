import { describe, expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import type { FieldReader } from "../fields.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./02-as-path.arb.js";
import { fields } from "./02-as-path.fields.js";
import { asPath, asPathHas, asPathLength, neighbourAs, SegmentType } from "./02-as-path.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { external, obeysTheLaws, plain, twoOctets } from "./laws.arb.js";

obeysTheLaws(asPath, arb, {
  code: 2,
  name: "AS_PATH",
  flags: 0x40,
  faults: [
    "as-path/wrong-flags: treat-as-withdraw 3/4",
    "as-path/unknown-segment: treat-as-withdraw 3/11",
    "as-path/confederation-segment: treat-as-withdraw 3/11",
    "as-path/empty-segment: treat-as-withdraw 3/11",
    "as-path/overrun: treat-as-withdraw 3/11",
    "as-path/underrun: treat-as-withdraw 3/11",
    "as-path/as-zero: treat-as-withdraw 3/11",
  ],
  vectors: [
    { octets: "", value: [] },
    { octets: "02010000fbf4", value: [{ type: SegmentType.Sequence, asns: [64500] }] },
    { octets: "0201fbf4", value: [{ type: 2, asns: [64500] }], session: twoOctets },
    {
      octets: "030100000001" + "020200010000ffffffff" + "0101fffffffe" + "040100000002",
      value: [
        { type: SegmentType.ConfedSequence, asns: [1] },
        { type: SegmentType.Sequence, asns: [65536, 4294967295] },
        { type: SegmentType.Set, asns: [4294967294] },
        { type: SegmentType.ConfedSet, asns: [2] },
      ],
    },
  ],
  malformed: [
    { octets: "000100000001", fault: "as-path/unknown-segment" },
    { octets: "050100000001", fault: "as-path/unknown-segment" },
    { octets: "030100000001", fault: "as-path/confederation-segment", session: external },
    { octets: "040100000001", fault: "as-path/confederation-segment", session: external },
    { octets: "0200", fault: "as-path/empty-segment" },
    { octets: "0202000000010000", fault: "as-path/overrun" },
    { octets: "020100000001" + "02", fault: "as-path/underrun" },
    { octets: "02020000000100000000", fault: "as-path/as-zero" },
    // Four octets where two were agreed on: 0001 is an AS, the rest no segment.
    { octets: "020100000001", fault: "as-path/as-zero", session: twoOctets },
  ],
  refused: [
    { why: "segment type 0", value: [{ type: 0, asns: [1] }] },
    { why: "segment type 5", value: [{ type: 5, asns: [1] }] },
    { why: "an empty segment", value: [{ type: 2, asns: [] }] },
    { why: "256 AS numbers in a segment", value: [{ type: 2, asns: Array.from({ length: 256 }, () => 1) }] },
    { why: "AS 0", value: [{ type: 2, asns: [0] }] },
    { why: "33 bits", value: [{ type: 2, asns: [0x100000000] }] },
    { why: "17 bits in two octets", value: [{ type: 2, asns: [0x10000] }], session: twoOctets },
  ],
});

describe("an AS_PATH in place", () => {
  // (1) 65536 2 {3 4} [5] 2 6, where ( ) and [ ] are confederation segments; AS 7 stands outside.
  const confederation = "030100000001";
  const rest = "02020001000000000002" + "01020000000300000004" + "040100000005" + "02020000000200000006";
  const outside = "020100000007";
  const msg = unhex(outside + confederation + rest + outside);
  const start = 6;
  const end = msg.length - 6;

  it("counts a set as one hop and confederations as none", () => {
    expect(asPathLength(msg, start, end, plain)).toBe(5);
    expect(asPathLength(msg, start, start, plain)).toBe(0);
  });

  it("has as neighbour the first of a leading sequence", () => {
    expect(neighbourAs(msg, start, end, plain)).toBe(65536);
    const set = unhex("010100000003" + "020100000002");
    expect(neighbourAs(set, 0, set.length, plain)).toBe(0);
  });

  it("has no neighbour within its own AS or confederation", () => {
    expect(neighbourAs(msg, end, end, plain)).toBe(0);
    expect(neighbourAs(msg, start, start + 6, plain)).toBe(0);
  });

  it("finds an AS in any segment", () => {
    for (const as of [1, 2, 3, 4, 5, 6, 65536]) expect(asPathHas(msg, start, end, plain, as)).toBe(true);
    expect(asPathHas(msg, start, end, plain, 7)).toBe(false);
  });

  it("is read with two octets where that was agreed on", () => {
    const short = unhex("0202fbf40007");
    expect(asPathLength(short, 0, short.length, twoOctets)).toBe(2);
    expect(neighbourAs(short, 0, short.length, twoOctets)).toBe(64500);
    expect(asPathHas(short, 0, short.length, twoOctets, 7)).toBe(true);
  });
});

dissectsAttribute(
  asPath,
  arb,
  {
    octets: "0202" + "0000fbf40000fbf5" + "0101" + "00010000" + "0301" + "00000001" + "0400" + "0500" + "02",
    lines: [
      "0-1 segment/type: 2 (AS_SEQUENCE)",
      "1-2 segment/AS numbers: 2",
      "2-6 segment/AS: 64500",
      "6-10 segment/AS: 64501",
      "10-11 segment/type: 1 (AS_SET)",
      "11-12 segment/AS numbers: 1",
      "12-16 segment/AS: 65536",
      "16-17 segment/type: 3 (AS_CONFED_SEQUENCE)",
      "17-18 segment/AS numbers: 1",
      "18-22 segment/AS: 1",
      "22-23 segment/type: 4 (AS_CONFED_SET)",
      "23-24 segment/AS numbers: 0",
      "24-25 segment/type: 5 (undefined)",
      "25-26 segment/AS numbers: 0",
      "26-27 segment/type: 2 (AS_SEQUENCE)",
    ],
  },
  {
    session: twoOctets,
    octets: "0203" + "fbf4fbf500",
    lines: [
      "0-1 segment/type: 2 (AS_SEQUENCE)",
      "1-2 segment/AS numbers: 3",
      "2-4 segment/AS: 64500",
      "4-6 segment/AS: 64501",
      "6-7 segment/AS: 00 (cut short: 1 of 2 octets)",
    ],
  },
);

it("says of each segment which path it is", () => {
  const inTwoOctets = (reader: FieldReader): void => fields(reader, twoOctets);
  expect(valuesOf(inTwoOctets, "0202fbf4fbf5" + "0100" + "02")).toEqual([
    "64500 64501",
    undefined,
    "cut short: 1 of 2 octets",
  ]);
});
