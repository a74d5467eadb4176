import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tlvRule } from "../bgp-ls.js";
import { coversAny, coversOnce, linesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./29-bgp-ls.arb.js";
import { fields } from "./29-bgp-ls.fields.js";
import { bgpLs, bgpLsTlvLength } from "./29-bgp-ls.js";
import { obeysTheLaws, plain } from "./laws.arb.js";

const tlv = (type: number, value: string) => ({ type, value: unhex(value) });
const zeros = (octets: number): string => "00".repeat(octets);
const u16 = (value: number): string => value.toString(16).padStart(4, "0");
const framed = (type: number, value: string): string => u16(type) + u16(value.length / 2) + value;

/** RFC 9514 figure 2 with the structure of §8 behind it. */
const END_X = `0039${"00"}80${"0a"}00${"20010db8"}${zeros(11)}01`;
const STRUCTURE = framed(1252, "28181000");

obeysTheLaws(bgpLs, arb, {
  code: 29,
  name: "BGP-LS",
  flags: 0x80,
  faults: [
    "bgp-ls/wrong-flags: treat-as-withdraw 3/4",
    "bgp-ls/empty: discard 3/5",
    "bgp-ls/overrun: discard 3/9",
    "bgp-ls/bad-tlv-length: discard 3/9",
  ],
  vectors: [
    // RFC 9552 §5.3.1: a node's name and its router identifier.
    { octets: "04020003" + "6c6178" + "04040004" + "c0000201", value: [tlv(1026, "6c6178"), tlv(1028, "c0000201")] },
    // §5.1: unordered TLVs are no fault, unknown ones are kept, an empty value is one.
    { octets: "044700030000" + "0a" + "03e80000", value: [tlv(1095, "00000a"), tlv(1000, "")] },
    { octets: framed(1106, END_X + STRUCTURE), value: [tlv(1106, END_X + STRUCTURE)] },
    // RFC 9085 §2.1.2: two ranges, their first SIDs as label and as index.
    {
      octets: framed(1034, `8000${"0003e8"}0489000303e8${"00"}${"000064"}04890004${"000003e8"}`),
      value: [tlv(1034, `8000${"0003e8"}0489000303e8${"00"}${"000064"}04890004${"000003e8"}`)],
    },
    // RFC 9085 §2.2.3: the End.X SID of a bundle member, and what nobody knows.
    {
      octets: framed(1172, `00000007${framed(1106, END_X + STRUCTURE)}${framed(2000, "ff")}`),
      value: [tlv(1172, `00000007${framed(1106, END_X + STRUCTURE)}${framed(2000, "ff")}`)],
    },
    // Deeper than that nothing is looked at: the SID/Label is too long, but stands in the fourth level.
    {
      octets: framed(1172, `00000007${framed(1172, `00000008${framed(1172, `00000009${framed(1161, zeros(5))}`)}`)}`),
      value: [tlv(1172, `00000007${framed(1172, `00000008${framed(1172, `00000009${framed(1161, zeros(5))}`)}`)}`)],
    },
  ],
  malformed: [
    { octets: "", fault: "bgp-ls/empty" },
    { octets: "04", fault: "bgp-ls/overrun" },
    { octets: "040400", fault: "bgp-ls/overrun" },
    { octets: "04040004c00002", fault: "bgp-ls/overrun" },
    { octets: `${framed(1028, "c0000201")}ffff0001`, fault: "bgp-ls/overrun" },
    // The sum of all comes first, whatever else is wrong.
    { octets: `${framed(1028, "c000")}ffff0001`, fault: "bgp-ls/overrun" },
    { octets: framed(1106, `${END_X}04e40004281810`), fault: "bgp-ls/bad-tlv-length" },
    { octets: framed(1106, `${END_X}04e400`), fault: "bgp-ls/bad-tlv-length" },
    { octets: framed(1106, END_X + framed(1252, "281810")), fault: "bgp-ls/bad-tlv-length" },
    { octets: framed(1034, `8000${"0003e8"}0489000503e8000000`), fault: "bgp-ls/bad-tlv-length" },
    { octets: framed(1034, `8000${"0003e8"}0489000303e8${"00"}${"0000"}`), fault: "bgp-ls/bad-tlv-length" },
    {
      octets: framed(1172, `00000007${framed(1172, `00000008${framed(1161, zeros(5))}`)}`),
      fault: "bgp-ls/bad-tlv-length",
    },
    {
      octets: framed(1172, `00000007${framed(1106, END_X + framed(1252, "2818100000"))}`),
      fault: "bgp-ls/bad-tlv-length",
    },
  ],
  refused: [
    { why: "no TLV at all", value: [] },
    { why: "a type of 17 bits", value: [tlv(65536, "")] },
    { why: "a value of 65536 octets", value: [{ type: 2000, value: new Uint8Array(65536) }] },
    { why: "a metric of 5 octets", value: [tlv(1155, "0000000000")] },
  ],
});

describe("the lengths of TLVs", () => {
  // RFC 9552 §5.2 and §5.3, RFC 8571, 8814, 9085, 9086, 9104, 9514: each length that is right, and its neighbours.
  const fixed: Readonly<Record<number, readonly number[]>> = {
    258: [8],
    259: [4],
    260: [4],
    261: [16],
    262: [16],
    264: [1],
    512: [4],
    513: [4],
    514: [4],
    516: [4],
    517: [4],
    518: [16],
    1024: [1],
    1028: [4],
    1029: [16],
    1030: [4],
    1031: [16],
    1037: [1],
    1038: [4],
    1088: [4],
    1089: [4],
    1090: [4],
    1091: [32],
    1092: [4],
    1093: [2],
    1094: [1],
    1095: [1, 2, 3],
    1099: [7, 8],
    1100: [11, 12, 13, 14],
    1101: [7, 8],
    1102: [7, 8],
    1103: [7, 8],
    1114: [4],
    1115: [8],
    1116: [4],
    1117: [4],
    1118: [4],
    1119: [4],
    1120: [4],
    1152: [1],
    1155: [4],
    1156: [4, 16],
    1158: [7, 8],
    1161: [3, 4],
    1171: [4, 16],
    1174: [4],
    1250: [4],
    1251: [12],
    1252: [4],
  };

  it.each(Object.entries(fixed))("of type %s: %s", (type, lengths) => {
    for (let length = 0; length < 40; length++) {
      const msg = unhex(framed(Number(type), zeros(length)));
      expect(bgpLs.check(msg, 0, msg.length, plain)).toBe(lengths.includes(length) ? null : bgpLsTlvLength);
    }
  });

  it.each([
    [263, 2, [0, 1, 3, 5]],
    [266, 2, [0, 1, 3]],
    [267, 4, [0, 1, 3]],
    [265, 17, [0, 18]],
    [265, 1, [0, 18]],
    [1026, 255, [256]],
    [1098, 255, [256]],
    [1026, 0, [256]],
    [1035, 1, [0]],
    [1096, 0, [1, 2, 3, 5]],
    [1096, 8, [9]],
    [1106, 22, [21]],
    [1107, 28, [27]],
    [1108, 26, [25]],
    [1153, 8, [0, 2, 6]],
    [1154, 16, [0, 4, 12]],
    [1159, 4, [3]],
    [1162, 8, [7]],
    [1172, 4, [3]],
    [1173, 8, [0, 6]],
    [1034, 2, [2, 11]],
    [1036, 2, [2, 11]],
    [515, 0, []],
    [1025, 300, []],
    [1027, 0, []],
    [1097, 300, []],
    [1157, 0, []],
    [1170, 0, []],
    [256, 0, []],
    [257, 0, []],
  ] as const)("of type %d: %d, not %j", (type, right, wrong) => {
    const verdict = (length: number) => {
      const msg = unhex(framed(type, zeros(length)));
      return bgpLs.check(msg, 0, msg.length, plain);
    };
    if (type !== 1034 && type !== 1036) expect(verdict(right)).toBeNull();
    for (const length of wrong) expect(verdict(length)).toBe(bgpLsTlvLength);
  });

  it("have names", () => {
    expect([256, 515, 1026, 1106, 1161, 1252].map((type) => tlvRule(type)?.name)).toEqual([
      "Local Node Descriptors",
      "IGP Router-ID",
      "Node Name",
      "SRv6 End.X SID",
      "SID/Label",
      "SRv6 SID Structure",
    ]);
    expect(tlvRule(2000)).toBeUndefined();
  });
});

describe("the fields of BGP-LS", () => {
  /** `name: value` of what is in a TLV, without types and lengths. */
  const said = (octets: string): string[] =>
    linesOf(fields, octets)
      .map((line) => line.replace(/^\S+ [^:]*\//, ""))
      .filter((line) => !/^(type|length): /.test(line));

  it.each([
    [framed(1026, "6c6178"), ["text: lax"]],
    [framed(1095, "00000a"), ["metric: 10"]],
    [framed(1089, "4cee6b28"), ["octets per second: 125000000"]],
    [framed(1090, "00000000"), ["octets per second: 0"]],
    [framed(1089, "ff800000"), ["octets per second: -Infinity"]],
    [framed(1089, "7fc00000"), ["octets per second: NaN"]],
    [framed(1156, `20010db8${zeros(11)}01`), ["address: 2001:db8::1"]],
    [framed(1096, "0000000100000002"), ["shared risk link group: 1", "shared risk link group: 2"]],
    [framed(263, "f0020003"), ["multi-topology ID: 2", "multi-topology ID: 3"]],
    [framed(258, "0000000100000002"), ["local identifier: 1", "remote identifier: 2"]],
    [framed(1158, "40000000000064"), ["flags: 0x40", "algorithm: 0", "reserved: 0", "label: 100"]],
    [
      framed(1100, "0001000000000000000100000064"),
      ["flags: 0x00", "weight: 1", "reserved: 0", "neighbor ID: 000000000001", "index: 100"],
    ],
    [
      framed(1100, "00010000c0000201000064"),
      ["flags: 0x00", "weight: 1", "reserved: 0", "neighbor ID: c0000201", "label: 100"],
    ],
    [
      framed(1106, END_X + STRUCTURE),
      [
        "endpoint behavior: 0x0039",
        "flags: 0x00",
        "algorithm: 128",
        "weight: 10",
        "reserved: 0",
        "SID: 2001:db8::1",
        "locator block length: 40",
        "locator node length: 24",
        "function length: 16",
        "argument length: 0",
      ],
    ],
    [
      framed(1034, "8000" + "0003e8" + "0489000303e800"),
      ["flags: 0x80", "reserved: 0", "range size: 1000", "label: 256000"],
    ],
    [
      framed(1251, "80010000" + "0000fde8" + "c0000201"),
      ["flags: 0x80", "weight: 1", "reserved: 0", "peer AS: 65000", "peer BGP identifier: 192.0.2.1"],
    ],
    [framed(2000, "ff"), ["value: ff"]],
  ])("of %s", (octets, expected) => {
    expect(said(octets)).toEqual(expected);
  });

  it("cover any octets once, however deep they nest", () => {
    coversAny(
      fields,
      arb.broken.map(({ octets }) => octets),
      // Every type with a dissector of its own, of any length.
      fc
        .tuple(fc.constantFrom(258, 263, 264, 265, 1034, 1089, 1099, 1100, 1106, 1158, 1162, 1251), fc.nat(40))
        .map(([type, length]) => unhex(framed(type, zeros(length)))),
    );
    let deep = "";
    for (let i = 0; i < 2000; i++) deep = framed(1172, `00000000${deep}`);
    coversOnce(fields, unhex(deep));
  });
});
