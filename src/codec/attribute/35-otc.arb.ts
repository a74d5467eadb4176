import type fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { otcLength } from "./35-otc.js";
import { brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<number> => unsigned32Arb;

export const valid: fc.Arbitrary<Case<number>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: otcLength,
  octets: () => wrongLength((length) => length === 4),
});
