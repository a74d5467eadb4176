import { describe, expect, it } from "vitest";
import { linesOf } from "../dissection.arb.js";
import { unhex } from "../testing.arb.js";
import * as arb from "./23-tunnel-encapsulation.arb.js";
import { fields } from "./23-tunnel-encapsulation.fields.js";
import { type Tunnel, tunnelEncapsulation } from "./23-tunnel-encapsulation.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws, plain } from "./laws.arb.js";
import type { SegmentListSubTlv } from "./sr-policy.js";
import type { TunnelSubTlv } from "./tunnel-sub-tlv.js";

const SID = "20010db8000000000000000000000001";

const opaque = (code: number, octets = ""): { type: "opaque"; code: number; octets: Uint8Array } => ({
  type: "opaque",
  code,
  octets: unhex(octets),
});
const tunnel = (type: number, ...subTlvs: readonly TunnelSubTlv[]): readonly Tunnel[] => [{ type, subTlvs }];

/** A tunnel of that type in octets. */
const octets = (type: number, subTlvs: string): string =>
  [type, subTlvs.length / 2].map((one) => one.toString(16).padStart(4, "0")).join("") + subTlvs;

const network = {
  type: "virtual-network" as const,
  flags: 0xc1,
  identifier: 0x010203,
  mac: unhex("0a0b0c0d0e0f"),
  reserved: 0xfedc,
};
const entry = { label: 0xfffff, trafficClass: 5, isBottom: true, ttl: 64 };
const segments = (...subTlvs: readonly SegmentListSubTlv[]): readonly Tunnel[] =>
  tunnel(15, { type: "segment-list", reserved: 0x77, subTlvs });
const sid = { flags: 1, reserved: 2, sid: unhex(SID) };
const structure = { behavior: 0x0102, reserved: 0x0304, locatorBlock: 5, locatorNode: 6, function: 7, argument: 8 };

/** Each layout of RFC 9012 §3 and RFC 9830 §2.4: the type of the tunnel, the sub-TLV in octets, what it means. */
const LAYOUTS: readonly (readonly [tunnel: number, octets: string, meaning: TunnelSubTlv])[] = [
  [8, "010c" + "c1" + "010203" + "0a0b0c0d0e0f" + "fedc", network],
  [9, "010c" + "c1" + "010203" + "0a0b0c0d0e0f" + "fedc", network],
  [1, "0104" + "01020304", { type: "l2tpv3", session: 0x01020304, cookie: unhex("") }],
  [
    1,
    "010c" + "01020304" + "1112131415161718",
    { type: "l2tpv3", session: 0x01020304, cookie: unhex("1112131415161718") },
  ],
  [2, "0104" + "fedcba98", { type: "gre", key: 0xfedcba98 }],
  [11, "0104" + "fedcba98", { type: "gre", key: 0xfedcba98 }],
  [8, "0202" + "86dd", { type: "protocol-type", etherType: 0x86dd }],
  [8, "0408" + "030b" + "c000" + "fedcba98", { type: "color", flags: 0xc000, color: 0xfedcba98 }],
  [8, "0606" + "01020304" + "0000", { type: "egress-endpoint", reserved: 0x01020304, afi: 0, address: unhex("") }],
  [
    8,
    "060a" + "00000000" + "0001" + "c0000201",
    { type: "egress-endpoint", reserved: 0, afi: 1, address: unhex("c0000201") },
  ],
  [8, `0616${"00000000"}0002${SID}`, { type: "egress-endpoint", reserved: 0, afi: 2, address: unhex(SID) }],
  [8, "0701" + "b8", { type: "ds-field", ds: 0xb8 }],
  [8, "0802" + "12b5", { type: "udp-destination-port", port: 4789 }],
  [8, "0901" + "01", { type: "embedded-label-handling", handling: 1 }],
  [8, "0901" + "02", { type: "embedded-label-handling", handling: 2 }],
  [
    8,
    "0a08" + "fffffb40" + "000014ff",
    { type: "mpls-label-stack", entries: [entry, { label: 1, trafficClass: 2, isBottom: false, ttl: 255 }] },
  ],
  [
    8,
    "0b0a" + "010007" + "00" + "0000" + "00000007",
    { type: "prefix-sid", tlvs: [{ type: "label-index", reserved: 0, flags: 0, index: 7 }] },
  ],
  [15, "0c06" + "01" + "02" + "fedcba98", { type: "preference", flags: 1, reserved: 2, preference: 0xfedcba98 }],
  [15, "0d02" + "01" + "02", { type: "binding-sid", flags: 1, reserved: 2, sid: unhex("") }],
  [15, "0d06" + "01" + "02" + "05dc0000", { type: "binding-sid", flags: 1, reserved: 2, sid: unhex("05dc0000") }],
  [15, `0d12${"0102"}${SID}`, { type: "binding-sid", flags: 1, reserved: 2, sid: unhex(SID) }],
  [15, "0e03" + "010203", { type: "explicit-null-label-policy", flags: 1, reserved: 2, policy: 3 }],
  [15, "0f02" + "0102", { type: "priority", priority: 1, reserved: 2 }],
  [15, `1412${"0102"}${SID}`, { type: "srv6-binding-sid", ...sid }],
  [15, `141a${"0102"}${SID}${"0102030405060708"}`, { type: "srv6-binding-sid", ...sid, structure }],
  [15, "800001" + "77", { type: "segment-list", reserved: 0x77, subTlvs: [] }],
  [
    15,
    `80002b${"77"}${"0906"}0102fedcba98${"0106"}0102fffffb40${"0d12"}0102${SID}${"0304"}00112233`,
    {
      type: "segment-list",
      reserved: 0x77,
      subTlvs: [
        { type: "weight", flags: 1, reserved: 2, weight: 0xfedcba98 },
        { type: "label", flags: 1, reserved: 2, entry },
        { type: "srv6-sid", ...sid },
        opaque(3, "00112233"),
      ],
    },
  ],
  [
    15,
    `80001d${"77"}${"0d1a"}0102${SID}${"0102030405060708"}`,
    { type: "segment-list", reserved: 0x77, subTlvs: [{ type: "srv6-sid", ...sid, structure }] },
  ],
  [15, "810003" + "01" + "7031", { type: "candidate-path-name", reserved: 1, name: unhex("7031") }],
  [15, "820001" + "02", { type: "policy-name", reserved: 2, name: unhex("") }],
  [15, "0202" + "0800", { type: "protocol-type", etherType: 0x0800 }],
];

