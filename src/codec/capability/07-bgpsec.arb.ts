import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type Bgpsec, bgpsecLength } from "./07-bgpsec.js";
import { ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<Bgpsec> = fc.record({
  version: fc.nat(15),
  sends: fc.boolean(),
  afi: fc.oneof(fc.constantFrom(1, 2), fc.nat(0xffff)),
});
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(bgpsecLength, (length) => length === 3);
