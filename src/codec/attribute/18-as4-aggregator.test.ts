import { describe, expect, it } from "vitest";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./18-as4-aggregator.arb.js";
import { as4Aggregator, makesAs4Stale, mergeAggregator } from "./18-as4-aggregator.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, plain, twoOctets } from "./laws.arb.js";

const address = Uint8Array.of(192, 0, 2, 1);

obeysTheLaws(as4Aggregator, arb, {
  code: 18,
  name: "AS4_AGGREGATOR",
  flags: 0xc0,
  faults: [
    "as4-aggregator/wrong-flags: treat-as-withdraw 3/4",
    "as4-aggregator/from-new-speaker: discard 3/9",
    "as4-aggregator/bad-length: discard 3/9",
    "as4-aggregator/as-zero: discard 3/9",
  ],
  vectors: [{ octets: "00010000c0000201", value: { as: 65536, address }, session: twoOctets }],
  malformed: [
    { octets: "00010000c0000201", fault: "as4-aggregator/from-new-speaker", session: plain },
    { octets: "", fault: "as4-aggregator/bad-length", session: twoOctets },
    { octets: "fbf4c0000201", fault: "as4-aggregator/bad-length", session: twoOctets },
    { octets: "00000000c0000201", fault: "as4-aggregator/as-zero", session: twoOctets },
  ],
  refused: [
    { why: "AS 0", value: { as: 0, address }, session: twoOctets },
    { why: "33 bits", value: { as: 0x100000000, address }, session: twoOctets },
    { why: "an IPv6 address", value: { as: 1, address: new Uint8Array(16) }, session: twoOctets },
  ],
});

// RFC 6793 §4.2.3.
describe("AGGREGATOR and AS4_AGGREGATOR together", () => {
  const merged = (aggregator: string, as4: string | null): string => {
    const msg = unhex(`09${aggregator}${as4 ?? ""}`);
    const out = new Uint8Array(10).fill(0xa5);
    expect(mergeAggregator(msg, 1, as4 === null ? -1 : 7, out, 1)).toBe(9);
    expect([out[0], out[9]]).toEqual([0xa5, 0xa5]);
    return hex(out, 1, 9);
  };

  it("is AS4_AGGREGATOR when the AS of AGGREGATOR is AS_TRANS", () => {
    expect(merged("5ba0c0000201", "00010000c6336401")).toBe("00010000c6336401");
    expect(makesAs4Stale(unhex("5ba0c0000201"), 0)).toBe(false);
  });

  it("is AGGREGATOR when an AS of two octets has aggregated since", () => {
    expect(merged("fbf4c0000201", "00010000c6336401")).toBe("0000fbf4c0000201");
    expect(makesAs4Stale(unhex("fbf4c0000201"), 0)).toBe(true);
  });

  it("is AGGREGATOR when that is all there is", () => {
    expect(merged("5ba0c0000201", null)).toBe("00005ba0c0000201");
  });
});

dissectsAttribute(as4Aggregator, arb, {
  session: twoOctets,
  octets: "00010000c0000201",
  lines: ["0-4 AS: 65536", "4-8 aggregator: 192.0.2.1"],
});
