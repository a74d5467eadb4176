import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type SwitchingCapability, trafficEngineering, trafficEngineeringLength } from "./24-traffic-engineering.js";
import { brokenOf, casesOf, octetsArb, octetsOf, unsigned32Arb } from "./attribute.arb.js";

const descriptor = (
  capability: fc.Arbitrary<number>,
  specific: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<SwitchingCapability> =>
  fc.record({
    capability,
    encoding: fc.nat(255),
    reserved: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(0xffff)),
    maxLspBandwidth: fc.array(fc.oneof(fc.constant(0x4d9502f9), unsigned32Arb), { minLength: 8, maxLength: 8 }),
    specific,
  });

/** As RFC 5543 §3 has it, or padded to 8 octets. */
const padded = (length: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(octetsArb(length), fc.boolean())
    .map(([octets, isPadded]) => (isPadded ? Uint8Array.of(...octets, ...Array(8 - length).fill(0)) : octets));

const knownArb: fc.Arbitrary<SwitchingCapability> = fc.oneof(
  descriptor(fc.constantFrom(1, 2, 3, 4), padded(6)),
  descriptor(fc.constant(100), padded(5)),
  descriptor(fc.constantFrom(51, 150, 200), octetsArb(0)),
);

/** Only the last one may be of a capability that nobody knows: where it ends nothing says. */
const unknownArb: fc.Arbitrary<SwitchingCapability> = descriptor(
  fc.constantFrom(5, 99, 110, 255),
  fc.uint8Array({ maxLength: 60 }),
);

export const values = (): fc.Arbitrary<readonly SwitchingCapability[]> =>
  fc.oneof(
    fc.array(knownArb, { minLength: 1, maxLength: 3 }),
    fc.tuple(fc.array(knownArb, { maxLength: 2 }), unknownArb).map(([known, last]) => [...known, last]),
  );

export const valid: fc.Arbitrary<Case<readonly SwitchingCapability[]>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  // Nothing, or descriptors of which the last one is cut before its fixed octets end.
  {
    fault: trafficEngineeringLength,
    octets: (session) =>
      fc
        .tuple(fc.array(layer2Arb, { maxLength: 2 }), fc.uint8Array({ maxLength: 35 }))
        .filter(([before, cut]) => before.length === 0 || cut.length > 0)
        .map(([before, cut]) =>
          Uint8Array.of(...(before.length === 0 ? [] : octetsOf(trafficEngineering, before, session)), ...cut),
        ),
  },
  // What packet switching or time division have for themselves is cut.
  {
    fault: trafficEngineeringLength,
    octets: () =>
      fc
        .tuple(fc.constantFrom(1, 4, 100), octetsArb(35), fc.nat(5))
        .map(([capability, fixed, kept]) =>
          Uint8Array.of(capability, ...fixed, ...Array(Math.min(kept, capability === 100 ? 4 : 5)).fill(1)),
        ),
  },
);

const layer2Arb: fc.Arbitrary<SwitchingCapability> = descriptor(fc.constant(51), octetsArb(0));
