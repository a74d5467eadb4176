import fc from "fast-check";
import type { CapabilitySpec } from "../capability.js";
import type { BrokenCase } from "../testing.arb.js";
import { ofWrongLength } from "./testing.arb.js";

export const bareArb: fc.Arbitrary<true> = fc.constant(true);

/** A capability that should be empty and is not: its only fault. */
export const brokenBareArb = (spec: CapabilitySpec<true>): fc.Arbitrary<BrokenCase> =>
  fc.oneof(...spec.faults.map((fault) => ofWrongLength(fault, (length) => length === 0)));
