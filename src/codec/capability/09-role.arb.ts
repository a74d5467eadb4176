import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { Role, roleLength } from "./09-role.js";
import { ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(...Object.values(Role)), fc.nat(255));
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(roleLength, (length) => length === 1);
