import { expect, it } from "vitest";
import { linesOf } from "../dissection.arb.js";
import type { FieldReader } from "../fields.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { evpnArb } from "./evpn.arb.js";
import { fields } from "./evpn.fields.js";
import { type EvpnRoute, evpn } from "./evpn.js";
import { obeysTheNlriLaws } from "./laws.arb.js";

const RD = "0000fde900000001";
const ESI = "00112233445566778899";
const TAG = "00000064";
const MAC = "30020000000001";
const V4 = "20c0000201";
const V6 = "8020010db8000000000000000000000001";
const rd = unhex(RD);
const esi = unhex(ESI);
const mac = unhex("020000000001");
const none = new Uint8Array(0);
const v4 = Uint8Array.of(192, 0, 2, 1);
const v6 = unhex("20010db8000000000000000000000001");
const group = Uint8Array.of(233, 252, 0, 1);
const ethernetTag = 100;

/** The rest of a SMET route to 233.252.0.1 behind its source. */
const GROUP = `20e9fc0001${V4}`;

const autoDiscovery = { type: 1, rd, esi, ethernetTag, label: 0x000640 } as const;
const macOnly = { type: 2, rd, esi, ethernetTag, mac, ip: none, labels: [0x000641] } as const;
const prefix = {
  type: 5,
  rd,
  esi,
  ethernetTag,
  prefix: { length: 24, address: Uint8Array.of(198, 51, 100, 0) },
  gateway: v4,
  label: 7,
} as const;
const smet = { type: 6, rd, ethernetTag, source: none, group, originator: v4, flags: 2 } as const;

