import fc from "fast-check";
import { AS_TRANS, type Family, family, Ipv4Unicast, Ipv6Unicast } from "./iana.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "./session-context.js";

/** A family that may be negotiated although no module reads its routes: VPN-IPv4, RFC 4364. */
export const UnreadFamily: Family = family(1, 128);

/** AS numbers that occur in the field, the edges of both encodings among them; never 0 (RFC 7607). */
export const asnArb = (asnSize: 2 | 4): fc.Arbitrary<number> =>
  asnSize === 2
    ? fc.oneof(fc.constantFrom(1, AS_TRANS, 0xffff), fc.integer({ min: 1, max: 0xffff }))
    : fc.oneof(fc.constantFrom(1, AS_TRANS, 0xffff, 0x10000, 0xffffffff), fc.integer({ min: 1, max: 0xffffffff }));

const familiesArb: fc.Arbitrary<Family[]> = fc.subarray([Ipv4Unicast, Ipv6Unicast, UnreadFamily]);

/** What two OPENs can agree on: every combination, with no family outside `families` in the other sets. */
export const sessionArb: fc.Arbitrary<SessionContext> = fc
  .record({
    asnSize: fc.constantFrom(2 as const, 4 as const),
    external: fc.boolean(),
    families: familiesArb,
    pathIds: familiesArb,
    maxMessage: fc.constantFrom(ORDINARY_MAX_MESSAGE, EXTENDED_MAX_MESSAGE),
    ipv6NextHop: fc.boolean(),
  })
  .chain(({ asnSize, external, families, pathIds, maxMessage, ipv6NextHop }) =>
    fc.tuple(asnArb(asnSize), asnArb(asnSize)).map(([localAs, other]) => ({
      asnSize,
      localAs,
      peerAs: external ? (other === localAs ? (localAs % 0xffff) + 1 : other) : localAs,
      external,
      families: new Set(families),
      addPath: new Set(pathIds.filter((one) => one !== UnreadFamily && families.includes(one))),
      maxMessage,
      extendedNextHop: new Set(ipv6NextHop && families.includes(Ipv4Unicast) ? [Ipv4Unicast] : []),
    })),
  );
