import { describe, expect, it } from "vitest";
import { nlriCanonicalisations } from "../../../fuzz/oracle/canonical/nlri.js";
import { outlineOf } from "../dissection.arb.js";
import type { Family } from "../iana.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { routeFields } from "./fields.js";
import { ipv4FlowSpecArb, ipv4FlowSpecVpnArb, ipv6FlowSpecArb, ipv6FlowSpecVpnArb } from "./flowspec.arb.js";
import { type FlowSpecRoute, ipv4FlowSpec, ipv4FlowSpecVpn, ipv6FlowSpec, ipv6FlowSpecVpn } from "./flowspec.js";
import type { FlowSpecComponent, FlowSpecCondition } from "./flowspec-components.js";
import { obeysTheNlriLaws, type PinnedNlri } from "./laws.arb.js";
import { runOf } from "./nlri.arb.js";

const plain = { addPath: false, form: "single" } as const;

const faultsOf = (name: string): string[] =>
  [
    "overrun",
    "no-component",
    "unknown-component",
    "component-order",
    "bad-prefix",
    "value-width",
    "component-overrun",
  ].map((what) => `${name}/${what}: session-reset 3/10`);

const prefix = (type: 1 | 2, length: number, pattern: string, offset = 0): FlowSpecComponent => ({
  type,
  length,
  offset,
  pattern: unhex(pattern),
});
const list = (
  type: 3 | 4 | 9 | 11 | 12 | 13,
  ...conditions: (readonly [number, number | bigint])[]
): FlowSpecComponent => ({
  type,
  conditions: conditions.map(([operator, value]): FlowSpecCondition => ({ operator, value })),
});
const tcp = list(3, [0x81, 6]);

/** So many conditions of two octets each, the last of three if `odd`: with the type in front 1 + 2 × count octets, or one more. */
const manyPorts = (count: number, odd: boolean): FlowSpecComponent =>
  list(4, ...Array.from({ length: count }, (_, i) => [i < count - 1 ? 0x01 : odd ? 0x91 : 0x81, 7] as const));
const manyOctets = (count: number, odd: boolean): string => `04${"0107".repeat(count - 1)}${odd ? "910007" : "8107"}`;

const ipv4 = (name: string, safi: number): PinnedNlri<FlowSpecRoute> => ({
  afi: 1,
  safi,
  name,
  pathIds: true,
  faults: faultsOf(name),
  nextHops: "any",
  vectors: [],
  malformed: [],
  refused: [],
});

