import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./26-aigp.arb.js";
import { aigp } from "./26-aigp.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

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

dissectsAttribute(aigp, arb, {
  octets: "01000b0000000000000064" + "020004a5" + "01000400" + "000002",
  lines: [
    "0-1 TLV/type: 1 (AIGP)",
    "1-3 TLV/length: 11",
    "3-11 TLV/accumulated IGP metric: 100",
    "11-12 TLV/type: 2 (unassigned)",
    "12-14 TLV/length: 4",
    "14-15 TLV/value: a5",
    "15-16 TLV/type: 1 (AIGP)",
    "16-18 TLV/length: 4",
    "18-19 TLV/value: 00",
    "19-20 TLV/type: 0 (unassigned)",
    "20-22 TLV/length: 2",
  ],
});
