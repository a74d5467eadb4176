import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type ExtendedCommunity, extendedCommunitiesLength } from "./16-extended-communities.js";
import { brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<readonly ExtendedCommunity[]> =>
  fc.array(fc.record({ type: fc.nat(0xffff), value: octetsArb(6) }), { minLength: 1, maxLength: 8 });

export const valid: fc.Arbitrary<Case<readonly ExtendedCommunity[]>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: extendedCommunitiesLength,
  octets: () => wrongLength((length) => length > 0 && length % 8 === 0),
});
