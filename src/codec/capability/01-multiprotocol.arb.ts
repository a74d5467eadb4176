import type fc from "fast-check";
import type { Family } from "../iana.js";
import type { BrokenCase } from "../testing.arb.js";
import { multiprotocolLength } from "./01-multiprotocol.js";
import { familyArb, ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<Family> = familyArb;
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(multiprotocolLength, (length) => length === 4);