obeysTheNlriLaws<EvpnRoute>(evpn, evpnArb, {
  afi: 25,
  safi: 70,
  name: "evpn",
  pathIds: true,
  faults: [
    "evpn/overrun: session-reset 3/10",
    "evpn/unknown-type: discard 3/10",
    "evpn/bad-length: session-reset 3/10",
    "evpn/bad-mac-length: session-reset 3/10",
    "evpn/bad-address-length: session-reset 3/10",
    "evpn/prefix-too-long: session-reset 3/10",
  ],
  nextHops: { ordinary: [4, 16], extended: [4, 16] },
  vectors: [
    { octets: "", routes: [] },
    { octets: `0119${RD}${ESI}${TAG}000640`, routes: [autoDiscovery] },
    {
      octets:
        `0221${RD}${ESI}${TAG}${MAC}00000641` +
        `0228${RD}${ESI}${TAG}${MAC}${V4}000641fffff1` +
        `0231${RD}${ESI}${TAG}${MAC}${V6}000641` +
        `0234${RD}${ESI}${TAG}${MAC}${V6}000641000651`,
      routes: [
        macOnly,
        { ...macOnly, ip: v4, labels: [0x000641, 0xfffff1] },
        { ...macOnly, ip: v6 },
        { ...macOnly, ip: v6, labels: [0x000641, 0x000651] },
      ],
    },
    {
      octets: `0311${RD}${TAG}${V4}031d${RD}${TAG}${V6}`,
      routes: [
        { type: 3, rd, ethernetTag, originator: v4 },
        { type: 3, rd, ethernetTag, originator: v6 },
      ],
    },
    {
      octets: `0417${RD}${ESI}${V4}0423${RD}${ESI}${V6}`,
      routes: [
        { type: 4, rd, esi, originator: v4 },
        { type: 4, rd, esi, originator: v6 },
      ],
    },
    {
      octets:
        `0522${RD}${ESI}${TAG}18c6336400c0000201000007` +
        `0522${RD}${ESI}${TAG}20c6336400c0000201000007` +
        `0522${RD}${ESI}${TAG}00ffffffff00000000000007`,
      routes: [
        prefix,
        { ...prefix, prefix: { ...prefix.prefix, length: 32 } },
        {
          ...prefix,
          prefix: { length: 0, address: new Uint8Array(4).fill(255) },
          gateway: new Uint8Array(4),
        },
      ],
    },
    {
      octets:
        `053a${RD}${ESI}${TAG}80${"20010db8000000000000000000000001"}${"00".repeat(16)}000007` +
        `053a${RD}${ESI}${TAG}21${"20010db8000000000000000000000001"}${"ff".repeat(16)}000007`,
      routes: [
        { ...prefix, prefix: { length: 128, address: v6 }, gateway: new Uint8Array(16) },
        { ...prefix, prefix: { length: 33, address: v6 }, gateway: new Uint8Array(16).fill(255) },
      ],
    },
    {
      octets: `0618${RD}${TAG}00${GROUP}02` + `061c${RD}${TAG}${V4}${GROUP}0c` + `0640${RD}${TAG}${V6}${V6}${V6}01`,
      routes: [smet, { ...smet, source: v4, flags: 12 }, { ...smet, source: v6, group: v6, originator: v6, flags: 1 }],
    },
    { octets: `0614${RD}${TAG}0000${V4}00`, routes: [{ ...smet, group: none, flags: 0 }] },
    {
      octets: `0726${RD}${ESI}${TAG}${V4}${GROUP}04`,
      routes: [{ ...smet, type: 7, esi, source: v4, flags: 4 }],
    },
    {
      octets: `082b${RD}${ESI}${TAG}${V4}${GROUP}fedcba986404`,
      routes: [{ ...smet, type: 8, esi, source: v4, reserved: 0xfedcba98, maxResponseTime: 100, flags: 4 }],
    },
    {
      addPath: true,
      octets: `fedcba980119${RD}${ESI}${TAG}000640000000000618${RD}${TAG}00${GROUP}02`,
      routes: [
        { pathId: 0xfedcba98, ...autoDiscovery },
        { pathId: 0, ...smet },
      ],
    },
  ],
  malformed: [
    { octets: "01", fault: "evpn/overrun" },
    { octets: `0119${RD}${ESI}${TAG}0006`, fault: "evpn/overrun" },
    { octets: "00ff", fault: "evpn/overrun" },
    { octets: "0900" + "01", fault: "evpn/overrun" },
    { addPath: true, octets: "00000001", fault: "evpn/overrun" },
    { addPath: true, octets: "0000000101", fault: "evpn/overrun" },
    { addPath: true, octets: "00000001090100000000", fault: "evpn/overrun" },
    // RFC 7606 §5.4: those around it stand.
    { octets: "0000", fault: "evpn/unknown-type", routes: [] },
    { octets: "0900", fault: "evpn/unknown-type", routes: [] },
    {
      octets: `0119${RD}${ESI}${TAG}000640${"0903010203"}0618${RD}${TAG}00${GROUP}02${"ff00"}`,
      fault: "evpn/unknown-type",
      routes: [autoDiscovery, smet],
    },
    {
      addPath: true,
      octets: `00000007${"0900"}00000008${`0119${RD}${ESI}${TAG}000640`}`,
      fault: "evpn/unknown-type",
      routes: [{ pathId: 8, ...autoDiscovery }],
    },
    // The strongest fault, whatever its place.
    { octets: "0900" + "0100", fault: "evpn/bad-length" },
    { octets: "0100" + "0900", fault: "evpn/bad-length" },
    { octets: "0100" + "01", fault: "evpn/bad-length" },
    { octets: "0900" + "01", fault: "evpn/overrun" },
    { octets: `0118${RD}${ESI}${TAG}0006`, fault: "evpn/bad-length" },
    { octets: `011a${RD}${ESI}${TAG}00064000`, fault: "evpn/bad-length" },
    // The body ends with the field that says how long the next is.
    { octets: `0217${RD}${ESI}${TAG}30`, fault: "evpn/bad-length" },
    { octets: `0216${RD}${ESI}${TAG}`, fault: "evpn/bad-length" },
    { octets: `021d${RD}${ESI}${TAG}${MAC}`, fault: "evpn/bad-length" },
    { octets: `021e${RD}${ESI}${TAG}${MAC}00`, fault: "evpn/bad-length" },
    { octets: `0220${RD}${ESI}${TAG}${MAC}000006`, fault: "evpn/bad-length" },
    { octets: `0222${RD}${ESI}${TAG}${MAC}0000064100`, fault: "evpn/bad-length" },
    { octets: `0223${RD}${ESI}${TAG}${MAC}000006410000`, fault: "evpn/bad-length" },
    { octets: `0227${RD}${ESI}${TAG}${MAC}00000641000651000661`, fault: "evpn/bad-length" },
    // An IP address of which the route has no octets, and octets of which the address knows nothing.
    { octets: `0221${RD}${ESI}${TAG}${MAC}20000641`, fault: "evpn/bad-length" },
    { octets: `0221${RD}${ESI}${TAG}${MAC}80000641`, fault: "evpn/bad-length" },
    { octets: `0225${RD}${ESI}${TAG}${MAC}00c0000201000641`, fault: "evpn/bad-length" },
    { octets: `0228${RD}${ESI}${TAG}${MAC}80c0000201000641fffff1`, fault: "evpn/bad-length" },
    ...["00", "2f", "31", "38", "ff"].map((bits) => ({
      octets: `0221${RD}${ESI}${TAG}${bits}02000000000100000641`,
      fault: "evpn/bad-mac-length",
    })),
    ...["01", "08", "18", "1f", "21", "40", "7f", "81", "ff"].map((bits) => ({
      octets: `0228${RD}${ESI}${TAG}${MAC}${bits}c0000201000641fffff1`,
      fault: "evpn/bad-address-length",
    })),
    { octets: `030c${RD}${TAG}`, fault: "evpn/bad-length" },
    { octets: `030d${RD}${TAG}00`, fault: "evpn/bad-address-length" },
    { octets: `0310${RD}${TAG}20c00002`, fault: "evpn/bad-length" },
    { octets: `0312${RD}${TAG}${V4}00`, fault: "evpn/bad-length" },
    { octets: `0413${RD}${ESI}00`, fault: "evpn/bad-address-length" },
    { octets: `0418${RD}${ESI}${V4}00`, fault: "evpn/bad-length" },
    { octets: `0521${RD}${ESI}${TAG}18c6336400c00002010000`, fault: "evpn/bad-length" },
    { octets: `0523${RD}${ESI}${TAG}18c6336400c000020100000700`, fault: "evpn/bad-length" },
    { octets: `0516${RD}${ESI}${TAG}`, fault: "evpn/bad-length" },
    { octets: `0539${RD}${ESI}${TAG}40${"00".repeat(34)}`, fault: "evpn/bad-length" },
    { octets: `053b${RD}${ESI}${TAG}40${"00".repeat(36)}`, fault: "evpn/bad-length" },
    // Room for a prefix and a gateway of 0, 1 or 8 octets each.
    { octets: `051a${RD}${ESI}${TAG}00000007`, fault: "evpn/bad-length" },
    { octets: `051c${RD}${ESI}${TAG}000000000007`, fault: "evpn/bad-length" },
    { octets: `052a${RD}${ESI}${TAG}20${"00".repeat(19)}`, fault: "evpn/bad-length" },
    { octets: `0522${RD}${ESI}${TAG}21c6336400c0000201000007`, fault: "evpn/prefix-too-long" },
    { octets: `053a${RD}${ESI}${TAG}81${"00".repeat(35)}`, fault: "evpn/prefix-too-long" },
    { octets: `0618${RD}${TAG}01${GROUP}02`, fault: "evpn/bad-address-length" },
    { octets: `0618${RD}${TAG}00${"21e9fc0001"}${V4}02`, fault: "evpn/bad-address-length" },
    { octets: `0614${RD}${TAG}00${"20e9fc0001"}0002`, fault: "evpn/bad-address-length" },
    { octets: `0617${RD}${TAG}00${GROUP}`, fault: "evpn/bad-length" },
    { octets: `0619${RD}${TAG}00${GROUP}0200`, fault: "evpn/bad-length" },
    { octets: `0725${RD}${ESI}${TAG}${V4}${GROUP}`, fault: "evpn/bad-length" },
    { octets: `0727${RD}${ESI}${TAG}${V4}${GROUP}0400`, fault: "evpn/bad-length" },
    { octets: `082a${RD}${ESI}${TAG}${V4}${GROUP}fedcba9864`, fault: "evpn/bad-length" },
    { octets: `082c${RD}${ESI}${TAG}${V4}${GROUP}fedcba98640400`, fault: "evpn/bad-length" },
    { octets: `0826${RD}${ESI}${TAG}${V4}${GROUP}04`, fault: "evpn/bad-length" },
  ],
  refused: [
    { why: "type 0", route: { ...autoDiscovery, type: 0 } as unknown as EvpnRoute },
    { why: "type 9", route: { ...autoDiscovery, type: 9 } as unknown as EvpnRoute },
    { why: "a distinguisher of 7 octets", route: { ...autoDiscovery, rd: new Uint8Array(7) } },
    { why: "a segment of 9 octets", route: { ...autoDiscovery, esi: new Uint8Array(9) } },
    {
      why: "a distinguisher of 7 octets and a segment of 11",
      route: { ...autoDiscovery, rd: new Uint8Array(7), esi: new Uint8Array(11) },
    },
    { why: "a tag of 33 bits", route: { ...autoDiscovery, ethernetTag: 2 ** 32 } },
    { why: "a label of 25 bits", route: { ...autoDiscovery, label: 2 ** 24 } },
    { why: "a MAC address of 8 octets", route: { ...macOnly, mac: new Uint8Array(8) } },
    { why: "an IP address of 5 octets", route: { ...macOnly, ip: new Uint8Array(5) } },
    { why: "no label", route: { ...macOnly, labels: [] } },
    { why: "three labels", route: { ...macOnly, labels: [1, 2, 3] } },
    { why: "a second label of 25 bits", route: { ...macOnly, labels: [1, 2 ** 24] } },
    { why: "no originator", route: { type: 3, rd, ethernetTag, originator: none } },
    { why: "a prefix of 33 bits", route: { ...prefix, prefix: { ...prefix.prefix, length: 33 } } },
    { why: "a prefix of 5 octets", route: { ...prefix, prefix: { length: 8, address: new Uint8Array(5) } } },
    { why: "an IPv6 gateway of an IPv4 prefix", route: { ...prefix, gateway: v6 } },
    { why: "a gateway and a prefix of 8 octets", route: { ...prefix, gateway: new Uint8Array(8) } },
    { why: "flags of 9 bits", route: { ...smet, flags: 256 } },
    { why: "a path identifier too many", route: { ...smet, pathId: 1 } },
    { why: "a missing path identifier", addPath: true, route: smet },
  ],
});

