import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { communitiesLength, WellKnownCommunity } from "./08-communities.js";
import { brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.oneof(unsigned32Arb, fc.constantFrom(...Object.values(WellKnownCommunity))), {
    minLength: 1,
    maxLength: 12,
  });

export const valid: fc.Arbitrary<Case<readonly number[]>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: communitiesLength,
  octets: () => wrongLength((length) => length > 0 && length % 4 === 0),
});
