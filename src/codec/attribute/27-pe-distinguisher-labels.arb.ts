import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type PeDistinguisherLabels, type PeLabel, peDistinguisherLabelsLength } from "./27-pe-distinguisher-labels.js";
import { brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

const labelsOf = (width: 4 | 16): fc.Arbitrary<readonly PeLabel[]> =>
  fc.array(fc.record({ address: octetsArb(width), label: fc.nat(0xffffff) }), { minLength: 1, maxLength: 6 });

export const values = (): fc.Arbitrary<PeDistinguisherLabels> =>
  fc.oneof(
    { weight: 4, arbitrary: labelsOf(4) },
    { weight: 4, arbitrary: labelsOf(16) },
    { weight: 1, arbitrary: octetsArb(133) },
  );

export const valid: fc.Arbitrary<Case<PeDistinguisherLabels>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: peDistinguisherLabelsLength,
  octets: () => wrongLength((length) => length > 0 && (length % 7 === 0 || length % 19 === 0)),
});
