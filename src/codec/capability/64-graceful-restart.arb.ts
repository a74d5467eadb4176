import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type GracefulRestart, gracefulRestartLength } from "./64-graceful-restart.js";
import { familyArb, ofWrongLength } from "./testing.arb.js";

export const valid: fc.Arbitrary<GracefulRestart> = fc.record({
  restarting: fc.boolean(),
  notification: fc.boolean(),
  time: fc.nat(0xfff),
  families: fc.array(fc.record({ family: familyArb, forwarding: fc.boolean() }), { maxLength: 63 }),
});
export const broken: fc.Arbitrary<BrokenCase> = ofWrongLength(gracefulRestartLength, (length) => length % 4 === 2);