obeysTheNlriLaws(ipv4FlowSpec, ipv4FlowSpecArb, {
  ...ipv4("ipv4-flowspec", 133),
  vectors: [
    { octets: "", routes: [] },
    // RFC 8955 §4.3, the three examples.
    {
      octets: "0b" + "0118c00002" + "038106" + "048119",
      routes: [{ components: [prefix(1, 24, "c00002"), tcp, list(4, [0x81, 25])] }],
    },
    {
      octets: "12" + "0118c00002" + "0218cb0071" + "0403" + "89458b911f90",
      routes: [
        {
          components: [
            prefix(1, 24, "c00002"),
            prefix(2, 24, "cb0071"),
            list(4, [0x03, 137], [0x45, 139], [0x91, 8080]),
          ],
        },
      ],
    },
    {
      octets: "09" + "0120c0000201" + "0c8005",
      routes: [{ components: [prefix(1, 32, "c0000201"), list(12, [0x80, 5])] }],
    },
    // Two rules; a prefix of no bits and one of 9; all widths; an AND bit in front and reserved bits, kept.
    {
      octets: "02" + "0100" + "18" + "02090a80" + "04" + "48ff" + "12fffe" + "23fffffffe" + "b4fffffffffffffffe",
      routes: [
        { components: [prefix(1, 0, "")] },
        {
          components: [
            prefix(2, 9, "0a80"),
            list(4, [0x48, 255], [0x12, 65534], [0x23, 4294967294], [0xb4, 18446744073709551614n]),
          ],
        },
      ],
    },
    // The widest values that the RFC lets TCP flags, DSCP and fragment have; a DSCP above 63 is no fault of the octets.
    {
      octets: "0a" + "09910fff" + "0b81ff" + "0c800f",
      routes: [{ components: [list(9, [0x91, 0xfff]), list(11, [0x81, 255]), list(12, [0x80, 15])] }],
    },
    // RFC 8955 §4.1: the longest length in one octet, the shortest in two, the longest there is.
    { octets: `ef${manyOctets(119, false)}`, routes: [{ components: [manyPorts(119, false)] }] },
    { octets: `f0f0${manyOctets(119, true)}`, routes: [{ components: [manyPorts(119, true)] }] },
    { octets: `ffff${manyOctets(2047, false)}`, routes: [{ components: [manyPorts(2047, false)] }] },
    {
      addPath: true,
      octets: "fedcba98" + "03038106" + "00000000" + "020100",
      routes: [
        { pathId: 0xfedcba98, components: [tcp] },
        { pathId: 0, components: [prefix(1, 0, "")] },
      ],
    },
  ],
  malformed: [
    { octets: "0403810604", fault: "ipv4-flowspec/component-overrun" },
    { octets: "04038106", fault: "ipv4-flowspec/overrun" },
    { octets: "f0", fault: "ipv4-flowspec/overrun" },
    { octets: "f004038106", fault: "ipv4-flowspec/overrun" },
    { octets: "f103038106", fault: "ipv4-flowspec/overrun" },
    { octets: `ef${manyOctets(119, false).slice(2)}`, fault: "ipv4-flowspec/overrun" },
    { octets: "03038106" + "02", fault: "ipv4-flowspec/overrun" },
    { addPath: true, octets: "000000", fault: "ipv4-flowspec/overrun" },
    { addPath: true, octets: "00000001", fault: "ipv4-flowspec/overrun" },
    { addPath: true, octets: "00000001f0", fault: "ipv4-flowspec/overrun" },
    { octets: "00", fault: "ipv4-flowspec/no-component" },
    { octets: "f000", fault: "ipv4-flowspec/no-component" },
    { octets: "03038106" + "00", fault: "ipv4-flowspec/no-component" },
    { octets: "0300" + "8106", fault: "ipv4-flowspec/unknown-component" },
    { octets: "060d" + "a100000001", fault: "ipv4-flowspec/unknown-component" },
    { octets: "06038106" + "ff8106", fault: "ipv4-flowspec/unknown-component" },
    { octets: "06038106" + "038106", fault: "ipv4-flowspec/component-order" },
    { octets: "06048106" + "038106", fault: "ipv4-flowspec/component-order" },
    { octets: "05038106" + "0100", fault: "ipv4-flowspec/component-order" },
    { octets: "04" + "01000100", fault: "ipv4-flowspec/component-order" },
    { octets: "07" + "0121c000020100", fault: "ipv4-flowspec/bad-prefix" },
    { octets: "02" + "02ff", fault: "ipv4-flowspec/bad-prefix" },
    { octets: "06" + "09a100000002", fault: "ipv4-flowspec/value-width" },
    { octets: "0a" + "09b10000000000000002", fault: "ipv4-flowspec/value-width" },
    { octets: "04" + "0b91002e", fault: "ipv4-flowspec/value-width" },
    { octets: "04" + "0c900001", fault: "ipv4-flowspec/value-width" },
    { octets: "06" + "0b012e91002e", fault: "ipv4-flowspec/value-width" },
    { octets: "01" + "01", fault: "ipv4-flowspec/component-overrun" },
    { octets: "04" + "0118c000" + "02", fault: "ipv4-flowspec/component-overrun" },
    { octets: "01" + "04" + "8106", fault: "ipv4-flowspec/component-overrun" },
    { octets: "02" + "0481" + "06", fault: "ipv4-flowspec/component-overrun" },
    { octets: "03" + "040106" + "8106", fault: "ipv4-flowspec/component-overrun" },
    { octets: "03" + "049106" + "06", fault: "ipv4-flowspec/component-overrun" },
    { octets: "09" + "04b100000000000000" + "06", fault: "ipv4-flowspec/component-overrun" },
  ],
  refused: [
    { why: "no component", route: { components: [] } },
    { why: "components out of order", route: { components: [list(4, [0x81, 6]), tcp] } },
    { why: "a component twice", route: { components: [tcp, tcp] } },
    { why: "a flow label in IPv4", route: { components: [list(13, [0x81, 6])] } },
    {
      why: "a component of type 0",
      route: { components: [{ type: 0 as 3, conditions: [{ operator: 0x81, value: 6 }] }] },
    },
    { why: "33 bits of IPv4", route: { components: [prefix(1, 33, "c000020100")] } },
    { why: "half a bit", route: { components: [prefix(1, 0.5, "c0")] } },
    { why: "an offset in IPv4", route: { components: [prefix(1, 24, "c000", 8)] } },
    { why: "a pattern too long", route: { components: [prefix(1, 24, "c0000201")] } },
    { why: "a pattern too short", route: { components: [prefix(1, 25, "c00002")] } },
    { why: "no condition", route: { components: [list(3)] } },
    { why: "no end of list", route: { components: [list(3, [0x01, 6])] } },
    { why: "an early end of list", route: { components: [list(3, [0x81, 6], [0x81, 7])] } },
    { why: "an operator of 9 bits", route: { components: [list(3, [0x181, 6])] } },
    { why: "a value of 9 bits in an octet", route: { components: [list(3, [0x81, 256])] } },
    { why: "a value of 17 bits in two", route: { components: [list(3, [0x91, 65536])] } },
    { why: "a value of 33 bits in four", route: { components: [list(3, [0xa1, 2 ** 32])] } },
    { why: "a value of 65 bits in eight", route: { components: [list(3, [0xb1, 2n ** 64n])] } },
    { why: "a negative value in eight", route: { components: [list(3, [0xb1, -1n])] } },
    { why: "a negative value in one", route: { components: [list(3, [0x81, -1])] } },
    { why: "a number in eight octets", route: { components: [list(3, [0xb1, 6])] } },
    { why: "a bigint in four", route: { components: [list(3, [0xa1, 6n])] } },
    { why: "TCP flags of four octets", route: { components: [list(9, [0xa1, 2])] } },
    { why: "a DSCP of two", route: { components: [list(11, [0x91, 46])] } },
    { why: "a fragment of two", route: { components: [list(12, [0x90, 1])] } },
    { why: "4096 octets", route: { components: [manyPorts(2047, true)] } },
    { why: "a distinguisher", route: { distinguisher: new Uint8Array(8), components: [tcp] } },
    { why: "a missing path identifier", addPath: true, route: { components: [tcp] } },
    { why: "a path identifier too many", route: { pathId: 1, components: [tcp] } },
  ],
});

