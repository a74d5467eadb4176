import { unhex } from "../testing.arb.js";
import * as arb from "./40-prefix-sid.arb.js";
import { type PrefixSidTlv, prefixSid } from "./40-prefix-sid.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";
import type { Srv6ServiceData, Srv6ServiceSubTlv } from "./srv6-service.js";

const SID = "20010db8000000000000000000000001";
const sid = {
  type: "sid-information" as const,
  reserved: 0x11,
  sid: unhex(SID),
  flags: 0x22,
  behavior: 0x0013,
  reserved2: 0x33,
  data: [],
};
const structure = {
  type: "sid-structure" as const,
  locatorBlock: 40,
  locatorNode: 24,
  function: 16,
  argument: 0,
  transpositionLength: 16,
  transpositionOffset: 64,
};
const service = (...subTlvs: readonly Srv6ServiceSubTlv[]): readonly PrefixSidTlv[] => [
  { type: "srv6-l3-service", reserved: 0, subTlvs },
];
const withData = (...data: readonly Srv6ServiceData[]): readonly PrefixSidTlv[] => service({ ...sid, data });
const opaque = (code: number, octets = ""): { type: "opaque"; code: number; octets: Uint8Array } => ({
  type: "opaque",
  code,
  octets: unhex(octets),
});
const index = { type: "label-index" as const, reserved: 0, flags: 0, index: 7 };
const srgb = { type: "originator-srgb" as const, flags: 0, ranges: [{ base: 16000, size: 8000 }] };

const INDEX = "01000700" + "0000" + "00000007";
const SRGB = "0300080000003e80001f40";
const HEAD = `00${SID}00001300`;

