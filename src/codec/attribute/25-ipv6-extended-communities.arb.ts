import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type Ipv6ExtendedCommunity, ipv6ExtendedCommunitiesLength } from "./25-ipv6-extended-communities.js";
import { brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<readonly Ipv6ExtendedCommunity[]> =>
  fc.array(
    fc.record({
      type: fc.oneof(fc.constantFrom(0x0002, 0x0003, 0x000d, 0x4002), fc.nat(0xffff)),
      globalAdministrator: octetsArb(16),
      localAdministrator: fc.nat(0xffff),
    }),
    { minLength: 1, maxLength: 5 },
  );

export const valid: fc.Arbitrary<Case<readonly Ipv6ExtendedCommunity[]>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: ipv6ExtendedCommunitiesLength,
  octets: () => wrongLength((length) => length > 0 && length % 20 === 0),
});
