import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type PathsLimit, pathsLimitLength } from "./76-paths-limit.js";
import { familyArb, ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<readonly PathsLimit[]> = fc.array(
  fc.record({ family: familyArb, limit: fc.nat(0xffff) }),
  { minLength: 1, maxLength: 51 },
);
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(
  pathsLimitLength,
  (length) => length > 0 && length % 5 === 0,
);
