import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { originLength, undefinedOrigin } from "./01-origin.js";
import { brokenOf, casesOf, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<number> => fc.constantFrom(0, 1, 2);

export const valid: fc.Arbitrary<Case<number>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: originLength, octets: () => wrongLength((length) => length === 1) },
  { fault: undefinedOrigin, octets: () => fc.integer({ min: 3, max: 255 }).map((value) => Uint8Array.of(value)) },
);
