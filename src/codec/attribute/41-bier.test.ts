import { unhex } from "../testing.arb.js";
import * as arb from "./41-bier.arb.js";
import { type BierNextHop, type BierSubTlv, type BierTlv, bier } from "./41-bier.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const opaque = (code: number, octets = ""): { type: "opaque"; code: number; octets: Uint8Array } => ({
  type: "opaque",
  code,
  octets: unhex(octets),
});
const domain = (...subTlvs: readonly BierSubTlv[]): readonly BierTlv[] => [
  { type: "bier", subDomain: 5, bfrId: 0x0102, reserved: 0xaa, subTlvs },
];
const mpls = { type: "mpls-encapsulation" as const, maxSi: 3, bitStringLength: 4, base: 0x56789, subTlvs: [] };
const withHops = (...subTlvs: readonly BierNextHop[]): readonly BierTlv[] => domain({ ...mpls, subTlvs });

const HEAD = "05" + "0102" + "aa";

obeysTheLaws(bier, arb, {
  code: 41,
  name: "BIER",
  flags: 0xc0,
  faults: [
    "bier/wrong-flags: treat-as-withdraw 3/4",
    "bier/empty: discard 3/9",
    "bier/tlv-overrun: discard 3/9",
    "bier/too-short: discard 3/9",
    "bier/sub-tlv-overrun: discard 3/9",
  ],
  vectors: [
    // RFC 9793 §3: a sub-domain alone; with an encapsulation of each kind; with a next hop in one; unknown TLVs.
    { octets: `00010004${HEAD}`, value: domain() },
    {
      octets: `00010014${HEAD}000200040345678900030004fff00001`,
      value: domain(mpls, { type: "non-mpls-encapsulation", maxSi: 255, bitStringLength: 15, base: 1, subTlvs: [] }),
    },
    {
      octets:
        `0001002c${HEAD}` +
        "00020024" +
        "03456789" +
        "00040004c0000201" +
        "0004001020010db8000000000000000000000001" +
        "00090000",
      value: withHops(
        { type: "next-hop", address: unhex("c0000201") },
        { type: "next-hop", address: unhex("20010db8000000000000000000000001") },
        opaque(9),
      ),
    },
    {
      octets: `00090001ff${"fffe0000"}00010009${HEAD}0004000110`,
      value: [opaque(9, "ff"), opaque(0xfffe), ...domain(opaque(4, "10"))],
    },
    // Too short for its layout, or of a length that no address has.
    { octets: `0001000b${HEAD}00020003034567`, value: domain(opaque(2, "034567")) },
    { octets: `00010011${HEAD}000200090345678900040001ff`, value: withHops(opaque(4, "ff")) },
    { octets: `00010008${HEAD}00030000`, value: domain(opaque(3)) },
  ],
  malformed: [
    { octets: "", fault: "bier/empty" },
    { octets: "00", fault: "bier/tlv-overrun" },
    { octets: "000100", fault: "bier/tlv-overrun" },
    { octets: `00010005${HEAD}`, fault: "bier/tlv-overrun" },
    { octets: `00010004${HEAD}00090001`, fault: "bier/tlv-overrun" },
    { octets: "00010003050102", fault: "bier/too-short" },
    { octets: "00010000", fault: "bier/too-short" },
    { octets: `00010005${HEAD}00`, fault: "bier/sub-tlv-overrun" },
    // The missing octet is there, but it is the next TLV's.
    { octets: `00010008${HEAD}00090001${"00090000"}`, fault: "bier/sub-tlv-overrun" },
    { octets: `0001000d${HEAD}00020005${"03456789"}00`, fault: "bier/sub-tlv-overrun" },
    { octets: `00010014${HEAD}00030008${"03456789"}00040001${"00090000"}`, fault: "bier/sub-tlv-overrun" },
  ],
  refused: [
    { why: "no TLV", value: [] },
    { why: "TLV 1 without layout", value: [opaque(1, HEAD)] },
    { why: "an encapsulation without layout", value: domain(opaque(2, "03456789")) },
    { why: "the other encapsulation without layout", value: domain(opaque(3, "03456789")) },
    { why: "a type of 17 bits", value: [opaque(0x10000)] },
    { why: "a sub-domain of 9 bits", value: [{ type: "bier", subDomain: 256, bfrId: 1, reserved: 0, subTlvs: [] }] },
    { why: "a BFR-id of 17 bits", value: [{ type: "bier", subDomain: 1, bfrId: 65536, reserved: 0, subTlvs: [] }] },
    { why: "9 reserved bits", value: [{ type: "bier", subDomain: 1, bfrId: 1, reserved: 256, subTlvs: [] }] },
    { why: "a max SI of 9 bits", value: domain({ ...mpls, maxSi: 256 }) },
    { why: "a bit string length of 5 bits", value: domain({ ...mpls, bitStringLength: 16 }) },
    { why: "a label of 21 bits", value: domain({ ...mpls, base: 0x100000 }) },
    { why: "an address of 5 octets", value: withHops({ type: "next-hop", address: new Uint8Array(5) }) },
  ],
});

dissectsAttribute(
  bier,
  arb,
  {
    octets: `00010014${HEAD}0002000c0345678900040004c0000201`,
    lines: [
      "0-2 TLV/type: 1 (BIER)",
      "2-4 TLV/length: 20",
      "4-5 TLV/sub-domain: 5",
      "5-7 TLV/BFR-id: 258",
      "7-8 TLV/reserved: 170",
      "8-10 TLV/sub-TLV/type: 2 (BIER MPLS encapsulation)",
      "10-12 TLV/sub-TLV/length: 12",
      "12-13 TLV/sub-TLV/max SI: 3",
      "13-16 TLV/sub-TLV/bit string length and label: bit string length 4 (512 bits), label 354185",
      "16-18 TLV/sub-TLV/sub-sub-TLV/type: 4 (BIER next hop)",
      "18-20 TLV/sub-TLV/sub-sub-TLV/length: 4",
      "20-24 TLV/sub-TLV/sub-sub-TLV/next hop: 192.0.2.1",
    ],
  },
  {
    octets: `0001000c${HEAD}0003000403f00001`,
    lines: [
      "0-2 TLV/type: 1 (BIER)",
      "2-4 TLV/length: 12",
      "4-5 TLV/sub-domain: 5",
      "5-7 TLV/BFR-id: 258",
      "7-8 TLV/reserved: 170",
      "8-10 TLV/sub-TLV/type: 3 (BIER non-MPLS encapsulation)",
      "10-12 TLV/sub-TLV/length: 4",
      "12-13 TLV/sub-TLV/max SI: 3",
      "13-16 TLV/sub-TLV/bit string length and BIFT-id: bit string length 15 (unassigned), BIFT-id 1",
    ],
  },
);
