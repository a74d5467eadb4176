import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { obeysTheNlriLaws } from "./laws.arb.js";
import { ipv4VpnArb, ipv4VpnMulticastArb, ipv6VpnArb, ipv6VpnMulticastArb } from "./vpn.arb.js";
import { ipv4Vpn, ipv4VpnMulticast, ipv6Vpn, ipv6VpnMulticast, type VpnRoute } from "./vpn.js";

const labels: VpnRoute["labels"] = [{ label: 100, rsrv: 0 }];
const zeros = new Uint8Array(4);
/** RFC 4364 §4.2, type 0: 64500:7. */
const rd = unhex("0000fbf400000007");
const RD = "0000fbf400000007";

const faults = (name: string): string[] => [
  `${name}/no-label: session-reset 3/10`,
  `${name}/unending-stack: session-reset 3/10`,
  `${name}/no-distinguisher: session-reset 3/10`,
  `${name}/prefix-too-long: session-reset 3/10`,
  `${name}/overrun: session-reset 3/10`,
];

obeysTheNlriLaws(ipv4Vpn, ipv4VpnArb, {
  afi: 1,
  safi: 128,
  name: "ipv4-vpn",
  pathIds: true,
  faults: faults("ipv4-vpn"),
  nextHops: { ordinary: [12], extended: [12, 24, 48] },
  vectors: [
    { octets: "", routes: [] },
    {
      form: "single",
      octets: `70${"000641"}${RD}c63364${"58"}00064b${"0002000100000009"}${"78"}000641${RD}c0000201`,
      routes: [
        { labels, rd, length: 24, address: Uint8Array.of(198, 51, 100, 0) },
        { labels: [{ label: 100, rsrv: 5 }], rd: unhex("0002000100000009"), length: 0, address: zeros },
        { labels, rd, length: 32, address: Uint8Array.of(192, 0, 2, 1) },
      ],
    },
    {
      form: "stack",
      octets: `71${"000640"}0000e1${RD}80${"58"}000641${RD}`,
      routes: [
        { labels: [...labels, { label: 14, rsrv: 0 }], rd, length: 1, address: Uint8Array.of(128, 0, 0, 0) },
        { labels, rd, length: 0, address: zeros },
      ],
    },
    {
      form: "withdrawn",
      octets: `70${"800000"}${RD}c63364`,
      routes: [{ labels: [], rd, length: 24, address: Uint8Array.of(198, 51, 100, 0) }],
    },
    {
      addPath: true,
      form: "withdrawn",
      octets: `fedcba98${"58"}800000${RD}`,
      routes: [{ pathId: 0xfedcba98, labels: [], rd, length: 0, address: zeros }],
    },
  ],
  malformed: [
    { octets: "17000641", fault: "ipv4-vpn/no-label" },
    { form: "stack", octets: `58${"000640"}${"00".repeat(8)}`, fault: "ipv4-vpn/unending-stack" },
    { octets: "18000641", fault: "ipv4-vpn/no-distinguisher" },
    { octets: `57${"000641"}${RD}`, fault: "ipv4-vpn/no-distinguisher" },
    { form: "stack", octets: `6f${"000640"}000641${RD}`, fault: "ipv4-vpn/no-distinguisher" },
    { octets: `79${"000641"}${RD}c000020100`, fault: "ipv4-vpn/prefix-too-long" },
    { form: "stack", octets: `91${"000640"}000641${RD}c000020100`, fault: "ipv4-vpn/prefix-too-long" },
    { octets: `70${"000641"}${RD}c633`, fault: "ipv4-vpn/overrun" },
    { octets: `58${"000641"}${RD}`.slice(0, -2), fault: "ipv4-vpn/overrun" },
    { addPath: true, octets: "00000001", fault: "ipv4-vpn/overrun" },
  ],
  refused: [
    { why: "33 bits of IPv4", route: { labels, rd, length: 33, address: zeros } },
    { why: "an address of the other family", route: { labels, rd, length: 8, address: new Uint8Array(16) } },
    { why: "a distinguisher of 7 octets", route: { labels, rd: rd.subarray(1), length: 8, address: zeros } },
    { why: "a distinguisher of 9 octets", route: { labels, rd: new Uint8Array(9), length: 8, address: zeros } },
    { why: "a path identifier too many", route: { pathId: 1, labels, rd, length: 8, address: zeros } },
    { why: "no label", form: "single", route: { labels: [], rd, length: 8, address: zeros } },
    { why: "two labels", form: "single", route: { labels: [...labels, ...labels], rd, length: 8, address: zeros } },
    {
      why: "256 bits",
      form: "stack",
      route: { labels: Array.from({ length: 7 }, () => ({ label: 1, rsrv: 0 })), rd, length: 24, address: zeros },
    },
  ],
});