obeysTheNlriLaws(ipv6FlowSpec, ipv6FlowSpecArb, {
  ...ipv4("ipv6-flowspec", 133),
  afi: 2,
  vectors: [
    // RFC 8956 §3.8, the two examples (the first with 2001:db8::/32, as its text has it).
    {
      octets: "12" + "01200020010db8" + "026840123456789a" + "038106",
      routes: [{ components: [prefix(1, 32, "20010db8"), prefix(2, 104, "123456789a", 64), tcp] }],
    },
    {
      octets: "0f" + "01200020010db8" + "0268412468acf134",
      routes: [{ components: [prefix(1, 32, "20010db8"), prefix(2, 104, "2468acf134", 65)] }],
    },
    // Every address; all bits; the last bit; a flow label.
    {
      octets: `03${"010000"}${"13"}${"018000"}${"20010db8000000000000000000000001"}`,
      routes: [
        { components: [prefix(1, 0, "")] },
        { components: [prefix(1, 128, "20010db8000000000000000000000001")] },
      ],
    },
    {
      octets: "0a" + "02807f80" + "0da100012345",
      routes: [{ components: [prefix(2, 128, "80", 127), list(13, [0xa1, 0x12345])] }],
    },
  ],
  malformed: [
    { octets: "03" + "012020", fault: "ipv6-flowspec/bad-prefix" },
    { octets: "03" + "012021", fault: "ipv6-flowspec/bad-prefix" },
    { octets: "03" + "010001", fault: "ipv6-flowspec/bad-prefix" },
    { octets: "04" + "01818000", fault: "ipv6-flowspec/bad-prefix" },
    { octets: `14${"018100"}${"00".repeat(17)}`, fault: "ipv6-flowspec/bad-prefix" },
    { octets: "03" + "0e8106", fault: "ipv6-flowspec/unknown-component" },
    { octets: "03" + "008106", fault: "ipv6-flowspec/unknown-component" },
    { octets: "05" + "038106" + "0d81", fault: "ipv6-flowspec/component-overrun" },
    { octets: "02" + "0120" + "00", fault: "ipv6-flowspec/component-overrun" },
    { octets: "01" + "01" + "0000", fault: "ipv6-flowspec/component-overrun" },
    { octets: "06" + "01200020010d" + "b8", fault: "ipv6-flowspec/component-overrun" },
    { octets: "06" + "0da1000123", fault: "ipv6-flowspec/overrun" },
    { octets: "00", fault: "ipv6-flowspec/no-component" },
  ],
  refused: [
    { why: "129 bits", route: { components: [prefix(1, 129, "00".repeat(17))] } },
    { why: "an offset that is the length", route: { components: [prefix(1, 32, "", 32)] } },
    { why: "an offset of every address", route: { components: [prefix(1, 0, "", 1)] } },
    { why: "half an offset", route: { components: [prefix(1, 32, "20010db8", 0.5)] } },
    { why: "a component of type 14", route: { components: [list(14 as 13, [0x81, 6])] } },
  ],
});

