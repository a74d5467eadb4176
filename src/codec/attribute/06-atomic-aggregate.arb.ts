import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { atomicAggregateLength } from "./06-atomic-aggregate.js";
import { brokenOf, casesOf, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<true> => fc.constant(true);

export const valid: fc.Arbitrary<Case<true>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: atomicAggregateLength,
  octets: () => wrongLength((length) => length === 0),
});
