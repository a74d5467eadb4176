import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type PmsiTunnel, pmsiTunnelIdentifier, pmsiTunnelTooShort } from "./22-pmsi-tunnel.js";
import { brokenOf, casesOf, octetsArb } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<PmsiTunnel> =>
  identified.chain(([tunnelType, identifier]) =>
    fc.record({
      flags: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1) }, fc.nat(0xff)),
      tunnelType: fc.constant(tunnelType),
      label: fc.nat(0xffffff),
      identifier,
    }),
  );

export const valid: fc.Arbitrary<Case<PmsiTunnel>> = casesOf(values);

/** A P2MP (6) or MP2MP (7, 8) FEC element. */
const fecElement: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(6, 7, 8),
    fc.oneof(
      octetsArb(4).map((root) => [0, 1, 4, ...root]),
      octetsArb(16).map((root) => [0, 2, 16, ...root]),
    ),
    // RFC 6388 §2.3.1: a generic LSP identifier.
    octetsArb(4).map((id) => [0, 7, 1, 0, 4, ...id]),
  )
  .map(([type, root, opaque]) => Uint8Array.of(type, ...root, ...opaque));

const either = (a: number, b: number): fc.Arbitrary<Uint8Array> => fc.oneof(octetsArb(a), octetsArb(b));

/** Types 8 to 10, 12 and above are opaque here. */
const opaqueType: fc.Arbitrary<number> = fc.oneof(fc.integer({ min: 8, max: 10 }), fc.integer({ min: 12, max: 255 }));

const identified: fc.Arbitrary<[type: number, identifier: fc.Arbitrary<Uint8Array>]> = fc.oneof(
  fc.constant<[number, fc.Arbitrary<Uint8Array>]>([0, octetsArb(0)]),
  fc.constant<[number, fc.Arbitrary<Uint8Array>]>([1, either(12, 24)]),
  fc.constantFrom(2, 7).map((type): [number, fc.Arbitrary<Uint8Array>] => [type, fecElement]),
  fc.constantFrom(3, 4, 5).map((type): [number, fc.Arbitrary<Uint8Array>] => [type, either(8, 32)]),
  fc.constant<[number, fc.Arbitrary<Uint8Array>]>([6, either(4, 16)]),
  fc.constant<[number, fc.Arbitrary<Uint8Array>]>([11, either(7, 19)]),
  opaqueType.map((type): [number, fc.Arbitrary<Uint8Array>] => [type, fc.uint8Array({ maxLength: 60 })]),
);

const lead = fc.tuple(fc.nat(0xff), octetsArb(3));

/** Lengths that fit no identifier of any judged type. */
const unfit = fc.constantFrom(1, 3, 5, 9, 13, 25, 33).chain(octetsArb);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: pmsiTunnelTooShort, octets: () => fc.uint8Array({ maxLength: 4 }) },
  {
    fault: pmsiTunnelIdentifier,
    octets: () =>
      fc.oneof(
        fc
          .tuple(lead, fc.constantFrom(0, 1, 3, 4, 5, 6, 11), unfit)
          .map(([[flags, label], type, identifier]) => Uint8Array.of(flags, type, ...label, ...identifier)),
        fc
          .tuple(lead, fc.constantFrom(2, 7), fecElement, fc.integer({ min: 1, max: 6 }))
          .map(([[flags, label], type, fec, off]) =>
            Uint8Array.of(flags, type, ...label, ...fec.subarray(0, fec.length - off)),
          ),
      ),
  },
);