const rd = unhex("0000fbf400000007");

obeysTheNlriLaws(ipv4FlowSpecVpn, ipv4FlowSpecVpnArb, {
  ...ipv4("ipv4-flowspec-vpn", 134),
  vectors: [
    {
      octets: "0b" + "0000fbf400000007" + "038106",
      routes: [{ distinguisher: rd, components: [tcp] }],
    },
    // The length counts the distinguisher: 239 and 240 octets of both.
    {
      octets: `ef${"0000fbf400000007"}${manyOctets(115, false)}`,
      routes: [{ distinguisher: rd, components: [manyPorts(115, false)] }],
    },
    {
      octets: `f0f0${"0000fbf400000007"}${manyOctets(115, true)}`,
      routes: [{ distinguisher: rd, components: [manyPorts(115, true)] }],
    },
    {
      addPath: true,
      octets: "00000002" + "0a" + "0000fbf400000007" + "0100" + "00000003" + "0a" + "0000fbf400000007" + "0200",
      routes: [
        { pathId: 2, distinguisher: rd, components: [prefix(1, 0, "")] },
        { pathId: 3, distinguisher: rd, components: [prefix(2, 0, "")] },
      ],
    },
  ],
  malformed: [
    { octets: "00", fault: "ipv4-flowspec-vpn/no-component" },
    { octets: "07" + "0000fbf4000000", fault: "ipv4-flowspec-vpn/no-component" },
    { octets: "08" + "0000fbf400000007", fault: "ipv4-flowspec-vpn/no-component" },
    { octets: "09" + "0000fbf400000007" + "03", fault: "ipv4-flowspec-vpn/component-overrun" },
    { octets: "0b" + "0000fbf400000007" + "0381", fault: "ipv4-flowspec-vpn/overrun" },
    { octets: "0b" + "0000fbf400000007" + "0d8106", fault: "ipv4-flowspec-vpn/unknown-component" },
  ],
  refused: [
    { why: "no distinguisher", route: { components: [tcp] } },
    { why: "a distinguisher of 7 octets", route: { distinguisher: new Uint8Array(7), components: [tcp] } },
    { why: "4096 octets", route: { distinguisher: rd, components: [manyPorts(2043, true)] } },
  ],
});

obeysTheNlriLaws(ipv6FlowSpecVpn, ipv6FlowSpecVpnArb, {
  ...ipv4("ipv6-flowspec-vpn", 134),
  afi: 2,
  vectors: [
    {
      octets: "0e" + "0000fbf400000007" + "0da100012345",
      routes: [{ distinguisher: rd, components: [list(13, [0xa1, 0x12345])] }],
    },
  ],
  malformed: [
    { octets: "08" + "0000fbf400000007", fault: "ipv6-flowspec-vpn/no-component" },
    { octets: "0b" + "0000fbf400000007" + "012020", fault: "ipv6-flowspec-vpn/bad-prefix" },
  ],
  refused: [],
});

describe("flow specifications", () => {
  it("has the clause of each fault", () => {
    expect(ipv4FlowSpec.faults.map(({ rfc }) => rfc)).toEqual([
      "RFC 7606 §5.3",
      "RFC 8955 §4.2",
      "RFC 8955 §4.2",
      "RFC 8955 §4.2",
      "RFC 7606 §5.3",
      "RFC 8955 §4.2.2",
      "RFC 8955 §4.2",
    ]);
    expect(ipv6FlowSpec.badPrefix.rfc).toBe("RFC 8956 §3.1");
  });

  it("takes a length below 240 in two octets, and writes it in one", () => {
    const msg = unhex("f003" + "038106" + "03" + "038107");
    expect(ipv4FlowSpec.check(msg, 0, msg.length, false)).toBeNull();
    const routes = ipv4FlowSpec.read(msg, 0, msg.length, false);
    expect(routes).toEqual([{ components: [tcp] }, { components: [list(3, [0x81, 7])] }]);
    expect(hex(runOf(ipv4FlowSpec, routes, plain))).toBe("03038106" + "03038107");
  });

  it("clears what fills the last octet of a prefix, both ways", () => {
    const msg = unhex("04" + "0109ffff" + "05" + "028079ff" + "00");
    const ipv6Rule = msg.subarray(5);
    expect(ipv4FlowSpec.check(msg, 0, 5, false)).toBeNull();
    expect(ipv4FlowSpec.read(msg, 0, 5, false)).toEqual([{ components: [prefix(1, 9, "ff80")] }]);
    expect(hex(runOf(ipv4FlowSpec, [{ components: [prefix(1, 9, "ffff")] }], plain))).toBe("040109ff80");
    const one = Uint8Array.of(4, ...ipv6Rule.subarray(1, 5));
    expect(ipv6FlowSpec.check(one, 0, 5, false)).toBeNull();
    expect(ipv6FlowSpec.read(one, 0, 5, false)).toEqual([{ components: [prefix(2, 128, "fe", 121)] }]);
  });

  it("names both, and applies them to what a VPN and a path identifier put in front", () => {
    const canonical = nlriCanonicalisations(ipv6FlowSpecVpn.family, true, "single");
    expect(canonical.map(({ name }) => name)).toEqual(["length-shortened", "padding-cleared"]);
    const octets = unhex("00000001" + "f00c" + "0000fbf400000007" + "028079ff");
    const again = canonical.reduce((all, { apply }) => apply(all), octets);
    expect(hex(again)).toBe("00000001" + "0c" + "0000fbf400000007" + "028079fe");
  });

  it("does not believe an end-of-list bit whose value lies behind the rule", () => {
    const msg = unhex("03" + "049119" + "03" + "038106");
    expect(ipv4FlowSpec.check(msg, 0, msg.length, false)?.id).toBe("ipv4-flowspec/component-overrun");
  });
});

