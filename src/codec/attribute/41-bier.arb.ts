import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type BierNextHop,
  type BierSubTlv,
  type BierTlv,
  bierEmpty,
  bierSubTlvOverrun,
  bierTlvOverrun,
  bierTooShort,
} from "./41-bier.js";
import { brokenOf, casesOf, octetsArb } from "./attribute.arb.js";
import { addressArb, joined, opaqueArb, u8Arb, u16Arb } from "./tlv.arb.js";

const nextHopArb: fc.Arbitrary<BierNextHop> = fc.oneof(
  addressArb.map((address) => ({ type: "next-hop" as const, address })),
  opaqueArb(0xffff, (code) => code !== 4),
);

const subTlvArb: fc.Arbitrary<BierSubTlv> = fc.oneof(
  fc.record({
    type: fc.constantFrom("mpls-encapsulation" as const, "non-mpls-encapsulation" as const),
    maxSi: u8Arb,
    bitStringLength: fc.nat(15),
    base: fc.nat(0xfffff),
    subTlvs: fc.array(nextHopArb, { maxLength: 2 }),
  }),
  opaqueArb(0xffff, (code) => code !== 2 && code !== 3),
  // Too short for its layout.
  fc
    .tuple(fc.constantFrom(2, 3), fc.uint8Array({ maxLength: 3 }))
    .map(([code, octets]) => ({ type: "opaque" as const, code, octets })),
);

const tlvArb: fc.Arbitrary<BierTlv> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("bier" as const),
      subDomain: u8Arb,
      bfrId: u16Arb,
      reserved: u8Arb,
      subTlvs: fc.array(subTlvArb, { maxLength: 2 }),
    }),
  },
  opaqueArb(0xffff, (code) => code !== 1),
);

export const values = (): fc.Arbitrary<readonly BierTlv[]> => fc.array(tlvArb, { minLength: 1, maxLength: 2 });

export const valid: fc.Arbitrary<Case<readonly BierTlv[]>> = casesOf(values);

const tlv = (code: number, octets: Uint8Array): Uint8Array =>
  joined([code >> 8, code & 0xff, octets.length >> 8, octets.length & 0xff], octets);

const head = new Uint8Array(4);
const whole: Uint8Array = tlv(1, head);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: bierEmpty, octets: () => fc.constant(new Uint8Array(0)) },
  {
    fault: bierTlvOverrun,
    octets: () =>
      octetsArb(8).chain((octets) => fc.nat(10).map((kept) => joined(whole, tlv(1, octets).slice(0, 1 + kept)))),
  },
  { fault: bierTooShort, octets: () => fc.uint8Array({ maxLength: 3 }).map((octets) => joined(whole, tlv(1, octets))) },
  {
    fault: bierSubTlvOverrun,
    octets: () =>
      fc.oneof(
        octetsArb(4).chain((octets) =>
          fc.nat(6).map((kept) => joined(tlv(1, joined(head, tlv(9, octets).slice(0, 1 + kept))), whole)),
        ),
        fc
          .tuple(fc.constantFrom(2, 3), octetsArb(4), fc.nat(6))
          .map(([code, octets, kept]) =>
            tlv(1, joined(head, tlv(code, joined(head, tlv(4, octets).slice(0, 1 + kept))), tlv(9, head))),
          ),
      ),
  },
);
