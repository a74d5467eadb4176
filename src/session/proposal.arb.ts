import fc from "fast-check";
import { Role } from "../codec/capability/09-role.js";
import type { GracefulRestart } from "../codec/capability/64-graceful-restart.js";
import { AddPathMode } from "../codec/capability/69-add-path.js";
import type { Family } from "../codec/iana.js";
import { family, Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { asnArb } from "../codec/session-context.arb.js";
import type { ProposalSettings } from "./types.js";

const families: readonly Family[] = [Ipv4Unicast, Ipv6Unicast, family(25, 70), family(1, 4), family(2, 128)];
const familyArb = fc.constantFrom(...families);
const familiesArb = fc.subarray([...families]);
const mapArb = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<ReadonlyMap<Family, Value>> =>
  fc.array(fc.tuple(familyArb, value), { maxLength: 3 }).map((entries) => new Map(entries));

const restartArb: fc.Arbitrary<GracefulRestart> = fc.record({
  restarting: fc.boolean(),
  notification: fc.boolean(),
  time: fc.integer({ min: 0, max: 4095 }),
  families: familiesArb.map((list) => list.map((one) => ({ family: one, forwarding: one === Ipv4Unicast }))),
});

/** What a speaker may propose, every option there or not. Each of them gives an OPEN that the wire can carry. */
export const proposalArb: fc.Arbitrary<ProposalSettings> = fc.record(
  {
    localAs: asnArb(4),
    identifier: fc.integer({ min: 1, max: 0xffffffff }),
    holdTime: fc.oneof(fc.constantFrom(0, 3, 90, 0xffff), fc.integer({ min: 3, max: 0xffff })),
    families: familiesArb,
    addPath: mapArb(fc.constantFrom(...Object.values(AddPathMode))),
    pathsLimit: mapArb(fc.integer({ min: 1, max: 0xffff })),
    extendedNextHop: familiesArb,
    multipleLabels: familiesArb,
    routeRefresh: fc.boolean(),
    enhancedRefresh: fc.boolean(),
    extendedMessages: fc.boolean(),
    role: fc.constantFrom(...Object.values(Role)),
    gracefulRestart: restartArb,
    longLived: familiesArb.map((list) => list.map((one) => ({ family: one, forwarding: false, time: 3600 }))),
    hostName: fc.record({ host: fc.string({ maxLength: 10, unit: "grapheme" }), domain: fc.string({ maxLength: 10 }) }),
    tcpAoCapability: fc.integer({ min: 239, max: 254 }),
    softwareVersion: fc.string({ minLength: 1, maxLength: 64 }),
  },
  { requiredKeys: ["localAs", "identifier"] },
);
