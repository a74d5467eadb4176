import fc from "fast-check";
import { asnArb } from "../session-context.arb.js";
import type { BrokenCase } from "../testing.arb.js";
import { fourOctetAsLength, fourOctetAsZero } from "./65-four-octet-as.js";
import { ofWrongLength, planted } from "./testing.arb.js";

export const valid: fc.Arbitrary<number> = asnArb(4);

export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(
  ofWrongLength(fourOctetAsLength, (length) => length === 4),
  planted(
    fourOctetAsZero,
    fc.constant(null).map(() => new Uint8Array(4)),
  ),
);
