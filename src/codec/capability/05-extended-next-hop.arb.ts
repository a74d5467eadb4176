import fc from "fast-check";
import { setU16 } from "../octets.js";
import type { BrokenCase } from "../testing.arb.js";
import { type ExtendedNextHop, extendedNextHop, extendedNextHopLength, noSuchSafi } from "./05-extended-next-hop.js";
import { familyArb, ofWrongLength, withOddTuple } from "./testing.arb.js";

const tuple: fc.Arbitrary<ExtendedNextHop> = fc.record({
  family: familyArb,
  nextHopAfi: fc.oneof(fc.constant(2), fc.nat(0xffff)),
});

const odd: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.integer({ min: 0x100, max: 0xffff }))
  .map(([octets, safi]) => {
    setU16(octets, 2, safi);
    return octets;
  });

export const valid: fc.Arbitrary<readonly ExtendedNextHop[]> = fc.array(tuple, { minLength: 1, maxLength: 42 });

export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(
  ofWrongLength(extendedNextHopLength, (length) => length > 0 && length % 6 === 0),
  withOddTuple(noSuchSafi, extendedNextHop, tuple, odd),
);