obeysTheNlriLaws(ipv6Vpn, ipv6VpnArb, {
  afi: 2,
  safi: 128,
  name: "ipv6-vpn",
  pathIds: true,
  faults: faults("ipv6-vpn"),
  nextHops: { ordinary: [24, 48], extended: [24, 48] },
  vectors: [
    {
      form: "single",
      octets: `79${"000641"}${RD}20010db880${"d8"}000641${RD}20010db8000000000000000000000001`,
      routes: [
        { labels, rd, length: 33, address: unhex("20010db8800000000000000000000000") },
        { labels, rd, length: 128, address: unhex("20010db8000000000000000000000001") },
      ],
    },
  ],
  malformed: [
    { octets: "17000641", fault: "ipv6-vpn/no-label" },
    { form: "stack", octets: `58${"000640"}${"00".repeat(8)}`, fault: "ipv6-vpn/unending-stack" },
    { octets: `57${"000641"}${RD}`, fault: "ipv6-vpn/no-distinguisher" },
    { octets: `d9${"000641"}${RD}${"00".repeat(17)}`, fault: "ipv6-vpn/prefix-too-long" },
    { octets: `78${"000641"}${RD}200102`, fault: "ipv6-vpn/overrun" },
  ],
  refused: [{ why: "129 bits of IPv6", route: { labels, rd, length: 129, address: new Uint8Array(16) } }],
});

obeysTheNlriLaws(ipv4VpnMulticast, ipv4VpnMulticastArb, {
  afi: 1,
  safi: 129,
  name: "ipv4-vpn-multicast",
  pathIds: true,
  faults: [
    "ipv4-vpn-multicast/no-distinguisher: session-reset 3/10",
    "ipv4-vpn-multicast/prefix-too-long: session-reset 3/10",
    "ipv4-vpn-multicast/overrun: session-reset 3/10",
  ],
  nextHops: { ordinary: [12], extended: [12, 24, 48] },
  vectors: [
    {
      octets: `58${RD}c63364${"40"}${RD}${"60"}${RD}c0000201`,
      routes: [
        { rd, length: 24, address: Uint8Array.of(198, 51, 100, 0) },
        { rd, length: 0, address: zeros },
        { rd, length: 32, address: Uint8Array.of(192, 0, 2, 1) },
      ],
    },
    {
      addPath: true,
      octets: `00000007${"48"}${RD}0a`,
      routes: [{ pathId: 7, rd, length: 8, address: Uint8Array.of(10, 0, 0, 0) }],
    },
  ],
  malformed: [
    { octets: "00", fault: "ipv4-vpn-multicast/no-distinguisher" },
    { octets: `3f${RD}`, fault: "ipv4-vpn-multicast/no-distinguisher" },
    { octets: `61${RD}c000020100`, fault: "ipv4-vpn-multicast/prefix-too-long" },
    { octets: `40${RD}`.slice(0, -2), fault: "ipv4-vpn-multicast/overrun" },
  ],
  refused: [
    { why: "33 bits of IPv4", route: { rd, length: 33, address: zeros } },
    { why: "a distinguisher of 7 octets", route: { rd: rd.subarray(1), length: 8, address: zeros } },
  ],
});

obeysTheNlriLaws(ipv6VpnMulticast, ipv6VpnMulticastArb, {
  afi: 2,
  safi: 129,
  name: "ipv6-vpn-multicast",
  pathIds: true,
  faults: [
    "ipv6-vpn-multicast/no-distinguisher: session-reset 3/10",
    "ipv6-vpn-multicast/prefix-too-long: session-reset 3/10",
    "ipv6-vpn-multicast/overrun: session-reset 3/10",
  ],
  nextHops: { ordinary: [24, 48], extended: [24, 48] },
  vectors: [
    {
      octets: `c0${RD}20010db8000000000000000000000001`,
      routes: [{ rd, length: 128, address: unhex("20010db8000000000000000000000001") }],
    },
  ],
  malformed: [
    { octets: `3f${RD}`, fault: "ipv6-vpn-multicast/no-distinguisher" },
    { octets: `c1${RD}${"00".repeat(17)}`, fault: "ipv6-vpn-multicast/prefix-too-long" },
    { octets: `60${RD}200102`, fault: "ipv6-vpn-multicast/overrun" },
  ],
  refused: [{ why: "an address of the other family", route: { rd, length: 8, address: zeros } }],
});

dissectsRoutes(
  ipv4VpnArb,
  {
    addPath: true,
    form: "stack",
    octets: `00000007${"70"}000641${RD}c63364`,
    lines: [
      "0-4 route/path identifier: 7",
      "4-5 route/length in bits: 112",
      "5-8 route/label: 100, Rsrv 0, S 1",
      "8-16 route/route distinguisher: 64500:7",
      "16-19 route/prefix: 198.51.100.0/24",
    ],
  },
  {
    addPath: true,
    form: "stack",
    octets: `00000007${"20"}00064100`,
    lines: [
      "0-4 route/path identifier: 7",
      "4-5 route/length in bits: 32",
      "5-8 route/label: 100, Rsrv 0, S 1",
      "8-9 route/route distinguisher: 00 (cut short: 1 of 8 octets)",
    ],
  },
);

dissectsRoutes(ipv6VpnMulticastArb, {
  octets: "60" + "0001c00002010007" + "20010db8",
  lines: [
    "0-1 route/length in bits: 96",
    "1-9 route/route distinguisher: 192.0.2.1:7",
    "9-13 route/prefix: 2001:db8::/32",
  ],
});
