import { unhex } from "../testing.arb.js";
import * as arb from "./27-pe-distinguisher-labels.arb.js";
import { peDistinguisherLabels } from "./27-pe-distinguisher-labels.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const v6 = "20010db8000000000000000000000001";
const one = { address: unhex("c0000201"), label: 0x000101 };
const six = { address: unhex(v6), label: 0xfffff1 };

obeysTheLaws(peDistinguisherLabels, arb, {
  code: 27,
  name: "PE Distinguisher Labels",
  flags: 0xc0,
  faults: [
    "pe-distinguisher-labels/wrong-flags: treat-as-withdraw 3/4",
    "pe-distinguisher-labels/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    { octets: "c0000201000101", value: [one] },
    { octets: "c0000201000101c6336401ffffff", value: [one, { address: unhex("c6336401"), label: 0xffffff }] },
    { octets: `${v6}fffff1`, value: [six] },
    { octets: `${v6}fffff1${v6}fffff1`, value: [six, six] },
    // 19 of IPv4, or 7 of IPv6.
    { octets: "00".repeat(133), value: new Uint8Array(133) },
    { octets: "ab".repeat(266), value: new Uint8Array(266).fill(0xab) },
  ],
  malformed: ["", "00", "c00002010001", "c000020100010100", v6, `${v6}fffff100`, `${v6}fffff1c0000201000101`].map(
    (octets) => ({ octets, fault: "pe-distinguisher-labels/bad-length" }),
  ),
  refused: [
    { why: "no label at all", value: [] },
    { why: "addresses of both families", value: [one, six] },
    { why: "an address of 5 octets", value: [{ address: new Uint8Array(5), label: 0 }] },
    { why: "a label of 25 bits", value: [{ ...one, label: 0x1000000 }] },
    { why: "octets that are labels of one family", value: new Uint8Array(7) },
    { why: "no octets", value: new Uint8Array(0) },
  ],
});

dissectsAttribute(
  peDistinguisherLabels,
  arb,
  {
    octets: "c0000201000101c6336401ffffff",
    lines: [
      "0-4 PE/address: 192.0.2.1",
      "4-7 PE/label: 16",
      "7-11 PE/address: 198.51.100.1",
      "11-14 PE/label: 1048575",
    ],
  },
  { octets: `${v6}fffff1`, lines: ["0-16 PE/address: 2001:db8::1", "16-19 PE/label: 1048575"] },
);
