import { expect, it } from "vitest";
import { linesOf } from "../dissection.arb.js";
import type { FieldReader } from "../fields.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws, type PinnedNlri } from "./laws.arb.js";
import { ipv4McastVpnArb, ipv6McastVpnArb } from "./mcast-vpn.arb.js";
import { fields } from "./mcast-vpn.fields.js";
import { ipv4McastVpn, ipv6McastVpn, type McastVpnRoute } from "./mcast-vpn.js";

const RD = "0000fde900000001";
const AS = "0000fde9";
const V4 = "c0000201";
const V6 = "20010db8000000000000000000000001";
const rd = unhex(RD);
const sourceAs = 65001;
const v4 = unhex(V4);
const v6 = unhex(V6);
const none = new Uint8Array(0);

const common = (name: string): Pick<PinnedNlri<McastVpnRoute>, "pathIds" | "faults" | "nextHops"> => ({
  pathIds: true,
  faults: [
    `${name}/overrun: session-reset 3/10`,
    `${name}/unknown-type: discard 3/10`,
    `${name}/unknown-route-key: discard 3/10`,
    `${name}/bad-length: session-reset 3/10`,
    `${name}/bad-address-length: session-reset 3/10`,
  ],
  nextHops: { ordinary: [4, 16], extended: [4, 16] },
});

const SG = "20c0000202" + "20e8010101";
const flow = { rd, source: unhex("c0000202"), group: unhex("e8010101") };
const active = { type: 5, ...flow } as const;