it("gives the clause of each fault", () => {
  expect(evpn.faults.map(({ rfc }) => rfc)).toEqual([
    "RFC 7606 §5.3",
    "RFC 7606 §5.4",
    ...Array(4).fill("RFC 7606 §5.3"),
  ]);
});

it.each<[string, EvpnRoute]>([
  ["there is no route type 9", { ...autoDiscovery, type: 9 } as unknown as EvpnRoute],
  ["a route distinguisher has 8 octets, not 7", { ...autoDiscovery, rd: new Uint8Array(7) }],
  ["an Ethernet segment identifier has 10 octets, not 9", { ...autoDiscovery, esi: new Uint8Array(9) }],
  ["an IP address has 0 or 4 or 16 octets, not 5", { ...macOnly, ip: new Uint8Array(5) }],
  ["a label must be a whole number from 0 to 16777215", { ...macOnly, labels: [2 ** 24] }],
  ["the parts of the route do not go together: evpn/bad-length", { ...macOnly, labels: [] }],
  ["a prefix has 4 or 16 octets, not 5", { ...prefix, prefix: { length: 8, address: new Uint8Array(5) } }],
  ["the prefix length must be", { ...prefix, prefix: { ...prefix.prefix, length: 33 } }],
  ["a gateway has 4 or 16 octets, not 8", { ...prefix, gateway: new Uint8Array(8) }],
  ["the flags must be", { ...smet, flags: 256 }],
  ["the length of a route of evpn must be", { ...macOnly, labels: Array<number>(90).fill(1) }],
])("says that %s", (words, route) => {
  expect(() => evpn.encode(route, new Uint8Array(999), 0, false)).toThrow(words);
});

