import type fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { bfdStrictMode } from "./74-bfd-strict-mode.js";
import { bareArb, brokenBareArb } from "./bare.arb.js";

export const valid: fc.Arbitrary<true> = bareArb;
export const broken: fc.Arbitrary<BrokenCase> = brokenBareArb(bfdStrictMode);
