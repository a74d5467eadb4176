import fc from "fast-check";
import { type Tlv, tlvRule } from "./bgp-ls.js";

/** Types that no rule is known for. */
export const unknownTypeArb: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 255, 268, 500, 519, 1023, 1032, 1087, 1200, 0xffff),
  fc.integer({ min: 2000, max: 0xffff }),
);

/** A TLV of one of these types, with a length that it may have and any octets: of those that have no sub-TLVs. */
export const knownTlvArb = (types: readonly number[]): fc.Arbitrary<Tlv> =>
  fc.constantFrom(...types).chain((type) =>
    fc.nat(4).chain((steps) => {
      const { least = 0, most = 0, step = 1 } = tlvRule(type) ?? {};
      const longest = Math.min(most, least + step * steps);
      const length = longest - ((longest - least) % step);
      return fc.uint8Array({ minLength: length, maxLength: length }).map((value) => ({ type, value }));
    }),
  );

export const tlvOctets = ({ type, value }: Tlv): number[] => [
  type >> 8,
  type & 255,
  value.length >> 8,
  value.length & 255,
  ...value,
];
