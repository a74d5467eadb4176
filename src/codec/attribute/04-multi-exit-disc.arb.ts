import type fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { multiExitDiscLength } from "./04-multi-exit-disc.js";
import { brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<number> => unsigned32Arb;

export const valid: fc.Arbitrary<Case<number>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: multiExitDiscLength,
  octets: () => wrongLength((length) => length === 4),
});
