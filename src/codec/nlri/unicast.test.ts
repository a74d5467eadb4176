import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unhex } from "../attribute/laws.arb.js";
import { Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { hex } from "../octets.js";
import { nearValid } from "../testing.arb.js";
import { nlriFamilies, nlriOf } from "./index.js";
import { broken, runOf, runWithoutHostBits, valid } from "./unicast.arb.js";
import { ipv4Unicast, ipv6Unicast, type UnicastRoute, type UnicastSpec } from "./unicast.js";

describe("a run of unicast prefixes", () => {
  it.each<{ spec: UnicastSpec; addPath: boolean; octets: string; routes: UnicastRoute[] }>([
    { spec: ipv4Unicast, addPath: false, octets: "", routes: [] },
    {
      spec: ipv4Unicast,
      addPath: false,
      octets: "00" + "0180" + "19c6336480" + "20c0000201",
      routes: [
        { length: 0, address: new Uint8Array(4) },
        { length: 1, address: Uint8Array.of(128, 0, 0, 0) },
        { length: 25, address: Uint8Array.of(198, 51, 100, 128) },
        { length: 32, address: Uint8Array.of(192, 0, 2, 1) },
      ],
    },
    {
      spec: ipv4Unicast,
      addPath: true,
      octets: "fedcba98" + "08" + "0a" + "00000000" + "00",
      routes: [
        { pathId: 0xfedcba98, length: 8, address: Uint8Array.of(10, 0, 0, 0) },
        { pathId: 0, length: 0, address: new Uint8Array(4) },
      ],
    },
    {
      spec: ipv6Unicast,
      addPath: false,
      octets: "2120010db880" + "8020010db8000000000000000000000001",
      routes: [
        { length: 33, address: unhex("20010db8800000000000000000000000") },
        { length: 128, address: unhex("20010db8000000000000000000000001") },
      ],
    },
  ])("reads and writes $octets", ({ spec, addPath, octets, routes }) => {
    const msg = unhex(octets);
    expect(spec.check(msg, 0, msg.length, addPath)).toBeNull();
    expect(spec.read(msg, 0, msg.length, addPath)).toEqual(routes);
    expect(hex(runOf(spec, routes, addPath))).toBe(octets);
  });

  it.each([
    { spec: ipv4Unicast, addPath: false, octets: "21c000020100", fault: "ipv4-unicast/prefix-too-long" },
    { spec: ipv4Unicast, addPath: false, octets: "18c633", fault: "ipv4-unicast/overrun" },
    { spec: ipv4Unicast, addPath: true, octets: "00000001", fault: "ipv4-unicast/overrun" },
    { spec: ipv4Unicast, addPath: true, octets: "000000", fault: "ipv4-unicast/overrun" },
    { spec: ipv6Unicast, addPath: false, octets: "81", fault: "ipv6-unicast/prefix-too-long" },
    { spec: ipv6Unicast, addPath: false, octets: "40" + "20010db8", fault: "ipv6-unicast/overrun" },
  ])("finds $fault in $octets", ({ spec, addPath, octets, fault }) => {
    const msg = unhex(octets);
    expect(spec.check(msg, 0, msg.length, addPath)?.id).toBe(fault);
  });

  it("resets the session when it is none, with Invalid Network Field", () => {
    for (const { faults } of nlriFamilies) {
      for (const { verdict, notify } of faults) expect([verdict, ...notify]).toEqual([4, 3, 10]);
    }
  });

  it.each<{ why: string; spec: UnicastSpec; addPath: boolean; route: UnicastRoute }>([
    { why: "33 bits of IPv4", spec: ipv4Unicast, addPath: false, route: { length: 33, address: new Uint8Array(4) } },
    { why: "129 bits of IPv6", spec: ipv6Unicast, addPath: false, route: { length: 129, address: new Uint8Array(16) } },
    { why: "half a bit", spec: ipv4Unicast, addPath: false, route: { length: 0.5, address: new Uint8Array(4) } },
    {
      why: "an address of the other family",
      spec: ipv6Unicast,
      addPath: false,
      route: { length: 8, address: new Uint8Array(4) },
    },
    {
      why: "a missing path identifier",
      spec: ipv4Unicast,
      addPath: true,
      route: { length: 8, address: new Uint8Array(4) },
    },
    {
      why: "a path identifier too many",
      spec: ipv4Unicast,
      addPath: false,
      route: { pathId: 1, length: 8, address: new Uint8Array(4) },
    },
    {
      why: "a path identifier of 33 bits",
      spec: ipv4Unicast,
      addPath: true,
      route: { pathId: 2 ** 32, length: 8, address: new Uint8Array(4) },
    },
  ])("refuses $why", ({ spec, addPath, route }) => {
    expect(() => spec.encode(route, new Uint8Array(32), 0, addPath)).toThrow(RangeError);
  });

  it("clears the bits after the prefix, both ways", () => {
    const msg = unhex("09ffff" + "08ff");
    const routes = [
      { length: 9, address: Uint8Array.of(255, 128, 0, 0) },
      { length: 8, address: Uint8Array.of(255, 0, 0, 0) },
    ];
    expect(ipv4Unicast.read(msg, 0, msg.length, false)).toEqual(routes);
    const untidy = routes.map(({ length }) => ({ length, address: new Uint8Array(4).fill(255) }));
    expect(hex(runOf(ipv4Unicast, untidy, false))).toBe("09ff80" + "08ff");
  });

  it("comes back from the octets it was written to", () => {
    fc.assert(
      fc.property(valid, ({ spec, addPath, routes }) => {
        const octets = runOf(spec, routes, addPath);
        expect(spec.check(octets, 0, octets.length, addPath)).toBeNull();
        expect(spec.read(octets, 0, octets.length, addPath)).toEqual(routes);
      }),
    );
  });

  it("is written as it was, but for the bits after the prefixes", () => {
    const near = valid.chain(({ spec, addPath, routes }) =>
      nearValid(fc.constant(runOf(spec, routes, addPath))).map((octets) => ({ spec, addPath, octets })),
    );
    fc.assert(
      fc.property(near, ({ spec, addPath, octets }) => {
        if (spec.check(octets, 0, octets.length, addPath) !== null) return;
        const again = runOf(spec, spec.read(octets, 0, octets.length, addPath), addPath);
        expect(hex(again)).toBe(hex(runWithoutHostBits(octets, addPath)));
      }),
      { numRuns: 300 },
    );
  });

  it("names the fault that was planted", () => {
    const found = new Set<string>();
    fc.assert(
      fc.property(broken, ({ spec, addPath, octets, fault }) => {
        found.add(fault.id);
        expect(spec.check(octets, 0, octets.length, addPath)).toBe(fault);
      }),
      { numRuns: 300 },
    );
    expect(found.size).toBe(4);
  });

  it("is judged without a throw, by nothing but its own octets", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...nlriFamilies),
        fc.boolean(),
        fc.tuple(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 5 })),
        (spec, addPath, [before, octets, after]) => {
          const verdict = spec.check(octets, 0, octets.length, addPath);
          const amid = Uint8Array.of(...before, ...octets, ...after);
          expect(spec.check(amid, before.length, before.length + octets.length, addPath)).toBe(verdict);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the NLRI table", () => {
  it("knows each family by its number", () => {
    expect(nlriOf(Ipv4Unicast)).toBe(ipv4Unicast);
    expect(nlriOf(Ipv6Unicast)).toBe(ipv6Unicast);
    expect(nlriOf(0x10080)).toBeUndefined();
    expect([Ipv4Unicast, Ipv6Unicast]).toEqual([0x101, 0x201]);
  });
});