/** Sub-TLVs that do not keep to their layout, or have none: RFC 9012 §13 takes them for unknown. */
const OPAQUE: readonly (readonly [tunnel: number, octets: string])[] = [
  [8, `010b${"00".repeat(11)}`],
  [8, `010d${"00".repeat(13)}`],
  [1, "0103000000"],
  [1, `010d${"00".repeat(13)}`],
  [2, "0103000000"],
  [11, "01050000000000"],
  // The encapsulation of a tunnel that has none, or has another.
  [15, "010400000000"],
  [7, `010c${"00".repeat(12)}`],
  [2, `010c${"00".repeat(12)}`],
  [8, "020108"],
  [8, "0203080000"],
  [8, `0407${"030b0000000000"}`],
  [8, `0409${"030b00000000000000"}`],
  [8, `0408${"030c000000000000"}`],
  [8, "06050000000000"],
  [8, "06060000000000" + "01"],
  [8, "060700000000000000"],
  [8, "060a000000000000c0000201"],
  [8, "0609000000000001c00002"],
  [8, "060b000000000001c000020100"],
  [8, "060a000000000002c0000201"],
  [8, "060a000000000003c0000201"],
  [8, "0700"],
  [8, "0702b800"],
  [8, "080112"],
  [8, "080312b500"],
  [8, "0900"],
  [8, "090100"],
  [8, "090103"],
  [8, "09020100"],
  [8, "0a00"],
  [8, "0a0300000f"],
  [8, "0a0500000f4000"],
  [8, "0b00"],
  [8, "0b03010007"],
  [15, "0c050000000000"],
  [15, "0c0700000000000000"],
  [15, "0d0100"],
  [15, "0d0400000000"],
  [15, "0d0700000000000000"],
  [15, `0d13${"00".repeat(19)}`],
  [15, "0e020000"],
  [15, "0e0400000000"],
  [15, "0f0100"],
  [15, "0f03000000"],
  [15, `1411${"00".repeat(17)}`],
  [15, `1413${"00".repeat(19)}`],
  [15, `1419${"00".repeat(25)}`],
  [15, `141b${"00".repeat(27)}`],
  [15, "800000"],
  [15, "80000200ff"],
  [15, "800003000901"],
  [15, "810000"],
  [15, "820000"],
  // What only an SR policy has, elsewhere.
  [8, "0c06000000000000"],
  [8, "80000100"],
  // No layout here.
  [8, "0303" + "010203"],
  [8, "7f00"],
  [8, "ff0000"],
];

