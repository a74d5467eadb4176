import fc from "fast-check";
import { pathIdOctets } from "../nlri.arb.js";

export const octetsArb = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** Octets of one of these lengths. */
export const octetsOfArb = (...lengths: readonly number[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(...lengths.map(octetsArb));

/** Integers of so many octets, the largest and the smallest more often than others. */
export const unsignedArb = (octets: 1 | 3 | 4): fc.Arbitrary<number> => {
  const max = 2 ** (8 * octets) - 1;
  return fc.oneof(fc.constantFrom(0, 1, max), fc.nat(max));
};

/** One route in octets: its type, the length of its body, its body. */
export const framed = (addPath: boolean, type: readonly number[], body: Uint8Array): Uint8Array =>
  Uint8Array.of(...pathIdOctets(addPath), ...type, body.length, ...body);

/** Octets of one route from which some are missing, but not all. */
export const cutShort = (route: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(route, fc.nat()).map(([octets, dice]) => octets.subarray(0, 1 + (dice % (octets.length - 1))));

/** One octet more or less in the body, of which the length octet tells. `head`: octets up to and with it. */
export const stretched = (route: fc.Arbitrary<Uint8Array>, head: number): fc.Arbitrary<Uint8Array> =>
  fc.tuple(route, fc.boolean(), fc.nat(255)).map(([octets, longer, octet]) => {
    const body = longer ? Uint8Array.of(...octets.subarray(head), octet) : octets.subarray(head, -1);
    return Uint8Array.of(...octets.subarray(0, head - 1), body.length, ...body);
  });

/** The octet at `offset` of one route is another. */
export const overwritten = (
  route: fc.Arbitrary<Uint8Array>,
  offset: (octets: Uint8Array) => number,
  octet: fc.Arbitrary<number>,
): fc.Arbitrary<Uint8Array> =>
  fc.tuple(route, octet).map(([octets, other]) => {
    const copy = octets.slice();
    copy[offset(octets)] = other;
    return copy;
  });

/** What no address has bits. */
export const noAddressBits: fc.Arbitrary<number> = fc
  .oneof(fc.constantFrom(1, 31, 33, 127, 129, 255), fc.integer({ min: 1, max: 255 }))
  .map((bits) => (bits === 32 || bits === 128 ? bits + 1 : bits));
