import type fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { nextHopLength } from "./03-next-hop.js";
import { brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<Uint8Array> => octetsArb(4);

export const valid: fc.Arbitrary<Case<Uint8Array>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf({
  fault: nextHopLength,
  octets: () => wrongLength((length) => length === 4),
});
