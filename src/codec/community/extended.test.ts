import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, u16 } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { knownCommunityArb } from "./extended.arb.js";
import { extendedCommunityOf, extendedCommunitySpecs, extendedCommunityText } from "./extended.js";
import { ipv6ExtendedCommunityText } from "./ipv6.js";
import type { CommunityValue } from "./spec.js";
import { widthOf } from "./spec.js";

/** Type and value in octets, its parts, and how it is shown: laid out by hand from the figures of the RFCs. */
const VECTORS: readonly (readonly [octets: string, parts: CommunityValue, text: string])[] = [
  // RFC 4360 §4 and §5, RFC 5668 §2.
  ["0002fbf400000064", { as: 64500, assigned: 100 }, "route target 64500:100"],
  ["0102c00002010064", { address: unhex("c0000201"), assigned: 100 }, "route target 192.0.2.1:100"],
  ["02020001000000c8", { as: 65536, assigned: 200 }, "route target 65536:200"],
  ["0003fbf4fedcba98", { as: 64500, assigned: 0xfedcba98 }, "route origin 64500:4275878552"],
  ["0103c0000201ffff", { address: unhex("c0000201"), assigned: 65535 }, "route origin 192.0.2.1:65535"],
  ["0203fedcba980001", { as: 0xfedcba98, assigned: 1 }, "route origin 4275878552:1"],
  ["4002fbf400000064", { as: 64500, assigned: 100 }, "route target 64500:100"],
  ["4102c00002010064", { address: unhex("c0000201"), assigned: 100 }, "route target 192.0.2.1:100"],
  ["4203000100000001", { as: 65536, assigned: 1 }, "route origin 65536:1"],
  // RFC 4577 §4.2.4 and §4.2.6.
  ["0005fbf400000001", { as: 64500, assigned: 1 }, "OSPF domain identifier 64500:1"],
  ["0105c00002010200", { address: unhex("c0000201"), assigned: 512 }, "OSPF domain identifier 192.0.2.1:512"],
  ["0205000100000200", { as: 65536, assigned: 512 }, "OSPF domain identifier 65536:512"],
  ["0107c00002010000", { address: unhex("c0000201"), assigned: 0 }, "OSPF router identifier 192.0.2.1:0"],
  [
    "0306000000010501",
    { area: unhex("00000001"), routeType: 5, options: 1 },
    "OSPF route type area 0.0.0.1, type 5, options 0x01",
  ],
  // draft-ietf-idr-link-bandwidth §2: 125000000 octets a second, 1 Gbit/s.
  ["4004fbf44cee6b28", { as: 64500, bandwidth: 0x4cee6b28 }, "link bandwidth 64500:125000000 octets/s"],
  ["0004fbf43f800000", { as: 64500, bandwidth: 0x3f800000 }, "link bandwidth 64500:1 octets/s"],
  ["4004fbf47f800001", { as: 64500, bandwidth: 0x7f800001 }, "link bandwidth 64500:NaN octets/s"],
  // RFC 4384, RFC 6514 §6 and §7, RFC 6074 §3.1.2.
  ["0008fbf400010008", { as: 64500, assigned: 0x10008 }, "BGP data collection 64500:65544"],
  ["0009fbf400000000", { as: 64500, assigned: 0 }, "source AS 64500:0"],
  ["0209000100000000", { as: 65536, assigned: 0 }, "source AS 65536:0"],
  ["000afbf400000001", { as: 64500, assigned: 1 }, "L2VPN identifier 64500:1"],
  ["010ac00002010001", { address: unhex("c0000201"), assigned: 1 }, "L2VPN identifier 192.0.2.1:1"],
  ["010bc00002010001", { address: unhex("c0000201"), assigned: 1 }, "VRF route import 192.0.2.1:1"],
  // RFC 9012 §4.
  ["030b000000000064", { flags: 0, color: 100 }, "color 100"],
  ["030b4000fedcba98", { flags: 0x4000, color: 0xfedcba98 }, "color 4275878552, flags 0x4000"],
  ["030c000000000008", { reserved: new Uint8Array(4), tunnel: 8 }, "encapsulation tunnel type 8"],
  ["030d000000000000", { reserved: new Uint8Array(6) }, "default gateway 000000000000"],
  ["030180010000000a", { insertion: 128, identifier: 1, cost: 10 }, "cost 10 (point of insertion 128, community 1)"],
  ["4301810200000014", { insertion: 129, identifier: 2, cost: 20 }, "cost 20 (point of insertion 129, community 2)"],
  // RFC 8097 §2.
  ["4300000000000000", { reserved: new Uint8Array(5), state: 0 }, "origin validation state valid"],
  ["4300000000000001", { reserved: new Uint8Array(5), state: 1 }, "origin validation state not found"],
  ["4300000000000002", { reserved: new Uint8Array(5), state: 2 }, "origin validation state invalid"],
  ["4300000000000003", { reserved: new Uint8Array(5), state: 3 }, "origin validation state 3 (unassigned)"],
  // RFC 4761 §3.2.4.
  [
    "800a130205dc0064",
    { encapsulation: 19, controlFlags: 2, mtu: 1500, preference: 100 },
    "layer 2 info encapsulation 19, control flags 0x02, MTU 1500, preference 100",
  ],
  // RFC 8955 §7: 0 drops all.
  ["8006fbf400000000", { as: 64500, rate: 0 }, "traffic rate in octets 0 octets/s (AS 64500)"],
  ["800cfbf444fa0000", { as: 64500, rate: 0x44fa0000 }, "traffic rate in packets 2000 packets/s (AS 64500)"],
  ["8007000000000000", { reserved: new Uint8Array(5), flags: 0 }, "traffic action stop here"],
  ["8007000000000001", { reserved: new Uint8Array(5), flags: 1 }, "traffic action go on with the next filter"],
  ["8007000000000002", { reserved: new Uint8Array(5), flags: 2 }, "traffic action sample, stop here"],
  [
    "8007010203040503",
    { reserved: unhex("0102030405"), flags: 3 },
    "traffic action sample, go on with the next filter",
  ],
  ["8008fbf400000064", { as: 64500, assigned: 100 }, "redirect to route target 64500:100"],
  ["8108c00002010064", { address: unhex("c0000201"), assigned: 100 }, "redirect to route target 192.0.2.1:100"],
  ["8208000100000064", { as: 65536, assigned: 100 }, "redirect to route target 65536:100"],
  ["80090000000000ee", { reserved: new Uint8Array(5), marking: 0xee }, "traffic marking DSCP 46"],
  ["0800000000000000", { reserved: new Uint8Array(5), flags: 0 }, "redirect to next hop all traffic"],
  ["0800000000000001", { reserved: new Uint8Array(5), flags: 1 }, "redirect to next hop a copy"],
  ["010cc00002010001", { address: unhex("c0000201"), flags: 1 }, "redirect to IPv4 192.0.2.1, a copy, flags 0x0001"],
  // RFC 7432 §7.5-§7.7, RFC 9135, RFC 8214, RFC 8317, RFC 8584 with RFC 9785, RFC 9047.
  ["0600000000000007", { flags: 0, reserved: 0, sequence: 7 }, "MAC mobility sequence 7"],
  ["060001ff00000007", { flags: 1, reserved: 255, sequence: 7 }, "MAC mobility sequence 7, sticky"],
  ["0601000000000640", { flags: 0, reserved: 0, label: 0x640 }, "ESI label label 100, all-active"],
  ["060101ffff000640", { flags: 1, reserved: 0xffff, label: 0x640 }, "ESI label label 100, single-active"],
  ["060200005e005301", { mac: unhex("00005e005301") }, "ES-import route target 00:00:5e:00:53:01"],
  ["060300005e005301", { mac: unhex("00005e005301") }, "EVPN router's MAC 00:00:5e:00:53:01"],
  [
    "0604000205dc0000",
    { controlFlags: 2, mtu: 1500, reserved: 0 },
    "EVPN layer 2 attributes control flags 0x0002, MTU 1500",
  ],
  ["0605000000000640", { flags: 0, reserved: 0, label: 0x640 }, "E-tree root, leaf label 100"],
  ["0605010000000640", { flags: 1, reserved: 0, label: 0x640 }, "E-tree leaf, leaf label 100"],
  [
    "0606e24000aa0064",
    { algorithm: 0xe2, bitmap: 0x4000, reserved: 0xaa, preference: 100 },
    "DF election algorithm 2, bitmap 0x4000, preference 100",
  ],
  ["0608800000000000", { flags: 0x80, reserved: new Uint8Array(5) }, "ARP/ND flags 0x80"],
];

