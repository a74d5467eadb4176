import * as arb from "./07-aggregator.arb.js";
import { aggregator } from "./07-aggregator.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, twoOctets } from "./laws.arb.js";

const address = Uint8Array.of(192, 0, 2, 1);

obeysTheLaws(aggregator, arb, {
  code: 7,
  name: "AGGREGATOR",
  flags: 0xc0,
  faults: [
    "aggregator/wrong-flags: treat-as-withdraw 3/4",
    "aggregator/bad-length: discard 3/5",
    "aggregator/as-zero: discard 3/9",
  ],
  vectors: [
    { octets: "00010000c0000201", value: { as: 65536, address } },
    { octets: "fbf4c0000201", value: { as: 64500, address }, session: twoOctets },
  ],
  malformed: [
    { octets: "", fault: "aggregator/bad-length" },
    { octets: "fbf4c0000201", fault: "aggregator/bad-length" },
    { octets: "0000fbf4c0000201", fault: "aggregator/bad-length", session: twoOctets },
    { octets: "00000000c0000201", fault: "aggregator/as-zero" },
    { octets: "0000c0000201", fault: "aggregator/as-zero", session: twoOctets },
  ],
  refused: [
    { why: "AS 0", value: { as: 0, address } },
    { why: "17 bits in two octets", value: { as: 65536, address }, session: twoOctets },
    { why: "33 bits", value: { as: 0x100000000, address } },
    { why: "an IPv6 address", value: { as: 1, address: new Uint8Array(16) } },
  ],
});

dissectsAttribute(
  aggregator,
  arb,
  { octets: "00010000c0000201", lines: ["0-4 AS: 65536", "4-8 aggregator: 192.0.2.1"] },
  { session: twoOctets, octets: "fbf4c0000201", lines: ["0-2 AS: 64500", "2-6 aggregator: 192.0.2.1"] },
);
