import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type MultipleLabels, multipleLabels, multipleLabelsLength, tooFewLabels } from "./08-multiple-labels.js";
import { familyArb, ofWrongLength, withOddTuple } from "./testing.arb.js";

const tuple: fc.Arbitrary<MultipleLabels> = fc.record({
  family: familyArb,
  count: fc.oneof(fc.constantFrom(2, 255), fc.integer({ min: 2, max: 255 })),
});

const odd: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(1))
  .map((octets) => Uint8Array.from(octets));

export const valid: fc.Arbitrary<readonly MultipleLabels[]> = fc.array(tuple, { minLength: 1, maxLength: 63 });

export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(
  ofWrongLength(multipleLabelsLength, (length) => length > 0 && length % 4 === 0),
  withOddTuple(tooFewLabels, multipleLabels, tuple, odd),
);
