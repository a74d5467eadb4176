import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import {
  type PolicyDistribution,
  PolicyMode,
  policyDistributionLength,
  routingPolicyDistribution,
  unknownPolicyMode,
} from "./72-routing-policy-distribution.js";
import { familyArb, ofWrongLength, withOddTuple } from "./testing.arb.js";

const tuple: fc.Arbitrary<PolicyDistribution> = fc.record({
  family: familyArb,
  mode: fc.constantFrom(...Object.values(PolicyMode)),
});

const odd: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.oneof(fc.constant(0), fc.integer({ min: 4, max: 255 })))
  .map((octets) => Uint8Array.from(octets));

export const valid: fc.Arbitrary<readonly PolicyDistribution[]> = fc.array(tuple, { minLength: 1, maxLength: 63 });

export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(
  ofWrongLength(policyDistributionLength, (length) => length > 0 && length % 4 === 0),
  withOddTuple(unknownPolicyMode, routingPolicyDistribution, tuple, odd),
);