obeysTheNlriLaws<McastVpnRoute>(ipv4McastVpn, ipv4McastVpnArb, {
  afi: 1,
  safi: 5,
  name: "ipv4-mcast-vpn",
  ...common("ipv4-mcast-vpn"),
  vectors: [
    { octets: "", routes: [] },
    {
      octets: `010c${RD}${V4}0118${RD}${V6}`,
      routes: [
        { type: 1, rd, originator: v4 },
        { type: 1, rd, originator: v6 },
      ],
    },
    { octets: `020c${RD}${AS}`, routes: [{ type: 2, rd, sourceAs }] },
    {
      octets: `0316${RD}${SG}${V4}0322${RD}${SG}${V6}030e${RD}0000${V4}0312${RD}00${"20e8010101"}${V4}`,
      routes: [
        { type: 3, ...flow, originator: v4 },
        { type: 3, ...flow, originator: v6 },
        { type: 3, rd, source: none, group: none, originator: v4 },
        { type: 3, ...flow, source: none, originator: v4 },
      ],
    },
    {
      // Of the key only type and length are looked at.
      octets: `041c${`0316${RD}${SG}${V4}`}${V4}041e${`020c${RD}${AS}`}${V6}0407${"0101ff"}${V4}0406${"0300"}${V4}`,
      routes: [
        { type: 4, routeKey: unhex(`0316${RD}${SG}${V4}`), originator: v4 },
        { type: 4, routeKey: unhex(`020c${RD}${AS}`), originator: v6 },
        { type: 4, routeKey: unhex("0101ff"), originator: v4 },
        { type: 4, routeKey: unhex("0300"), originator: v4 },
      ],
    },
    {
      octets: `0512${RD}${SG}0616${RD}${AS}${SG}0716${RD}${AS}${SG}`,
      routes: [active, { type: 6, sourceAs, ...flow }, { type: 7, sourceAs, ...flow }],
    },
    {
      addPath: true,
      octets: `fedcba98020c${RD}ffffffff`,
      routes: [{ pathId: 0xfedcba98, type: 2, rd, sourceAs: 0xffffffff }],
    },
  ],
  malformed: [
    { octets: "01", fault: "ipv4-mcast-vpn/overrun" },
    { octets: `010c${RD}c00002`, fault: "ipv4-mcast-vpn/overrun" },
    { octets: "0000", fault: "ipv4-mcast-vpn/unknown-type", routes: [] },
    { octets: `0801ff0512${RD}${SG}`, fault: "ipv4-mcast-vpn/unknown-type", routes: [active] },
    // RFC 7524 §6.2.2: keys of global table multicast begin with a distinguisher of all zeros or all ones.
    ...["00", "ff", "04"].map((first) => ({
      octets: `0512${RD}${SG}041c${first}16${RD}${SG}${V4}${V4}`,
      fault: "ipv4-mcast-vpn/unknown-route-key",
      routes: [active],
    })),
    { octets: `0402${"0000"}0512${RD}${SG}`, fault: "ipv4-mcast-vpn/unknown-route-key", routes: [active] },
    { octets: "0801ff" + "0100", fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0108${RD}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `010b${RD}c00002`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `010d${RD}${V4}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0117${RD}${V6.slice(2)}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0119${RD}${V6}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `020b${RD}0000fd`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `020d${RD}${AS}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0308${RD}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0312${RD}${SG}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0315${RD}${SG}c00002`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: "0400", fault: "ipv4-mcast-vpn/bad-length" },
    { octets: "0401" + "02", fault: "ipv4-mcast-vpn/bad-length" },
    { octets: "0401" + "00", fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0406${"0301"}${V4}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0402${"0300"}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0402${"0301"}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0407${"0300"}${V4}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0511${RD}${"20c0000202"}${"20e80101"}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0513${RD}${SG}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `060c${RD}${AS}`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0617${RD}${AS}${SG}00`, fault: "ipv4-mcast-vpn/bad-length" },
    { octets: `0717${RD}${AS}${SG}00`, fault: "ipv4-mcast-vpn/bad-length" },
    // Length 0 is for S-PMSI A-D routes, 128 for the other AFI.
    ...["00", "1f", "21", "80", "ff"].flatMap((bits) => [
      { octets: `0512${RD}${bits}c000020220e8010101`, fault: "ipv4-mcast-vpn/bad-address-length" },
      { octets: `0512${RD}20c0000202${bits}e8010101`, fault: "ipv4-mcast-vpn/bad-address-length" },
    ]),
    { octets: `060e${RD}${AS}0000`, fault: "ipv4-mcast-vpn/bad-address-length" },
    { octets: `070e${RD}${AS}0000`, fault: "ipv4-mcast-vpn/bad-address-length" },
    { octets: `032e${RD}80${V6}${"20e8010101"}${V6}`, fault: "ipv4-mcast-vpn/bad-address-length" },
    { octets: `0316${RD}20c0000202${"18e8010101"}${V4}`, fault: "ipv4-mcast-vpn/bad-address-length" },
  ],
  refused: [
    { why: "type 0", route: { ...active, type: 0 } as unknown as McastVpnRoute },
    { why: "type 8", route: { ...active, type: 8 } as unknown as McastVpnRoute },
    { why: "a distinguisher of 9 octets", route: { ...active, rd: new Uint8Array(9) } },
    { why: "an AS number of 33 bits", route: { type: 2, rd, sourceAs: 2 ** 32 } },
    { why: "an originator without octets", route: { type: 1, rd, originator: none } },
    { why: "an active source without octets", route: { ...active, source: none } },
    { why: "an active group without octets", route: { ...active, group: none } },
    { why: "an IPv6 source", route: { ...active, source: v6 } },
    { why: "an IPv6 group of a tunnel", route: { type: 3, ...flow, group: v6, originator: v4 } },
    { why: "a key without octets", route: { type: 4, routeKey: none, originator: v4 } },
    { why: "a key of one octet", route: { type: 4, routeKey: unhex("03"), originator: v4 } },
    { why: "a key shorter than it says", route: { type: 4, routeKey: unhex("0301"), originator: v4 } },
    { why: "a key longer than it says", route: { type: 4, routeKey: unhex("030000"), originator: v4 } },
    // With the originator behind them, these two could be read: as other routes.
    { why: "a key 12 octets shorter than it says", route: { type: 4, routeKey: unhex("030c"), originator: v6 } },
    {
      why: "a key 12 octets longer than it says",
      route: { type: 4, routeKey: unhex(`0300${"00".repeat(12)}`), originator: v4 },
    },
    { why: "a key of an unknown type", route: { type: 4, routeKey: unhex("0400"), originator: v4 } },
    {
      why: "256 octets",
      route: { type: 4, routeKey: Uint8Array.of(3, 250, ...new Uint8Array(250)), originator: v4 },
    },
    { why: "a path identifier too many", route: { ...active, pathId: 1 } },
  ],
});

const SG6 = `80${V6}${"80ff3e0000000000000000000000000001"}`;
const flow6 = { rd, source: v6, group: unhex("ff3e0000000000000000000000000001") };

