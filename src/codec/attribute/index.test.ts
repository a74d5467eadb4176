import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Attribute } from "../attribute.js";
import { sessionArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import { nearValidOf, octetsOf } from "./attribute.arb.js";
import { attributeArb, attributeArbs, brokenAttributeArb, nearValidArb, validAttributeSetArb } from "./index.arb.js";
import { attributeOf, attributes } from "./index.js";

describe("the attribute table", () => {
  it("knows each attribute by its code", () => {
    expect(attributes.map(({ code }) => code)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 22, 23, 24, 25, 26, 27, 29, 32, 33, 34, 35, 36, 37, 38, 39, 40,
      41, 128,
    ]);
    for (const spec of attributes) expect(attributeOf(spec.code)).toBe(spec);
    expect(attributeOf(0)).toBeUndefined();
    expect(attributeOf(255)).toBeUndefined();
  });

  it("declares each fault once", () => {
    const ids = attributes.flatMap(({ faults }) => faults.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has arbitraries of each attribute", () => {
    expect([...attributeArbs.keys()]).toEqual(attributes.map(({ code }) => code));
  });
});

describe("to judge an attribute", () => {
  const CALLS = 100_000;

  it.each(attributes.map((spec) => ({ spec })))("allocates nothing: $spec.name", ({ spec }) => {
    const cases = fc.sample(nearValidOf(spec, attributeArbs.get(spec.code)?.valid ?? fc.constant(null as never)), {
      numRuns: 50,
      seed: 1,
    });
    const judge = (calls: number): void => {
      for (let i = 0; i < calls; i++) {
        const one = cases[i % cases.length];
        if (one !== undefined) spec.check(one.octets, 0, one.octets.length, one.session);
      }
    };
    judge(CALLS);
    const grown = Array.from({ length: 5 }, () => {
      const before = process.memoryUsage().heapUsed;
      judge(CALLS);
      return process.memoryUsage().heapUsed - before;
    });
    // The smallest object takes 12 octets. The median, since a compilation that ends in one round adds to it, and a
    // collection of garbage there takes from it.
    expect(grown.sort((a, b) => a - b)[2]).toBeLessThan(CALLS * 4);
  });
});

describe("the arbitraries of attributes", () => {
  it("give well-formed attributes", () => {
    fc.assert(
      fc.property(
        sessionArb.chain((session) => fc.tuple(fc.constant(session), attributeArb(session))),
        ([session, one]) => {
          expectWellFormed(one, session);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("give sets that may stand together, with room to spare in an ordinary message", () => {
    const sets = sessionArb.chain((session) => fc.tuple(fc.constant(session), validAttributeSetArb(session)));
    fc.assert(
      fc.property(sets, ([session, set]) => {
        const codes = set.map(({ code }) => code);
        expect(new Set(codes).size).toBe(codes.length);
        expect(codes).toEqual(expect.arrayContaining(session.external ? [1, 2, 3] : [1, 2, 3, 5]));
        expect(codes.includes(14) && codes.includes(15)).toBe(false);
        let octets = 0;
        for (const one of set) octets += 4 + expectWellFormed(one, session);
        expect(octets).toBeLessThan(4096 - 23 - 500);
      }),
      { numRuns: 300 },
    );
  });

  it("plant every fault that an attribute declares, the flags' among them", () => {
    const planted = new Set<string>();
    fc.assert(
      fc.property(brokenAttributeArb, ({ code, flags, octets, session, fault }) => {
        planted.add(fault.id);
        const spec = attributeOf(code);
        const inFlags = ((flags ^ (spec?.flags ?? 0)) & 0xc0) !== 0;
        expect(inFlags ? spec?.flagFault : spec?.check(octets, 0, octets.length, session)).toBe(fault);
      }),
      { numRuns: 6000, seed: 7606 },
    );
    expect([...planted].sort()).toEqual(attributes.flatMap(({ faults }) => faults.map(({ id }) => id)).sort());
  });

  it("come near to valid octets, most of them well formed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(nearValidArb, ({ spec, octets, session }) => {
        if (spec.check(octets, 0, octets.length, session) === null) accepted++;
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(400);
    expect(accepted).toBeLessThan(1000);
  });
});

const expectWellFormed = ({ code, flags, value }: Attribute, session: SessionContext): number => {
  const spec = attributeOf(code);
  if (spec === undefined) {
    expect(flags & 0x8f).toBe(0x80);
    return (value as Uint8Array).length;
  }
  expect((flags ^ spec.flags) & 0xc0).toBe(0);
  const octets = octetsOf(spec, value, session);
  expect(spec.check(octets, 0, octets.length, session)).toBeNull();
  return octets.length;
};
