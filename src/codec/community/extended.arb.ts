import fc from "fast-check";
import { extendedCommunitySpecs } from "./extended.js";

/** Eight octets of a community whose type is known, with any value: none is malformed. */
export const knownCommunityArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...extendedCommunitySpecs.map(({ type }) => type)),
    fc.oneof(
      fc.uint8Array({ minLength: 6, maxLength: 6 }),
      fc.constantFrom(new Uint8Array(6), new Uint8Array(6).fill(0xff)),
    ),
  )
  .map(([type, value]) => Uint8Array.of(type >> 8, type & 0xff, ...value));