const fieldsOf = (family: Family, octets: string, addPath = false): readonly string[] =>
  outlineOf((reader) => routeFields(family, reader, addPath, "single"), octets);

describe("the fields of flow specifications", () => {
  it("are named as the RFCs do", () => {
    expect(fieldsOf(ipv4FlowSpec.family, "10" + "0118c00002" + "0403" + "8945" + "8b911f90" + "098103")).toEqual([
      "0-17 flow specification",
      "  0-1 length in octets: 16",
      "  1-6 destination prefix: 192.0.2.0/24",
      "    1-2 type: 1 (destination prefix)",
      "    2-3 length in bits: 24",
      "    3-6 prefix: c00002",
      "  6-14 port",
      "    6-7 type: 4 (port)",
      "    7-8 numeric operator: 0x03 (>=)",
      "    8-9 value: 137",
      "    9-10 numeric operator: 0x45 (AND <=)",
      "    10-11 value: 139",
      "    11-12 numeric operator: 0x91 (==, end of list)",
      "    12-14 value: 8080",
      "  14-17 TCP flags",
      "    14-15 type: 9 (TCP flags)",
      "    15-16 bitmask operator: 0x81 (all bits, end of list)",
      "    16-17 bitmask: 3",
    ]);
  });

  it("are those of a VPN, of IPv6, of wide values and of a length in two octets, too", () => {
    const octets =
      "00000007" + "f01f" + "0000fbf400000007" + "0268412468acf134" + "0d21" + "00012345" + "b1" + "0000000000000009";
    expect(fieldsOf(ipv6FlowSpecVpn.family, octets, true)).toEqual([
      "0-37 flow specification",
      "  0-4 path identifier: 7",
      "  4-6 length in octets: 31",
      "  6-14 route distinguisher: 64500:7",
      "  14-22 source prefix: bits 65 to 104",
      "    14-15 type: 2 (source prefix)",
      "    15-16 length in bits: 104",
      "    16-17 offset in bits: 65",
      "    17-22 pattern: 2468acf134",
      "  22-37 flow label",
      "    22-23 type: 13 (flow label)",
      "    23-24 numeric operator: 0x21 (==)",
      "    24-28 value: 74565",
      "    28-29 numeric operator: 0xb1 (==, end of list)",
      "    29-37 value: 9",
    ]);
  });

  it("are shown of malformed rules as far as they go", () => {
    expect(fieldsOf(ipv4FlowSpec.family, "04" + "0d810601" + "05" + "03")).toEqual([
      "0-5 flow specification",
      "  0-1 length in octets: 4",
      "  1-5 component",
      "    1-2 type: 13 (unknown)",
      "    2-5 not understood: 810601",
      "5-7 flow specification: cut short: 2 of 6 octets",
      "  5-6 length in octets: 5",
      "  6-7 protocol",
      "    6-7 type: 3 (protocol)",
    ]);
  });
});

dissectsRoutes(ipv4FlowSpecArb);
dissectsRoutes(ipv6FlowSpecArb);
dissectsRoutes(ipv4FlowSpecVpnArb);
dissectsRoutes(ipv6FlowSpecVpnArb);
