import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type LongLivedStale, longLivedLength } from "./71-long-lived-graceful-restart.js";
import { familyArb, ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<readonly LongLivedStale[]> = fc.array(
  fc.record({ family: familyArb, forwarding: fc.boolean(), time: fc.nat(0xffffff) }),
  { maxLength: 36 },
);
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(longLivedLength, (length) => length % 7 === 0);
