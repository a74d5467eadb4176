import { unhex } from "../testing.arb.js";
import * as arb from "./39-next-hop-capabilities.arb.js";
import { nextHopCapabilities } from "./39-next-hop-capabilities.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const elc = { type: "opaque" as const, code: 1, octets: unhex("") };
const one = { family: 0x000101, nextHop: unhex("c0000201"), characteristics: [elc] };

obeysTheLaws(nextHopCapabilities, arb, {
  code: 39,
  name: "NHC",
  flags: 0xc0,
  faults: [
    "next-hop-capabilities/wrong-flags: treat-as-withdraw 3/4",
    "next-hop-capabilities/too-short: discard 3/9",
    "next-hop-capabilities/next-hop-overrun: discard 3/9",
    "next-hop-capabilities/no-characteristic: discard 3/9",
    "next-hop-capabilities/characteristic-overrun: discard 3/9",
  ],
  vectors: [
    // draft-ietf-idr-nhc §2.1: ELCv3, which has no value; then BGPID (§3.1) after a link-local next hop.
    { octets: "00010104" + "c0000201" + "00010000", value: one },
    {
      octets:
        "00020110" + "fe800000000000000000000000000001" + "0003" + "0008" + "c0000201" + "0000fbf4" + "ffff0001aa",
      value: {
        family: 0x000201,
        nextHop: unhex("fe800000000000000000000000000001"),
        characteristics: [
          { type: "bgp-identifier", identifier: 0xc0000201, as: 64500 },
          { type: "opaque", code: 0xffff, octets: unhex("aa") },
        ],
      },
    },
    // BGPID that is not 8 octets long is ignored (§2.4); no next hop at all.
    {
      octets: "00010100" + "0003000701020304050607" + "0003000901020304050607" + "0809",
      value: {
        family: 0x000101,
        nextHop: unhex(""),
        characteristics: [
          { type: "opaque", code: 3, octets: unhex("01020304050607") },
          { type: "opaque", code: 3, octets: unhex("010203040506070809") },
        ],
      },
    },
  ],
  malformed: [
    { octets: "", fault: "next-hop-capabilities/too-short" },
    { octets: "000101", fault: "next-hop-capabilities/too-short" },
    { octets: "00010104c00002", fault: "next-hop-capabilities/next-hop-overrun" },
    { octets: "00010105c0000201", fault: "next-hop-capabilities/next-hop-overrun" },
    { octets: "00010100", fault: "next-hop-capabilities/no-characteristic" },
    { octets: "00010104c0000201", fault: "next-hop-capabilities/no-characteristic" },
    { octets: "00010104c0000201" + "00", fault: "next-hop-capabilities/characteristic-overrun" },
    { octets: "00010104c0000201" + "000100", fault: "next-hop-capabilities/characteristic-overrun" },
    { octets: "00010104c0000201" + "00010001", fault: "next-hop-capabilities/characteristic-overrun" },
    { octets: "00010104c0000201" + "0001000000010002ff", fault: "next-hop-capabilities/characteristic-overrun" },
  ],
  refused: [
    { why: "no characteristic", value: { ...one, characteristics: [] } },
    { why: "a next hop of 256 octets", value: { ...one, nextHop: new Uint8Array(256) } },
    { why: "a family of 25 bits", value: { ...one, family: 0x1000000 } },
    { why: "a code of 17 bits", value: { ...one, characteristics: [{ ...elc, code: 0x10000 }] } },
    { why: "65536 octets", value: { ...one, characteristics: [{ ...elc, octets: new Uint8Array(65536) }] } },
    {
      why: "an identifier of 33 bits",
      value: { ...one, characteristics: [{ type: "bgp-identifier", identifier: 0x100000000, as: 1 }] },
    },
    {
      why: "an AS of 33 bits",
      value: { ...one, characteristics: [{ type: "bgp-identifier", identifier: 1, as: 0x100000000 }] },
    },
  ],
});

dissectsAttribute(nextHopCapabilities, arb, {
  octets: "00010104" + "c0000201" + "00010000" + "00030008c00002020000fbf4" + "00030001ff",
  lines: [
    "0-2 AFI: 1 (IPv4)",
    "2-3 SAFI: 1 (unicast)",
    "3-4 length of next hop: 4",
    "4-8 next hop: 192.0.2.1",
    "8-10 characteristic/type: 1 (ELCv3)",
    "10-12 characteristic/length: 0",
    "12-14 characteristic/type: 3 (BGPID)",
    "14-16 characteristic/length: 8",
    "16-20 characteristic/BGP identifier: 192.0.2.2",
    "20-24 characteristic/AS: 64500",
    "24-26 characteristic/type: 3 (BGPID)",
    "26-28 characteristic/length: 1",
    "28-29 characteristic/value: ff",
  ],
});
