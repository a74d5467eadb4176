import fc from "fast-check";
import type { CapabilitySpec } from "../capability.js";
import type { Fault } from "../fault.js";
import { type Family, family, Ipv4Unicast, Ipv6Unicast } from "../iana.js";
import { sessionArb } from "../session-context.arb.js";
import type { BrokenCase } from "../testing.arb.js";

/** Families of the field (one with an AFI of two octets, L2VPN EVPN is 25/70), and any other that has a number. */
export const familyArb: fc.Arbitrary<Family> = fc.oneof(
  fc.constantFrom(Ipv4Unicast, Ipv6Unicast, family(1, 128), family(25, 70), family(16388, 71)),
  fc.integer({ min: 0, max: 0xffffff }),
);

/** The value octets of a capability. */
export const encoded = <Value>(spec: CapabilitySpec<Value>, value: Value): Uint8Array => {
  const octets = new Uint8Array(spec.size(value));
  spec.encode(value, octets, 0);
  return octets;
};

/** Octets with this defect. No capability depends on a session: any will do. */
export const planted = (fault: Fault, octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<BrokenCase> =>
  fc.record({ octets, session: sessionArb, fault: fc.constant(fault) });

/** Any octets, 0 to 255 of them, whose number is not right. */
export const ofWrongLength = (fault: Fault, right: (length: number) => boolean): fc.Arbitrary<BrokenCase> => {
  const lengths = Array.from({ length: 256 }, (_, length) => length).filter((length) => !right(length));
  return planted(
    fault,
    fc.constantFrom(...lengths).chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  );
};

/** Valid tuples with one among them that is to be ignored. */
export const withOddTuple = <Tuple>(
  fault: Fault,
  spec: CapabilitySpec<readonly Tuple[]>,
  tuple: fc.Arbitrary<Tuple>,
  odd: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<BrokenCase> =>
  planted(
    fault,
    fc.tuple(fc.array(tuple, { maxLength: 4 }), odd, fc.array(tuple, { maxLength: 4 })).map(([before, one, after]) => {
      const octets = (list: readonly Tuple[]) => (list.length === 0 ? [] : encoded(spec, list));
      return Uint8Array.of(...octets(before), ...one, ...octets(after));
    }),
  );
