import { describe, expect, it } from "vitest";
import { outlineOf } from "../dissection.arb.js";
import { family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { unhex } from "../testing.arb.js";
import { dissectsRoutes } from "./dissection.arb.js";
import { fieldsOf } from "./headed-prefix.fields.js";
import { nlriArbOf, nlriArbs } from "./index.arb.js";
import { nlriFamilies, nlriOf } from "./index.js";
import { obeysTheNlriLaws, type PinnedNlri } from "./laws.arb.js";
import { runOf } from "./nlri.arb.js";
import { ipv4MulticastArb, ipv4UnicastArb, ipv6MulticastArb, ipv6UnicastArb } from "./unicast.arb.js";
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast, type UnicastRoute } from "./unicast.js";

const plain = { addPath: false, form: "single" } as const;

const ipv4 = (safi: number, name: string): PinnedNlri<UnicastRoute> => ({
  afi: 1,
  safi,
  name,
  pathIds: true,
  faults: [`${name}/prefix-too-long: session-reset 3/10`, `${name}/overrun: session-reset 3/10`],
  nextHops: { ordinary: [4], extended: [4, 16, 32] },
  vectors: [
    { octets: "", routes: [] },
    {
      octets: `00${"0180"}${"19c6336480"}${"20c0000201"}`,
      routes: [
        { length: 0, address: new Uint8Array(4) },
        { length: 1, address: Uint8Array.of(128, 0, 0, 0) },
        { length: 25, address: Uint8Array.of(198, 51, 100, 128) },
        { length: 32, address: Uint8Array.of(192, 0, 2, 1) },
      ],
    },
    {
      addPath: true,
      octets: `fedcba98${"08"}0a${"00000000"}00`,
      routes: [
        { pathId: 0xfedcba98, length: 8, address: Uint8Array.of(10, 0, 0, 0) },
        { pathId: 0, length: 0, address: new Uint8Array(4) },
      ],
    },
  ],
  malformed: [
    { octets: "21c000020100", fault: `${name}/prefix-too-long` },
    { octets: "18c633", fault: `${name}/overrun` },
    { addPath: true, octets: "00000001", fault: `${name}/overrun` },
    { addPath: true, octets: "000000", fault: `${name}/overrun` },
  ],
  refused: [
    { why: "33 bits of IPv4", route: { length: 33, address: new Uint8Array(4) } },
    { why: "half a bit", route: { length: 0.5, address: new Uint8Array(4) } },
    { why: "an address of the other family", route: { length: 8, address: new Uint8Array(16) } },
    { why: "a missing path identifier", addPath: true, route: { length: 8, address: new Uint8Array(4) } },
    { why: "a path identifier too many", route: { pathId: 1, length: 8, address: new Uint8Array(4) } },
    {
      why: "a path identifier of 33 bits",
      addPath: true,
      route: { pathId: 2 ** 32, length: 8, address: new Uint8Array(4) },
    },
  ],
});

const ipv6 = (safi: number, name: string): PinnedNlri<UnicastRoute> => ({
  afi: 2,
  safi,
  name,
  pathIds: true,
  faults: [`${name}/prefix-too-long: session-reset 3/10`, `${name}/overrun: session-reset 3/10`],
  nextHops: { ordinary: [16, 32], extended: [16, 32] },
  vectors: [
    {
      octets: "2120010db880" + "8020010db8000000000000000000000001",
      routes: [
        { length: 33, address: unhex("20010db8800000000000000000000000") },
        { length: 128, address: unhex("20010db8000000000000000000000001") },
      ],
    },
  ],
  malformed: [
    { octets: "81", fault: `${name}/prefix-too-long` },
    { octets: "40" + "20010db8", fault: `${name}/overrun` },
  ],
  refused: [
    { why: "129 bits of IPv6", route: { length: 129, address: new Uint8Array(16) } },
    { why: "an address of the other family", route: { length: 8, address: new Uint8Array(4) } },
  ],
});

obeysTheNlriLaws(ipv4Unicast, ipv4UnicastArb, ipv4(1, "ipv4-unicast"));
obeysTheNlriLaws(ipv4Multicast, ipv4MulticastArb, ipv4(2, "ipv4-multicast"));
obeysTheNlriLaws(ipv6Unicast, ipv6UnicastArb, ipv6(1, "ipv6-unicast"));
obeysTheNlriLaws(ipv6Multicast, ipv6MulticastArb, ipv6(2, "ipv6-multicast"));

it("clears the bits after a prefix, both ways", () => {
  const msg = unhex("09ffff" + "08ff");
  const routes = [
    { length: 9, address: Uint8Array.of(255, 128, 0, 0) },
    { length: 8, address: Uint8Array.of(255, 0, 0, 0) },
  ];
  expect(ipv4Unicast.read(msg, 0, msg.length, false)).toEqual(routes);
  const untidy = routes.map(({ length }) => ({ length, address: new Uint8Array(4).fill(255) }));
  expect(hex(runOf(ipv4Unicast, untidy, plain))).toBe("09ff80" + "08ff");
});

dissectsRoutes(ipv4UnicastArb, {
  addPath: true,
  octets: "00000007" + "18c63364" + "00000008" + "0000",
  lines: [
    "0-4 route/path identifier: 7",
    "4-5 route/length in bits: 24",
    "5-8 route/prefix: 198.51.100.0/24",
    "8-12 route/path identifier: 8",
    "12-13 route/length in bits: 0",
    "13-13 route/prefix: 0.0.0.0/0",
    "13-14 route/path identifier: 00 (cut short: 1 of 4 octets)",
  ],
});
dissectsRoutes(ipv4MulticastArb);
dissectsRoutes(ipv6UnicastArb, {
  octets: "2120010db880",
  lines: ["0-1 route/length in bits: 33", "1-6 route/prefix: 2001:db8:8000::/33"],
});
dissectsRoutes(ipv6MulticastArb);

const fields = fieldsOf({ labels: false, distinguisher: false, width: 4 });

it("says of each route what it is, and which is cut short", () => {
  expect(outlineOf((reader) => fields(reader, false, "single"), "080a" + "18c633")).toEqual([
    "0-2 route: 10.0.0.0/8",
    "  0-1 length in bits: 8",
    "  1-2 prefix: 10.0.0.0/8",
    "2-5 route: cut short: 3 of 4 octets",
    "  2-3 length in bits: 24",
    "  3-5 not understood: c633",
  ]);
  expect(outlineOf((reader) => fields(reader, true, "single"), "000000")).toEqual([
    "0-3 route: cut short: 3 of 5 octets",
    "  0-3 path identifier: 000000 (cut short: 3 of 4 octets)",
  ]);
});

describe("the NLRI table", () => {
  it("knows each family by its number, and has arbitraries for each", () => {
    for (const spec of nlriFamilies) {
      expect(nlriOf(spec.family)).toBe(spec);
      expect(nlriArbOf(spec.family).spec).toBe(spec);
    }
    expect(nlriArbs).toHaveLength(nlriFamilies.length);
    expect(nlriOf(family(1, 241))).toBeUndefined();
    expect(() => nlriArbOf(family(1, 241))).toThrow(RangeError);
    expect([Ipv4Unicast, Ipv6Unicast]).toEqual([0x101, 0x201]);
  });
});
