import { unhex } from "../testing.arb.js";
import * as arb from "./03-next-hop.arb.js";
import { nextHop } from "./03-next-hop.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

obeysTheLaws(nextHop, arb, {
  code: 3,
  name: "NEXT_HOP",
  flags: 0x40,
  faults: ["next-hop/wrong-flags: treat-as-withdraw 3/4", "next-hop/bad-length: treat-as-withdraw 3/5"],
  vectors: [
    { octets: "c0000201", value: Uint8Array.of(192, 0, 2, 1) },
    // Not a host address, but not malformed either.
    { octets: "00000000", value: new Uint8Array(4) },
  ],
  malformed: [
    { octets: "", fault: "next-hop/bad-length" },
    { octets: "c00002", fault: "next-hop/bad-length" },
    { octets: "c000020100", fault: "next-hop/bad-length" },
  ],
  refused: [
    { why: "three octets", value: unhex("c00002") },
    { why: "an IPv6 address", value: new Uint8Array(16) },
  ],
});

dissectsAttribute(
  nextHop,
  arb,
  { octets: "c0000201", lines: ["0-4 next hop: 192.0.2.1"] },
  { octets: "c00002", lines: ["0-3 next hop: c00002 (cut short: 3 of 4 octets)"] },
);
