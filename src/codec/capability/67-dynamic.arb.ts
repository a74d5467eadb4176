import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { reservedCode } from "./67-dynamic.js";
import { planted } from "./testing.arb.js";

const codes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 20 });

export const valid: fc.Arbitrary<readonly number[]> = codes;
export const broken: fc.Arbitrary<BrokenCase> = planted(
  reservedCode,
  fc.tuple(codes, codes).map(([before, after]) => Uint8Array.of(...before, 0, ...after)),
);