const refused = (what: TunnelSubTlv, type = 8): readonly Tunnel[] => tunnel(type, what);

obeysTheLaws(tunnelEncapsulation, arb, {
  code: 23,
  name: "Tunnel Encapsulation",
  flags: 0xc0,
  faults: [
    "tunnel-encapsulation/wrong-flags: treat-as-withdraw 3/4",
    "tunnel-encapsulation/no-tunnel: treat-as-withdraw 3/9",
    "tunnel-encapsulation/tunnel-overrun: treat-as-withdraw 3/9",
    "tunnel-encapsulation/sub-tlv-overrun: treat-as-withdraw 3/9",
  ],
  vectors: [
    // Two tunnels, one of which is not known and has nothing.
    {
      octets: octets(8, "080212b5") + octets(0xfedc, ""),
      value: [...tunnel(8, { type: "udp-destination-port", port: 4789 }), ...tunnel(0xfedc)],
    },
    // The last type with a length of one octet, the first with one of two; 256 octets.
    { octets: octets(13, `7f01aa${"800001bb"}`), value: tunnel(13, opaque(127, "aa"), opaque(128, "bb")) },
    { octets: octets(13, `f00100${"cc".repeat(256)}`), value: tunnel(13, opaque(240, "cc".repeat(256))) },
    // A sub-TLV that may stand but once is kept when it is there twice (RFC 9012 §13).
    {
      octets: octets(8, "0701b80701b9"),
      value: tunnel(8, { type: "ds-field", ds: 0xb8 }, { type: "ds-field", ds: 0xb9 }),
    },
    ...LAYOUTS.map(([type, subTlv, meaning]) => ({ octets: octets(type, subTlv), value: tunnel(type, meaning) })),
  ],
  malformed: [
    { octets: "", fault: "tunnel-encapsulation/no-tunnel" },
    { octets: "00", fault: "tunnel-encapsulation/tunnel-overrun" },
    { octets: "000800", fault: "tunnel-encapsulation/tunnel-overrun" },
    { octets: "00080005080212b5", fault: "tunnel-encapsulation/tunnel-overrun" },
    { octets: `${octets(8, "080212b5")}000800`, fault: "tunnel-encapsulation/tunnel-overrun" },
    { octets: octets(8, "08"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(8, "080312b5"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(8, "8000"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(8, "80000200"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(8, "80010000"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    // B43: the attribute has the octets that the tunnel lacks.
    { octets: octets(8, "080312b5") + octets(8, "080212b5"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(8, "0802") + octets(8, "080212b5"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
    { octets: octets(7, "06ff"), fault: "tunnel-encapsulation/sub-tlv-overrun" },
  ],
  refused: [
    { why: "no tunnel", value: [] },
    { why: "a tunnel type of 17 bits", value: tunnel(0x10000) },
    { why: "a sub-TLV type of 9 bits", value: refused(opaque(256)) },
    { why: "256 octets where a length has one", value: refused(opaque(127, "00".repeat(256))) },
    { why: "more than a tunnel can hold", value: refused(opaque(128, "00".repeat(65535))) },
    { why: "an encapsulation of another tunnel", value: refused({ type: "gre", key: 1 }) },
    { why: "a virtual network over GRE", value: refused(network, 2) },
    {
      why: "a preference outside an SR policy",
      value: refused({ type: "preference", flags: 0, reserved: 0, preference: 1 }),
    },
    { why: "flags of 9 bits", value: refused({ ...network, flags: 256 }) },
    { why: "an identifier of 25 bits", value: refused({ ...network, identifier: 0x1000000 }) },
    { why: "a MAC address of 5 octets", value: refused({ ...network, mac: new Uint8Array(5) }) },
    { why: "17 reserved bits", value: refused({ ...network, reserved: 0x10000 }) },
    {
      why: "a session of 33 bits",
      value: refused({ type: "l2tpv3", session: 0x100000000, cookie: new Uint8Array(0) }, 1),
    },
    { why: "a cookie of 9 octets", value: refused({ type: "l2tpv3", session: 1, cookie: new Uint8Array(9) }, 1) },
    { why: "a GRE key of 33 bits", value: refused({ type: "gre", key: 0x100000000 }, 2) },
    { why: "an Ethernet type of 17 bits", value: refused({ type: "protocol-type", etherType: 0x10000 }) },
    { why: "color flags of 17 bits", value: refused({ type: "color", flags: 0x10000, color: 1 }) },
    { why: "a color of 33 bits", value: refused({ type: "color", flags: 0, color: 0x100000000 }) },
    {
      why: "an endpoint of family 3",
      value: refused({ type: "egress-endpoint", reserved: 0, afi: 3, address: new Uint8Array(4) }),
    },
    {
      why: "an IPv6 endpoint of 4 octets",
      value: refused({ type: "egress-endpoint", reserved: 0, afi: 2, address: new Uint8Array(4) }),
    },
    {
      why: "33 reserved bits",
      value: refused({ type: "egress-endpoint", reserved: 0x100000000, afi: 0, address: new Uint8Array(0) }),
    },
    { why: "a DS field of 9 bits", value: refused({ type: "ds-field", ds: 256 }) },
    { why: "a port of 17 bits", value: refused({ type: "udp-destination-port", port: 0x10000 }) },
    { why: "embedded label handling 0", value: refused({ type: "embedded-label-handling", handling: 0 }) },
    { why: "embedded label handling 3", value: refused({ type: "embedded-label-handling", handling: 3 }) },
    { why: "an empty label stack", value: refused({ type: "mpls-label-stack", entries: [] }) },
    {
      why: "a label of 21 bits",
      value: refused({ type: "mpls-label-stack", entries: [{ ...entry, label: 0x100000 }] }),
    },
    {
      why: "a traffic class of 4 bits",
      value: refused({ type: "mpls-label-stack", entries: [{ ...entry, trafficClass: 8 }] }),
    },
    { why: "a TTL of 9 bits", value: refused({ type: "mpls-label-stack", entries: [{ ...entry, ttl: 256 }] }) },
    { why: "an empty Prefix-SID", value: refused({ type: "prefix-sid", tlvs: [] }) },
    {
      why: "preference flags of 9 bits",
      value: refused({ type: "preference", flags: 256, reserved: 0, preference: 1 }, 15),
    },
    { why: "9 reserved bits", value: refused({ type: "preference", flags: 0, reserved: 256, preference: 1 }, 15) },
    {
      why: "a preference of 33 bits",
      value: refused({ type: "preference", flags: 0, reserved: 0, preference: 0x100000000 }, 15),
    },
    {
      why: "a binding SID of 5 octets",
      value: refused({ type: "binding-sid", flags: 0, reserved: 0, sid: new Uint8Array(5) }, 15),
    },
    {
      why: "ENLP of 9 bits",
      value: refused({ type: "explicit-null-label-policy", flags: 0, reserved: 0, policy: 256 }, 15),
    },
    { why: "a priority of 9 bits", value: refused({ type: "priority", priority: 256, reserved: 0 }, 15) },
    { why: "9 bits after a priority", value: refused({ type: "priority", priority: 1, reserved: 256 }, 15) },
    {
      why: "an SRv6 SID of 15 octets",
      value: refused({ type: "srv6-binding-sid", ...sid, sid: new Uint8Array(15) }, 15),
    },
    {
      why: "a behavior of 17 bits",
      value: refused({ type: "srv6-binding-sid", ...sid, structure: { ...structure, behavior: 0x10000 } }, 15),
    },
    {
      why: "17 bits after a behavior",
      value: refused({ type: "srv6-binding-sid", ...sid, structure: { ...structure, reserved: 0x10000 } }, 15),
    },
    ...(["locatorBlock", "locatorNode", "function", "argument"] as const).map((part) => ({
      why: `${part} of 9 bits`,
      value: refused({ type: "srv6-binding-sid", ...sid, structure: { ...structure, [part]: 256 } }, 15),
    })),
    { why: "a list with 9 reserved bits", value: refused({ type: "segment-list", reserved: 256, subTlvs: [] }, 15) },
    { why: "a weight of 33 bits", value: segments({ type: "weight", flags: 0, reserved: 0, weight: 0x100000000 }) },
    { why: "a segment of 256 octets", value: segments(opaque(3, "00".repeat(256))) },
    {
      why: "a name with 9 reserved bits",
      value: refused({ type: "policy-name", reserved: 256, name: new Uint8Array(0) }, 15),
    },
  ],
});

describe("tunnel sub-TLVs", () => {
  it.each(OPAQUE)("in a tunnel of type %i are kept as octets: %s", (type, subTlv) => {
    const msg = unhex(octets(type, subTlv));
    expect(tunnelEncapsulation.check(msg, 0, msg.length, plain)).toBeNull();
    const header = Number.parseInt(subTlv.slice(0, 2), 16) < 128 ? 4 : 6;
    expect(tunnelEncapsulation.read(msg, 0, msg.length, plain)).toEqual(
      tunnel(type, opaque(Number.parseInt(subTlv.slice(0, 2), 16), subTlv.slice(header))),
    );
  });
});

dissectsAttribute(tunnelEncapsulation, arb, {
  octets: octets(8, "080212b5" + "80000101"),
  lines: [
    "0-2 tunnel/type: 8 (VXLAN)",
    "2-4 tunnel/length: 8",
    "4-5 tunnel/sub-TLV/type: 8 (UDP destination port)",
    "5-6 tunnel/sub-TLV/length: 2",
    "6-8 tunnel/sub-TLV/UDP port: 4789",
    "8-9 tunnel/sub-TLV/type: 128 (segment list)",
    "9-11 tunnel/sub-TLV/length: 1",
    "11-12 tunnel/sub-TLV/value: 01",
  ],
});

describe("the fields of sub-TLVs", () => {
  const inTunnel = (type: number, subTlv: string): string =>
    linesOf(fields, octets(type, subTlv))
      .slice(4)
      .map((line) => line.replace(/^\S+ [^:]*\//, ""))
      .join("; ");

  it.each([
    [
      8,
      "010cc10102030a0b0c0d0e0f0000",
      "flags: 193; virtual network identifier: 66051; MAC address: 0a0b0c0d0e0f; reserved: 0",
    ],
    [1, "010601020304beef", "session ID: 16909060; cookie: beef"],
    [2, "010400000007", "GRE key: 7"],
    [11, "010400000007", "GRE key: 7"],
    [8, "020286dd", "protocol type: 0x86dd"],
    [8, "0408030bc00000000064", "type of extended community: 779 (color); flags: 49152; color: 100"],
    [8, "060a000000000001c0000201", "reserved: 0; address family: 1 (IPv4); address: 192.0.2.1"],
    [8, "0606000000000000", "reserved: 0; address family: 0 (next hop)"],
    [8, "0701b8", "DS value: 184"],
    [8, "090101", "embedded label handling: 1 (payload is MPLS)"],
    [
      8,
      "0a08fffffb4000001400",
      "label stack entry: label 1048575, traffic class 5, bottom of stack, TTL 64; label stack entry: label 1, traffic class 2, TTL 0",
    ],
    [8, "0b0a01000700000000000007", "type: 1 (label-index); length: 7; reserved: 0; flags: 0; label index: 7"],
    [15, "0c060000000000ff", "flags: 0; reserved: 0; preference: 255"],
    [
      15,
      "0d0600000000f100",
      "flags: 0; reserved: 0; label stack entry: label 15, traffic class 0, bottom of stack, TTL 0",
    ],
    [15, "0d020000", "flags: 0; reserved: 0"],
    [15, `0d120000${SID}`, "flags: 0; reserved: 0; binding SID: 2001:db8::1"],
    [15, "0e03000004", "flags: 0; reserved: 0; ENLP: 4 (none)"],
    [15, "0f020a00", "priority: 10; reserved: 0"],
    [15, "82000300" + "7031", "reserved: 0; name: p1"],
    [15, "81000300" + "7031", "reserved: 0; name: p1"],
    [15, "04080000000000000064", "type of extended community: 0 (unassigned); flags: 0; color: 100"],
    [
      15,
      `141a0000${SID}0013000028181000`,
      "flags: 0; reserved: 0; SRv6 SID: 2001:db8::1; endpoint behavior: 0x0013; reserved: 0; locator block length: 40; locator node length: 24; function length: 16; argument length: 0",
    ],
  ])("in a tunnel of type %i, of %s: %s", (type, subTlv, words) => {
    expect(inTunnel(type, subTlv)).toBe(words);
  });

  it("are named in a segment list", () => {
    const shown = inTunnel(15, `80002500${"0906"}000000000002${"0106"}0000000fe100${"0d12"}0000${SID}`);
    expect(shown).toBe(
      [
        "reserved: 0",
        "type: 9 (weight); length: 6; flags: 0; reserved: 0; weight: 2",
        "type: 1 (segment type A); length: 6; flags: 0; reserved: 0",
        "label stack entry: label 254, traffic class 0, bottom of stack, TTL 0",
        "type: 13 (segment type B); length: 18; flags: 0; reserved: 0; SRv6 SID: 2001:db8::1",
      ].join("; "),
    );
  });
});
