import fc from "fast-check";
import { Afi, AS_TRANS, afiOf, type Family, family, Ipv4Unicast, Ipv6Unicast, isLabeled } from "./iana.js";
import { nlriFamilies, nlriOf } from "./nlri/index.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE, type SessionContext } from "./session-context.js";

/** A family that may be negotiated although no module reads its routes: one of IANA's for private use. */
export const UnreadFamily: Family = family(1, 241);

/** AS numbers that occur in the field, the edges of both encodings among them; never 0 (RFC 7607). */
export const asnArb = (asnSize: 2 | 4): fc.Arbitrary<number> =>
  asnSize === 2
    ? fc.oneof(fc.constantFrom(1, AS_TRANS, 0xffff), fc.integer({ min: 1, max: 0xffff }))
    : fc.oneof(fc.constantFrom(1, AS_TRANS, 0xffff, 0x10000, 0xffffffff), fc.integer({ min: 1, max: 0xffffffff }));

/** The families a module reads beside plain unicast, and the one that none reads: negotiated all together, or not. */
const otherFamilies: readonly Family[] = [
  ...nlriFamilies.map((spec) => spec.family).filter((one) => one !== Ipv4Unicast && one !== Ipv6Unicast),
  UnreadFamily,
];

/** What two OPENs can agree on, with no family outside `families` in the other sets. */
export const sessionArb: fc.Arbitrary<SessionContext> = fc
  .record({
    asnSize: fc.constantFrom(2 as const, 4 as const),
    external: fc.boolean(),
    unicast: fc.subarray([Ipv4Unicast, Ipv6Unicast]),
    others: fc.boolean(),
    pathIds: fc.subarray([Ipv4Unicast, Ipv6Unicast]),
    otherPathIds: fc.boolean(),
    maxMessage: fc.constantFrom(ORDINARY_MAX_MESSAGE, EXTENDED_MAX_MESSAGE),
    ipv6NextHop: fc.boolean(),
    labelStacks: fc.boolean(),
  })
  .chain(({ asnSize, external, unicast, others, pathIds, otherPathIds, maxMessage, ipv6NextHop, labelStacks }) =>
    fc.tuple(asnArb(asnSize), asnArb(asnSize)).map(([localAs, other]) => {
      const families = [...unicast, ...(others ? otherFamilies : [])];
      return {
        asnSize,
        localAs,
        peerAs: external ? (other === localAs ? (localAs % 0xffff) + 1 : other) : localAs,
        external,
        families: new Set(families),
        addPath: new Set([
          ...pathIds.filter((one) => unicast.includes(one)),
          ...(others && otherPathIds ? otherFamilies.filter((one) => nlriOf(one)?.pathIds === true) : []),
        ]),
        maxMessage,
        extendedNextHop: new Set(ipv6NextHop ? families.filter(isIpv4) : []),
        multipleLabels: new Set(labelStacks ? families.filter(isLabeled) : []),
      };
    }),
  );

const isIpv4 = (one: Family): boolean => afiOf(one) === Afi.Ipv4;
