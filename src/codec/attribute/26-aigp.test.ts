import fc from "fast-check";
import { expect, it } from "vitest";
import { coversOnce, dissected } from "../fields.arb.js";
import * as arb from "./26-aigp.arb.js";
import { fields } from "./26-aigp.fields.js";
import { aigp } from "./26-aigp.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

const MAXIMUM = "01000bffffffffffffffff";

obeysTheLaws(aigp, arb, {
  code: 26,
  name: "AIGP",
  flags: 0x80,
  faults: [
    "aigp/wrong-flags: discard 3/4",
    "aigp/empty: discard 3/5",
    "aigp/tlv-too-short: discard 3/9",
    "aigp/overrun: discard 3/9",
    "aigp/metric-length: discard 3/9",
    "aigp/maximum-metric: discard 3/9",
  ],
  vectors: [
    { octets: "01000b" + "0000000000000064", value: [{ type: 1, metric: 100n }] },
    { octets: "01000b" + "fedcba9876543210", value: [{ type: 1, metric: 0xfedcba9876543210n }] },
    // Nearly the maximum in either half; the maximum, where it does not count.
    { octets: "01000b" + "fffffffffffffffe", value: [{ type: 1, metric: 0xfffffffffffffffen }] },
    { octets: "01000b" + "fffffffeffffffff", value: [{ type: 1, metric: 0xfffffffeffffffffn }] },
    {
      octets: `01000b${"0000000100000000"}${MAXIMUM}`,
      value: [
        { type: 1, metric: 0x100000000n },
        { type: 1, metric: 0xffffffffffffffffn },
      ],
    },
    // No metric at all; unknown types, an empty value.
    {
      octets: "000003" + "ff0005beef",
      value: [
        { type: 0, value: new Uint8Array(0) },
        { type: 255, value: unhex("beef") },
      ],
    },
    { octets: `020103${"a5".repeat(256)}`, value: [{ type: 2, value: new Uint8Array(256).fill(0xa5) }] },
  ],
  malformed: [
    { octets: "", fault: "aigp/empty" },
    { octets: "010002", fault: "aigp/tlv-too-short" },
    { octets: "020000" + "0000000000000064", fault: "aigp/tlv-too-short" },
    { octets: "02", fault: "aigp/overrun" },
    { octets: "0200", fault: "aigp/overrun" },
    { octets: "020004", fault: "aigp/overrun" },
    { octets: "01000b" + "00000000000000", fault: "aigp/overrun" },
    { octets: "01000b" + "0000000000000064" + "02", fault: "aigp/overrun" },
    { octets: "01000a" + "00000000000064", fault: "aigp/metric-length" },
    { octets: "01000c" + "000000000000006400", fault: "aigp/metric-length" },
    { octets: "010003", fault: "aigp/metric-length" },
    { octets: "01000b" + "0000000000000064" + "010003", fault: "aigp/metric-length" },
    { octets: MAXIMUM, fault: "aigp/maximum-metric" },
    { octets: `020003${MAXIMUM}01000b${"0000000000000064"}`, fault: "aigp/maximum-metric" },
    { octets: `${MAXIMUM}02`, fault: "aigp/overrun" },
  ],
  refused: [
    { why: "no TLV at all", value: [] },
    { why: "the maximum metric first", value: [{ type: 1, metric: 2n ** 64n - 1n }] },
    {
      why: "the maximum metric first of all metrics",
      value: [
        { type: 2, value: new Uint8Array(0) },
        { type: 1, metric: 2n ** 64n - 1n },
      ],
    },
    { why: "a metric of 65 bits", value: [{ type: 1, metric: 2n ** 64n }] },
    { why: "a negative metric", value: [{ type: 1, metric: -1n }] },
    { why: "a metric of another type", value: [{ type: 2 as 1, metric: 1n }] },
    { why: "octets as a metric", value: [{ type: 1, value: new Uint8Array(8) }] },
    { why: "a type of 9 bits", value: [{ type: 256, value: new Uint8Array(8) }] },
    { why: "a value too long for its length", value: [{ type: 2, value: new Uint8Array(65533) }] },
  ],
});

it("has the clause of each fault", () => {
  expect(aigp.faults.map(({ rfc }) => rfc)).toEqual([
    "RFC 7311 §3.2",
    "RFC 7606 §4",
    "RFC 7311 §3",
    "RFC 7311 §3",
    "RFC 7311 §3",
    "RFC 7311 §3.2",
  ]);
});

it("names its fields", () => {
  expect(dissected(unhex("01000b0000000000000064" + "020004a5" + "01000400" + "000002"), fields)).toEqual([
    {
      name: "TLV",
      start: 0,
      end: 11,
      fields: [
        { name: "type", start: 0, end: 1, value: "1 (AIGP)" },
        { name: "length", start: 1, end: 3, value: "11" },
        { name: "accumulated IGP metric", start: 3, end: 11, value: "100" },
      ],
    },
    {
      name: "TLV",
      start: 11,
      end: 15,
      fields: [
        { name: "type", start: 11, end: 12, value: "2 (unassigned)" },
        { name: "length", start: 12, end: 14, value: "4" },
        { name: "value", start: 14, end: 15, value: "a5" },
      ],
    },
    {
      name: "TLV",
      start: 15,
      end: 19,
      fields: [
        { name: "type", start: 15, end: 16, value: "1 (AIGP)" },
        { name: "length", start: 16, end: 18, value: "4" },
        { name: "value", start: 18, end: 19, value: "00" },
      ],
    },
    {
      name: "TLV",
      start: 19,
      end: 22,
      fields: [
        { name: "type", start: 19, end: 20, value: "0 (unassigned)" },
        { name: "length", start: 20, end: 22, value: "2" },
      ],
    },
  ]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => coversOnce(octets, fields)));
});
