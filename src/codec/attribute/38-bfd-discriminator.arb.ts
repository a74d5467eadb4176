import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type BfdDiscriminator,
  type BfdTlv,
  bfdDiscriminatorNoSource,
  bfdDiscriminatorSourceLength,
  bfdDiscriminatorTlvOverrun,
  bfdDiscriminatorTooShort,
} from "./38-bfd-discriminator.js";
import { brokenOf, casesOf, octetsArb, unsigned32Arb, wrongLength } from "./attribute.arb.js";
import { addressArb, joined, opaqueArb, u8Arb } from "./tlv.arb.js";

const sourceArb: fc.Arbitrary<BfdTlv> = addressArb.map((address) => ({ type: "source-address", address }));
const otherArb: fc.Arbitrary<BfdTlv> = opaqueArb(0xff, (code) => code !== 1);

/** Mostly P2MP BFD, with one source address or more; else a mode that is not assigned, with any TLVs of 6 octets at least. */
export const values = (): fc.Arbitrary<BfdDiscriminator> =>
  fc.record({
    mode: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, u8Arb),
    discriminator: unsigned32Arb,
    tlvs: fc
      .tuple(fc.array(otherArb, { maxLength: 2 }), sourceArb, fc.array(fc.oneof(sourceArb, otherArb), { maxLength: 2 }))
      .map(([before, source, after]) => [...before, source, ...after]),
  });

export const valid: fc.Arbitrary<Case<BfdDiscriminator>> = casesOf(() =>
  fc.oneof(
    { weight: 3, arbitrary: values() },
    values().map(
      (one): BfdDiscriminator => ({
        ...one,
        mode: 2,
        tlvs: [{ type: "opaque", code: 9, octets: Uint8Array.of(1, 2, 3, 4) }],
      }),
    ),
  ),
);

/** P2MP, and TLVs in octets. */
const p2mp = (tlvs: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(octetsArb(4), tlvs).map(([discriminator, octets]) => joined([1], discriminator, octets));

const opaqueOctets: fc.Arbitrary<Uint8Array> = octetsArb(6).map((octets) => joined([7, 6], octets));

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: bfdDiscriminatorTooShort, octets: () => fc.uint8Array({ maxLength: 10 }) },
  {
    fault: bfdDiscriminatorTlvOverrun,
    octets: () =>
      p2mp(
        fc
          .tuple(opaqueOctets, fc.nat(0xff), fc.nat(20))
          .map(([before, code, length]) => joined(before, [code], length === 0 ? [] : [length])),
      ),
  },
  {
    fault: bfdDiscriminatorSourceLength,
    octets: () =>
      p2mp(
        wrongLength((length) => length === 4 || length === 16).map((octets) =>
          joined([7, 2, 0, 0], [1, octets.length], octets),
        ),
      ),
  },
  { fault: bfdDiscriminatorNoSource, octets: () => p2mp(opaqueOctets) },
);
