import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type NextHopCapabilities,
  type NextHopCharacteristic,
  nextHopCapabilitiesNextHopOverrun,
  nextHopCapabilitiesNone,
  nextHopCapabilitiesOverrun,
  nextHopCapabilitiesTooShort,
} from "./39-next-hop-capabilities.js";
import { brokenOf, casesOf, octetsArb, unsigned32Arb } from "./attribute.arb.js";
import { joined, opaqueArb } from "./tlv.arb.js";

const characteristicArb: fc.Arbitrary<NextHopCharacteristic> = fc.oneof(
  fc.record({ type: fc.constant("bgp-identifier" as const), identifier: unsigned32Arb, as: unsigned32Arb }),
  opaqueArb(0xffff, (code) => code !== 3),
  // BGPID of a wrong length, which is ignored.
  fc.uint8Array({ maxLength: 7 }).map((octets) => ({ type: "opaque" as const, code: 3, octets })),
);

export const values = (): fc.Arbitrary<NextHopCapabilities> =>
  fc.record({
    family: fc.constantFrom(0x000101, 0x000201, 0x000180, 0xffffff),
    nextHop: fc.constantFrom(4, 12, 16, 32, 0).chain(octetsArb),
    characteristics: fc.array(characteristicArb, { minLength: 1, maxLength: 4 }),
  });

export const valid: fc.Arbitrary<Case<NextHopCapabilities>> = casesOf(values);

const header = (nextHop: Uint8Array): Uint8Array => joined([0, 1, 1, nextHop.length], nextHop);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: nextHopCapabilitiesTooShort, octets: () => fc.uint8Array({ maxLength: 3 }) },
  {
    fault: nextHopCapabilitiesNextHopOverrun,
    octets: () => octetsArb(16).chain((hop) => fc.nat(15).map((kept) => header(hop).slice(0, 4 + kept))),
  },
  { fault: nextHopCapabilitiesNone, octets: () => fc.constantFrom(0, 4, 16).chain(octetsArb).map(header) },
  {
    fault: nextHopCapabilitiesOverrun,
    octets: () =>
      fc
        .tuple(octetsArb(4), octetsArb(8), fc.integer({ min: 1, max: 11 }))
        .map(([hop, identifier, kept]) => joined(header(hop), joined([0, 3, 0, 8], identifier).slice(0, kept))),
  },
);