const plainly = (reader: FieldReader): void => fields(reader, false);
const withPathIds = (reader: FieldReader): void => fields(reader, true);

it("names the fields as the RFCs do", () => {
  expect(linesOf(withPathIds, `000000050228${RD}${ESI}${TAG}${MAC}${V4}000641fffff1`)).toEqual([
    "0-4 route/path identifier: 5",
    "4-5 route/Route Type: 2 (MAC/IP Advertisement)",
    "5-6 route/length in octets: 40",
    "6-14 route/Route Distinguisher: 65001:1",
    "14-24 route/Ethernet Segment Identifier: 00112233445566778899",
    "24-28 route/Ethernet Tag ID: 100",
    "28-29 route/MAC Address Length: 48 bits",
    "29-35 route/MAC Address: 02:00:00:00:00:01",
    "35-36 route/IP Address Length: 32 bits",
    "36-40 route/IP Address: 192.0.2.1",
    "40-43 route/MPLS Label1: label 100 or VNI 1601",
    "43-46 route/MPLS Label2: label 1048575 or VNI 16777201",
  ]);
  expect(linesOf(plainly, `0119${RD}${ESI}ffffffff000640`).slice(4)).toEqual([
    "20-24 route/Ethernet Tag ID: 4294967295 (MAX-ET)",
    "24-27 route/MPLS Label: label 100 or VNI 1600",
  ]);
  expect(linesOf(plainly, `0311${RD}${TAG}${V4}`).slice(4)).toEqual([
    "14-15 route/IP Address Length: 32 bits",
    "15-19 route/Originating Router's IP Address: 192.0.2.1",
  ]);
  expect(linesOf(plainly, `0417${RD}${ESI}${V4}`).slice(3)).toEqual([
    "10-20 route/Ethernet Segment Identifier: 00112233445566778899",
    "20-21 route/IP Address Length: 32 bits",
    "21-25 route/Originating Router's IP Address: 192.0.2.1",
  ]);
  expect(linesOf(plainly, `0522${RD}${ESI}${TAG}18c6336400c0000201000007`).slice(5)).toEqual([
    "24-25 route/IP Prefix Length: 24 bits",
    "25-29 route/IP Prefix: 198.51.100.0/24",
    "29-33 route/GW IP Address: 192.0.2.1",
    "33-36 route/MPLS Label: label 0 or VNI 7",
  ]);
  const ipv6 = `053a${RD}${ESI}${TAG}80${"20010db8000000000000000000000001"}${"00".repeat(16)}000007`;
  expect(linesOf(plainly, ipv6).slice(6, 8)).toEqual([
    "25-41 route/IP Prefix: 2001:db8::1/128",
    "41-57 route/GW IP Address: ::",
  ]);
  expect(linesOf(plainly, `0618${RD}${TAG}00${GROUP}02`).slice(3)).toEqual([
    "10-14 route/Ethernet Tag ID: 100",
    "14-15 route/Multicast Source Length: 0 bits",
    "15-16 route/Multicast Group Length: 32 bits",
    "16-20 route/Multicast Group Address: 233.252.0.1",
    "20-21 route/Originator Router Length: 32 bits",
    "21-25 route/Originator Router Address: 192.0.2.1",
    "25-26 route/Flags: 0x02 (v2, include)",
  ]);
  const join = linesOf(plainly, `0726${RD}${ESI}${TAG}${V4}${GROUP}0c`);
  expect(join.slice(3, 4)).toEqual(["10-20 route/Ethernet Segment Identifier: 00112233445566778899"]);
  expect(join.slice(-1)).toEqual(["39-40 route/Flags: 0x0c (v3, exclude)"]);
  const leave = linesOf(plainly, `082b${RD}${ESI}${TAG}${V4}${GROUP}fedcba986405`);
  expect(leave.slice(3, 4)).toEqual(["10-20 route/Ethernet Segment Identifier: 00112233445566778899"]);
  expect(leave.slice(-3)).toEqual([
    "39-43 route/Reserved: 4275878552",
    "43-44 route/Maximum Response Time: 100",
    "44-45 route/Flags: 0x05 (v1, v3, include)",
  ]);
  expect(linesOf(plainly, "0902abcd")).toEqual([
    "0-1 route/Route Type: 9 (not known)",
    "1-2 route/length in octets: 2",
    "2-4 route/not understood: abcd",
  ]);
});

dissectsRoutes(evpnArb);