const specOf = (octets: Uint8Array): NonNullable<ReturnType<typeof extendedCommunityOf>> => {
  const spec = extendedCommunityOf(u16(octets, 0));
  if (spec === undefined) throw new Error(`no spec for ${hex(octets)}`);
  return spec;
};

describe("extended communities", () => {
  it.each(VECTORS)("%s", (octets, parts, text) => {
    const all = unhex(octets);
    const spec = specOf(all);
    expect(spec.read(all.subarray(2))).toEqual(parts);
    expect(hex(spec.encode(parts))).toBe(octets.slice(4));
    expect(extendedCommunityText(spec.type, all.subarray(2))).toBe(text);
  });

  it("have a vector each, a type of their own, and six octets", () => {
    const types = extendedCommunitySpecs.map(({ type }) => type);
    const pinned = new Set(VECTORS.map(([octets]) => Number.parseInt(octets.slice(0, 4), 16)));
    expect(new Set(types).size).toBe(types.length);
    for (const { parts } of extendedCommunitySpecs) {
      expect(Object.values(parts).reduce((sum, kind) => sum + widthOf(kind), 0)).toBe(6);
    }
    // The non-transitive twins are made by one line each from those that are pinned.
    expect(types.filter((type) => !pinned.has(type) && !pinned.has(type & ~0x4000))).toEqual([]);
  });

  it("of a known type: any six octets are read, shown and written again", () => {
    fc.assert(
      fc.property(knownCommunityArb, (octets) => {
        const spec = specOf(octets);
        const value = octets.slice(2);
        const read = spec.read(value);
        expect(extendedCommunityText(spec.type, value).startsWith(`${spec.name} `)).toBe(true);
        const expected = hex(value);
        value.fill(0x5a);
        expect(hex(spec.encode(read))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("of an unknown type, or with other than six octets, are digits", () => {
    expect(extendedCommunityText(0x0b0c, unhex("010203040506"))).toBe("0x0b0c 010203040506");
    expect(extendedCommunityText(0x0002, unhex("0102"))).toBe("0x0002 0102");
    expect(extendedCommunityOf(0x0b0c)).toBeUndefined();
  });

  it.each([
    ["a number too large", 0x0002, { as: 65536, assigned: 1 }],
    ["a number too large for four octets", 0x0002, { as: 1, assigned: 0x100000000 }],
    ["a number too large for one octet", 0x0600, { flags: 256, reserved: 0, sequence: 0 }],
    ["a number too large for three octets", 0x0601, { flags: 0, reserved: 0, label: 0x1000000 }],
    ["a part that is missing", 0x0002, { as: 1 }],
    ["octets for a number", 0x0002, { as: unhex("0001"), assigned: 1 }],
    ["a number for octets", 0x0102, { address: 1, assigned: 1 }],
    ["octets too few", 0x0102, { address: unhex("c00002"), assigned: 1 }],
    ["octets too many", 0x0602, { mac: unhex("00005e00530102") }],
    ["octets where a number has as many", 0x0600, { flags: 0, reserved: 0, sequence: unhex("00000001") }],
  ] as [string, number, CommunityValue][])("refuse %s", (_, type, value) => {
    expect(() => extendedCommunityOf(type)?.encode(value)).toThrow(RangeError);
  });
});

describe("IPv6-specific extended communities, RFC 5701", () => {
  const address = "20010db8000000000000000000000001";

  it.each([
    [0x0002, `${address}0064`, "route target 2001:db8::1:100"],
    [0x4003, `${address}ffff`, "route origin 2001:db8::1:65535"],
    [0x000b, `${address}0001`, "VRF route import 2001:db8::1:1"],
    [0x000c, `${address}0000`, "redirect to IPv6 2001:db8::1:0"],
    [0x000d, `${address}0000`, "redirect to route target 2001:db8::1:0"],
    [0x0010, `${address}0000`, "Cisco VPN-distinguisher 2001:db8::1:0"],
    [0x0011, `${address}0000`, "UUID-based route target 2001:db8::1:0"],
    [0x0012, `${address}0000`, "inter-area P2MP segmented next hop 2001:db8::1:0"],
    [0x00ff, `${address}0001`, "0x00ff 2001:db8::1:1"],
    [0x0002, "0102", "route target 0102"],
  ])("type %i, %s: %s", (type, octets, text) => {
    expect(ipv6ExtendedCommunityText(type, unhex(octets))).toBe(text);
  });
});
