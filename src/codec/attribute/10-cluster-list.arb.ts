import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { clusterListFromExternal, clusterListLength } from "./10-cluster-list.js";
import { brokenOf, casesOf, isInternal, plantExternal, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<readonly number[]> => fc.array(unsigned32Arb, { minLength: 1, maxLength: 8 });

export const fits: (session: SessionContext) => boolean = isInternal;

export const valid: fc.Arbitrary<Case<readonly number[]>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(plantExternal(clusterListFromExternal), {
  fault: clusterListLength,
  fits,
  octets: () => wrongLength((length) => length > 0 && length % 4 === 0),
});