obeysTheLaws(prefixSid, arb, {
  code: 40,
  name: "BGP Prefix-SID",
  flags: 0xc0,
  faults: [
    "prefix-sid/wrong-flags: treat-as-withdraw 3/4",
    "prefix-sid/empty: discard 3/9",
    "prefix-sid/tlv-overrun: discard 3/9",
    "prefix-sid/bad-label-index-length: discard 3/9",
    "prefix-sid/bad-srgb-length: discard 3/9",
    "prefix-sid/bad-srv6-service: treat-as-withdraw 3/9",
  ],
  vectors: [
    // RFC 8669 §3.1 and §3.2, with reserved bits set; two ranges; unknown and deprecated TLVs; all but the first repeated.
    {
      octets: "010007" + "aa" + "bbcc" + "fedcba98" + "03000e" + "ddee" + "003e80001f40" + "0f4240ffffff",
      value: [
        { type: "label-index", reserved: 0xaa, flags: 0xbbcc, index: 0xfedcba98 },
        {
          type: "originator-srgb",
          flags: 0xddee,
          ranges: [
            { base: 16000, size: 8000 },
            { base: 1000000, size: 0xffffff },
          ],
        },
      ],
    },
    {
      octets: `020000040002beefff0001aa${INDEX}${INDEX}0300080102003e80001f40`,
      value: [opaque(2), opaque(4, "beef"), opaque(255, "aa"), index, index, { ...srgb, flags: 0x0102 }],
    },
    // RFC 9252 §2, §3.1, §3.2.1: an L3 service with a SID and its structure.
    {
      octets: `0500220001001e11${SID}22001333010006281810001040`,
      value: withData(structure),
    },
    // An L2 service without anything, with an unknown sub-TLV, with unknown data of the SID.
    { octets: "06000155", value: [{ type: "srv6-l2-service", reserved: 0x55, subTlvs: [] }] },
    {
      octets: `06002100020001ff01001911${SID}22001333090001aa`,
      value: [
        {
          type: "srv6-l2-service",
          reserved: 0,
          subTlvs: [opaque(2, "ff"), { ...sid, data: [opaque(9, "aa")] }],
        },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "prefix-sid/empty" },
    { octets: "01", fault: "prefix-sid/tlv-overrun" },
    { octets: "0100", fault: "prefix-sid/tlv-overrun" },
    { octets: "02" + "0001", fault: "prefix-sid/tlv-overrun" },
    { octets: `${INDEX}0100070000000000000`.slice(0, -1), fault: "prefix-sid/tlv-overrun" },
    { octets: "010006000000000000", fault: "prefix-sid/bad-label-index-length" },
    { octets: "0100080000000000000000", fault: "prefix-sid/bad-label-index-length" },
    { octets: `010000${INDEX}`, fault: "prefix-sid/bad-label-index-length" },
    { octets: "0300020000", fault: "prefix-sid/bad-srgb-length" },
    { octets: "030000", fault: "prefix-sid/bad-srgb-length" },
    { octets: "0300070000003e80001f", fault: "prefix-sid/bad-srgb-length" },
    { octets: "0300090000003e80001f4000", fault: "prefix-sid/bad-srgb-length" },
    { octets: "0300060000003e8000", fault: "prefix-sid/bad-srgb-length" },
    // Of faults that only discard the attribute, the first is named.
    { octets: `0300020000${"010000"}`, fault: "prefix-sid/bad-srgb-length" },
    { octets: `010000${"0300020000"}`, fault: "prefix-sid/bad-label-index-length" },
    { octets: `010000${"0200"}`, fault: "prefix-sid/bad-label-index-length" },
    // RFC 9252 §7: shorter than its reserved octet; longer than the attribute, though its header be cut.
    { octets: "050000", fault: "prefix-sid/bad-srv6-service" },
    { octets: "060000", fault: "prefix-sid/bad-srv6-service" },
    { octets: "05", fault: "prefix-sid/bad-srv6-service" },
    { octets: "0600", fault: "prefix-sid/bad-srv6-service" },
    { octets: "05000200", fault: "prefix-sid/bad-srv6-service" },
    { octets: `010000${"050000"}`, fault: "prefix-sid/bad-srv6-service" },
    { octets: `050001000${"50000"}`, fault: "prefix-sid/bad-srv6-service" },
    // A sub-TLV longer than its service, while the attribute has more octets.
    { octets: `0500050002000200${INDEX}`, fault: "prefix-sid/bad-srv6-service" },
    { octets: `050002000${"2"}${INDEX}`, fault: "prefix-sid/bad-srv6-service" },
    // SID Information of 20 octets, and of 21 plus one that is no sub-sub-TLV.
    { octets: `05001800010014${HEAD.slice(2)}`, fault: "prefix-sid/bad-srv6-service" },
    { octets: `05001a00010016${HEAD}01`, fault: "prefix-sid/bad-srv6-service" },
    { octets: `05001d00010019${HEAD}02000200${INDEX}`, fault: "prefix-sid/bad-srv6-service" },
    // A SID structure of 5 octets, and of 7.
    { octets: `0500210001001d${HEAD}010005${"00".repeat(5)}`, fault: "prefix-sid/bad-srv6-service" },
    { octets: `0500230001001f${HEAD}010007${"00".repeat(7)}`, fault: "prefix-sid/bad-srv6-service" },
  ],
  refused: [
    { why: "no TLV", value: [] },
    { why: "a label index without layout", value: [opaque(1, "00000000000007")] },
    { why: "an SRGB without layout", value: [opaque(3, "0000003e80001f40")] },
    { why: "a service without layout", value: [opaque(5, "00")] },
    { why: "an L2 service without layout", value: [opaque(6, "00")] },
    { why: "SID Information without layout", value: service(opaque(1, HEAD)) },
    { why: "a SID structure without layout", value: withData(opaque(1, "000000000000")) },
    { why: "a type of 9 bits", value: [opaque(256)] },
    { why: "65536 octets", value: [opaque(9, "00".repeat(65536))] },
    { why: "a reserved octet of 9 bits", value: [{ ...index, reserved: 256 }] },
    { why: "flags of 17 bits", value: [{ ...index, flags: 0x10000 }] },
    { why: "an index of 33 bits", value: [{ ...index, index: 0x100000000 }] },
    { why: "an SRGB without a range", value: [{ ...srgb, ranges: [] }] },
    { why: "an SRGB with flags of 17 bits", value: [{ ...srgb, flags: 0x10000 }] },
    { why: "a base of 25 bits", value: [{ ...srgb, ranges: [{ base: 0x1000000, size: 1 }] }] },
    { why: "a range of 25 bits", value: [{ ...srgb, ranges: [{ base: 1, size: 0x1000000 }] }] },
    { why: "a service with 9 reserved bits", value: [{ type: "srv6-l3-service", reserved: 256, subTlvs: [] }] },
    { why: "a SID of 15 octets", value: service({ ...sid, sid: new Uint8Array(15) }) },
    { why: "a SID of 17 octets", value: service({ ...sid, sid: new Uint8Array(17) }) },
    { why: "SID flags of 9 bits", value: service({ ...sid, flags: 256 }) },
    { why: "a behavior of 17 bits", value: service({ ...sid, behavior: 0x10000 }) },
    { why: "9 reserved bits before a SID", value: service({ ...sid, reserved: 256 }) },
    { why: "9 reserved bits after a SID", value: service({ ...sid, reserved2: 256 }) },
    ...(
      ["locatorBlock", "locatorNode", "function", "argument", "transpositionLength", "transpositionOffset"] as const
    ).map((part) => ({ why: `${part} of 9 bits`, value: withData({ ...structure, [part]: 256 }) })),
  ],
});

dissectsAttribute(
  prefixSid,
  arb,
  {
    octets: INDEX + SRGB,
    lines: [
      "0-1 TLV/type: 1 (label-index)",
      "1-3 TLV/length: 7",
      "3-4 TLV/reserved: 0",
      "4-6 TLV/flags: 0",
      "6-10 TLV/label index: 7",
      "10-11 TLV/type: 3 (originator SRGB)",
      "11-13 TLV/length: 8",
      "13-15 TLV/flags: 0",
      "15-18 TLV/SRGB range/base: 16000",
      "18-21 TLV/SRGB range/range: 8000",
    ],
  },
  {
    octets: `05002200${"01001e"}${HEAD}${"010006281810001040"}`,
    lines: [
      "0-1 TLV/type: 5 (SRv6 L3 service)",
      "1-3 TLV/length: 34",
      "3-4 TLV/reserved: 0",
      "4-5 TLV/sub-TLV/type: 1 (SRv6 SID information)",
      "5-7 TLV/sub-TLV/length: 30",
      "7-8 TLV/sub-TLV/reserved: 0",
      "8-24 TLV/sub-TLV/SRv6 SID: 2001:db8::1",
      "24-25 TLV/sub-TLV/SRv6 service SID flags: 0",
      "25-27 TLV/sub-TLV/SRv6 endpoint behavior: 0x0013",
      "27-28 TLV/sub-TLV/reserved: 0",
      "28-29 TLV/sub-TLV/sub-sub-TLV/type: 1 (SRv6 SID structure)",
      "29-31 TLV/sub-TLV/sub-sub-TLV/length: 6",
      "31-32 TLV/sub-TLV/sub-sub-TLV/locator block length: 40",
      "32-33 TLV/sub-TLV/sub-sub-TLV/locator node length: 24",
      "33-34 TLV/sub-TLV/sub-sub-TLV/function length: 16",
      "34-35 TLV/sub-TLV/sub-sub-TLV/argument length: 0",
      "35-36 TLV/sub-TLV/sub-sub-TLV/transposition length: 16",
      "36-37 TLV/sub-TLV/sub-sub-TLV/transposition offset: 64",
    ],
  },
);
