import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type LargeCommunity, largeCommunitiesLength } from "./32-large-communities.js";
import { brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

/** Without redundant values: those MUST NOT be transmitted (RFC 8092 §3). */
export const values = (): fc.Arbitrary<readonly LargeCommunity[]> =>
  fc.uniqueArray(
    fc.record({ globalAdministrator: unsigned32Arb, localData1: unsigned32Arb, localData2: unsigned32Arb }),
    { minLength: 1, maxLength: 8, selector: (one) => Object.values(one).join(":") },
  );

export const valid: fc.Arbitrary<Case<readonly LargeCommunity[]>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: largeCommunitiesLength,
  octets: () => wrongLength((length) => length > 0 && length % 12 === 0),
});
