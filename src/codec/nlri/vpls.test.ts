import { expect, it } from "vitest";
import { valuesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { vplsArb } from "./vpls.arb.js";
import { fields } from "./vpls.fields.js";
import { type VplsLabelBlock, vpls } from "./vpls.js";

const RD = "0000fbf400000007";
const rd = unhex(RD);
const block: VplsLabelBlock = {
  type: "label-block",
  rd,
  veId: 0x0102,
  blockOffset: 0x0304,
  blockSize: 0x0506,
  labelBase: 0xc3500,
  lowBits: 1,
};
const peAddress = Uint8Array.of(192, 0, 2, 1);

obeysTheNlriLaws(vpls, vplsArb, {
  afi: 25,
  safi: 65,
  name: "vpls",
  pathIds: true,
  faults: ["vpls/bad-length: session-reset 3/10", "vpls/overrun: session-reset 3/10"],
  nextHops: { ordinary: [4, 16], extended: [4, 16] },
  vectors: [
    { octets: "", routes: [] },
    {
      // RFC 4761 figure 2, and RFC 6074's NLRI between two of them.
      octets: `0011${RD}010203040506c35001${"000c"}${RD}c0000201${"0011"}${RD}ffff0000fffffffffe`,
      routes: [
        block,
        { type: "discovery", rd, peAddress },
        { ...block, veId: 0xffff, blockOffset: 0, blockSize: 0xffff, labelBase: 0xfffff, lowBits: 14 },
      ],
    },
    {
      addPath: true,
      octets: `fedcba98${"000c"}${RD}c0000201${"00000000"}0011${RD}010203040506c35001`,
      routes: [
        { pathId: 0xfedcba98, type: "discovery", rd, peAddress },
        { pathId: 0, ...block },
      ],
    },
  ],
  malformed: [
    ...[0, 11, 13, 16, 18].map((length) => ({
      octets: `00${length.toString(16).padStart(2, "0")}${"00".repeat(length)}`,
      fault: "vpls/bad-length",
    })),
    { octets: `1100${"00".repeat(17)}`, fault: "vpls/bad-length" },
    { octets: "0010", fault: "vpls/bad-length" },
    { octets: "00", fault: "vpls/overrun" },
    { octets: "0011", fault: "vpls/overrun" },
    { octets: `0011${RD}010203040506c350`, fault: "vpls/overrun" },
    { octets: `000c${RD}c00002`, fault: "vpls/overrun" },
    { octets: `000c${RD}c0000201${"00"}`, fault: "vpls/overrun" },
    { addPath: true, octets: "00000001", fault: "vpls/overrun" },
    { addPath: true, octets: "0000000100", fault: "vpls/overrun" },
    { addPath: true, octets: "000001", fault: "vpls/overrun" },
  ],
  refused: [
    { why: "a distinguisher of 7 octets", route: { ...block, rd: new Uint8Array(7) } },
    { why: "a distinguisher of 9 octets", route: { type: "discovery", rd: new Uint8Array(9), peAddress } },
    { why: "a PE address of 3 octets", route: { type: "discovery", rd, peAddress: new Uint8Array(3) } },
    { why: "a PE address of 16 octets", route: { type: "discovery", rd, peAddress: new Uint8Array(16) } },
    { why: "a VE ID of 17 bits", route: { ...block, veId: 0x10000 } },
    { why: "a block offset of 17 bits", route: { ...block, blockOffset: 0x10000 } },
    { why: "a block size of 17 bits", route: { ...block, blockSize: 0x10000 } },
    { why: "a label base of 21 bits", route: { ...block, labelBase: 0x100000 } },
    { why: "5 bits behind the label base", route: { ...block, lowBits: 16 } },
    { why: "a path identifier too many", route: { ...block, pathId: 1 } },
    { why: "a missing path identifier", addPath: true, route: block },
  ],
});

dissectsRoutes(
  vplsArb,
  {
    addPath: true,
    octets: `00000007${"0011"}${RD}010203040506c35001`,
    lines: [
      "0-4 route/path identifier: 7",
      "4-6 route/length: 17",
      "6-14 route/route distinguisher: 64500:7",
      "14-16 route/VE ID: 258",
      "16-18 route/VE block offset: 772",
      "18-20 route/VE block size: 1286",
      "20-23 route/label base: 800000, low bits 1",
    ],
  },
  {
    octets: `000c${RD}c0000201${"0003"}010203${"000a"}${RD}beef${"00"}`,
    lines: [
      "0-2 route/length: 12",
      "2-10 route/route distinguisher: 64500:7",
      "10-14 route/PE address: 192.0.2.1",
      "14-16 route/length: 3 (neither 17 nor 12)",
      "16-19 route/route distinguisher: 010203",
      "19-21 route/length: 10 (neither 17 nor 12)",
      "21-29 route/route distinguisher: 64500:7",
      "29-31 route/not understood: beef",
      "31-32 route/length: 00 (cut short: 1 of 2 octets)",
    ],
  },
);

it("says of each route what it is", () => {
  const octets = `0011${RD}010203040506c35001${"000c"}${RD}c0000201${"0003"}010203`;
  expect(valuesOf((reader) => fields(reader, false), octets)).toEqual([
    "VE 258, 1286 labels from 800000",
    "discovery",
    undefined,
  ]);
});
