import fc from "fast-check";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type PrefixSidTlv,
  prefixSidEmpty,
  prefixSidLabelIndexLength,
  prefixSidOverrun,
  prefixSidService,
  prefixSidSrgbLength,
} from "./40-prefix-sid.js";
import { brokenOf, casesOf, octetsArb, unsigned32Arb, wrongLength } from "./attribute.arb.js";
import type { Srv6ServiceData, Srv6ServiceSubTlv } from "./srv6-service.js";
import { joined, opaqueArb, u8Arb, u16Arb, u24Arb } from "./tlv.arb.js";

const dataArb: fc.Arbitrary<Srv6ServiceData> = fc.oneof(
  fc.record({
    type: fc.constant("sid-structure" as const),
    locatorBlock: u8Arb,
    locatorNode: u8Arb,
    function: u8Arb,
    argument: u8Arb,
    transpositionLength: u8Arb,
    transpositionOffset: u8Arb,
  }),
  opaqueArb(0xff, (code) => code !== 1),
);

const subTlvArb: fc.Arbitrary<Srv6ServiceSubTlv> = fc.oneof(
  fc.record({
    type: fc.constant("sid-information" as const),
    reserved: u8Arb,
    sid: octetsArb(16),
    flags: u8Arb,
    behavior: u16Arb,
    reserved2: u8Arb,
    data: fc.array(dataArb, { maxLength: 2 }),
  }),
  opaqueArb(0xff, (code) => code !== 1),
);

export const tlvArb: fc.Arbitrary<PrefixSidTlv> = fc.oneof(
  fc.record({ type: fc.constant("label-index" as const), reserved: u8Arb, flags: u16Arb, index: unsigned32Arb }),
  fc.record({
    type: fc.constant("originator-srgb" as const),
    flags: u16Arb,
    ranges: fc.array(fc.record({ base: u24Arb, size: u24Arb }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    type: fc.constantFrom("srv6-l3-service" as const, "srv6-l2-service" as const),
    reserved: u8Arb,
    subTlvs: fc.array(subTlvArb, { maxLength: 2 }),
  }),
  opaqueArb(0xff, (code) => ![1, 3, 5, 6].includes(code)),
);

export const values = (): fc.Arbitrary<readonly PrefixSidTlv[]> => fc.array(tlvArb, { minLength: 1, maxLength: 2 });

export const valid: fc.Arbitrary<Case<readonly PrefixSidTlv[]>> = casesOf(values);

const tlv = (code: number, octets: Uint8Array): Uint8Array =>
  joined([code, octets.length >> 8, octets.length & 0xff], octets);

/** A service with one sub-TLV. */
const service = (code: number, octets: Uint8Array): Uint8Array => tlv(5, joined([0], tlv(code, octets)));

const labelIndex: Uint8Array = tlv(1, new Uint8Array(7));

/** What RFC 9252 §7 calls malformed, on each level. */
const brokenService: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(tlv(5, new Uint8Array(0)), tlv(6, new Uint8Array(0))),
  // Service, sub-TLV and sub-sub-TLV that are cut off by what they stand in.
  octetsArb(24).chain((octets) => fc.nat(23).map((kept) => tlv(6, joined([0], tlv(9, octets))).slice(0, 4 + kept))),
  octetsArb(8).chain((octets) => fc.nat(9).map((kept) => tlv(5, joined([0], tlv(9, octets).slice(0, 1 + kept))))),
  octetsArb(21).chain((octets) =>
    fc.nat(7).map((kept) => service(1, joined(octets, tlv(1, new Uint8Array(6)).slice(0, 1 + kept)))),
  ),
  fc.uint8Array({ maxLength: 20 }).map((octets) => service(1, octets)),
  wrongLength((length) => length === 6).map((octets) => service(1, joined(new Uint8Array(21), tlv(1, octets)))),
);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: prefixSidEmpty, octets: () => fc.constant(new Uint8Array(0)) },
  {
    fault: prefixSidOverrun,
    octets: () =>
      octetsArb(7).chain((octets) => fc.nat(8).map((kept) => joined(labelIndex, tlv(1, octets).slice(0, 1 + kept)))),
  },
  {
    fault: prefixSidLabelIndexLength,
    octets: () => wrongLength((length) => length === 7).map((octets) => joined(tlv(1, octets), labelIndex)),
  },
  {
    fault: prefixSidSrgbLength,
    octets: () =>
      wrongLength((length) => length > 2 && length % 6 === 2).map((octets) => joined(labelIndex, tlv(3, octets))),
  },
  {
    fault: prefixSidService,
    // It is named whatever stood before it.
    octets: () =>
      fc.tuple(fc.constantFrom(labelIndex, tlv(1, new Uint8Array(3))), brokenService).map((parts) => joined(...parts)),
  },
);