obeysTheNlriLaws<McastVpnRoute>(ipv6McastVpn, ipv6McastVpnArb, {
  afi: 2,
  safi: 5,
  name: "ipv6-mcast-vpn",
  ...common("ipv6-mcast-vpn"),
  vectors: [
    {
      octets: `032e${RD}${SG6}${V4}033a${RD}${SG6}${V6}031a${RD}0000${V6}`,
      routes: [
        { type: 3, ...flow6, originator: v4 },
        { type: 3, ...flow6, originator: v6 },
        { type: 3, rd, source: none, group: none, originator: v6 },
      ],
    },
    {
      octets: `010c${RD}${V4}052a${RD}${SG6}062e${RD}${AS}${SG6}072e${RD}${AS}${SG6}`,
      routes: [
        { type: 1, rd, originator: v4 },
        { type: 5, ...flow6 },
        { type: 6, sourceAs, ...flow6 },
        { type: 7, sourceAs, ...flow6 },
      ],
    },
  ],
  malformed: [
    { octets: `0512${RD}${SG}`, fault: "ipv6-mcast-vpn/bad-address-length" },
    { octets: `052a${RD}7f${SG6.slice(2)}`, fault: "ipv6-mcast-vpn/bad-address-length" },
    { octets: `0529${RD}${SG6.slice(0, -2)}`, fault: "ipv6-mcast-vpn/bad-length" },
  ],
  refused: [{ why: "an IPv4 source", route: { type: 5, ...flow6, source: v4 } }],
});

it("gives the clause of each fault", () => {
  for (const { faults } of [ipv4McastVpn, ipv6McastVpn])
    expect(faults.map(({ rfc }) => rfc.slice(-4))).toEqual(["§5.3", "§5.4", "§5.4", "§5.3", "§5.3"]);
});

it("says what is wrong with a key", () => {
  const route = { type: 4, routeKey: unhex("030c"), originator: v6 } as const;
  expect(() => ipv4McastVpn.encode(route, new Uint8Array(99), 0, false)).toThrow("a route key has a type, a length");
});

const plainly = (reader: FieldReader): void => fields(reader, false);
const withPathIds = (reader: FieldReader): void => fields(reader, true);

it("names the fields as the RFC does", () => {
  expect(linesOf(plainly, `041c${`0316${RD}${SG}${V4}`}${V4}`)).toEqual([
    "0-1 route/Route Type: 4 (Leaf A-D)",
    "1-2 route/length in octets: 28",
    "2-3 route/Route Key/Route Type: 3 (S-PMSI A-D)",
    "3-4 route/Route Key/Length: 22",
    "4-12 route/Route Key/RD: 65001:1",
    "12-13 route/Route Key/Multicast Source Length: 32 bits",
    "13-17 route/Route Key/Multicast Source: 192.0.2.2",
    "17-18 route/Route Key/Multicast Group Length: 32 bits",
    "18-22 route/Route Key/Multicast Group: 232.1.1.1",
    "22-26 route/Route Key/Originating Router's IP Address: 192.0.2.1",
    "26-30 route/Originating Router's IP Address: 192.0.2.1",
  ]);
  expect(linesOf(withPathIds, `00000001010c${RD}${V4}`)).toEqual([
    "0-4 route/path identifier: 1",
    "4-5 route/Route Type: 1 (Intra-AS I-PMSI A-D)",
    "5-6 route/length in octets: 12",
    "6-14 route/RD: 65001:1",
    "14-18 route/Originating Router's IP Address: 192.0.2.1",
  ]);
  expect(linesOf(plainly, `020c${RD}${AS}`).slice(2)).toEqual([
    "2-10 route/RD: 65001:1",
    "10-14 route/Source AS: 65001",
  ]);
  expect(linesOf(plainly, `0512${RD}${SG}`).slice(2)).toEqual([
    "2-10 route/RD: 65001:1",
    "10-11 route/Multicast Source Length: 32 bits",
    "11-15 route/Multicast Source: 192.0.2.2",
    "15-16 route/Multicast Group Length: 32 bits",
    "16-20 route/Multicast Group: 232.1.1.1",
  ]);
  for (const [type, name] of [
    [6, "Shared Tree Join"],
    [7, "Source Tree Join"],
  ])
    expect(linesOf(plainly, `0${type}16${RD}${AS}${SG}`).slice(0, 4)).toEqual([
      `0-1 route/Route Type: ${type} (${name})`,
      "1-2 route/length in octets: 22",
      "2-10 route/RD: 65001:1",
      "10-14 route/Source AS: 65001",
    ]);
  expect(linesOf(plainly, "0801ff")).toEqual([
    "0-1 route/Route Type: 8 (not known)",
    "1-2 route/length in octets: 1",
    "2-3 route/not understood: ff",
  ]);
});

dissectsRoutes(ipv4McastVpnArb);
dissectsRoutes(ipv6McastVpnArb);
