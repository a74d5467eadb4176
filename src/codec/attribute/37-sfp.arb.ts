import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type Association,
  type Hop,
  type OpaqueTlv,
  type ServiceFunction,
  type SfpTlv,
  sfp,
  sfpAssociation,
  sfpEmptyHop,
  sfpMplsNotEmpty,
  sfpNoHop,
  sfpServiceFunction,
  sfpTlvLength,
} from "./37-sfp.js";
import { brokenOf, casesOf, octetsArb, octetsOf } from "./attribute.arb.js";

const association: fc.Arbitrary<Association> = fc.record({
  type: fc.constant(1 as const),
  associationType: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.nat(0xff)),
  rd: octetsArb(8),
  spi: fc.nat(0xffffff),
});

const serviceFunction: fc.Arbitrary<ServiceFunction> = fc.record({
  type: fc.constant(3 as const),
  serviceFunctionType: fc.nat(0xffff),
  rds: fc.array(octetsArb(8), { maxLength: 3 }),
});

/** The empty TLV of the place, and types that mean nothing there. */
const opaque = (empty: number, ...unknown: readonly number[]): fc.Arbitrary<OpaqueTlv> =>
  fc.oneof(
    fc.constant({ type: empty, value: new Uint8Array(0) }),
    fc.record({ type: fc.constantFrom(...unknown), value: fc.uint8Array({ maxLength: 12 }) }),
  );

const hop: fc.Arbitrary<Hop> = fc.record({
  type: fc.constant(2 as const),
  serviceIndex: fc.nat(0xff),
  tlvs: fc.array(fc.oneof(serviceFunction, opaque(4, 0, 1, 2, 5, 255)), { minLength: 1, maxLength: 3 }),
});

const beside: fc.Arbitrary<readonly SfpTlv[]> = fc.array(fc.oneof(association, opaque(5, 0, 3, 4, 6, 255)), {
  maxLength: 2,
});

export const values = (): fc.Arbitrary<readonly SfpTlv[]> =>
  fc
    .tuple(beside, fc.array(hop, { minLength: 1, maxLength: 2 }), beside)
    .map(([before, hops, after]) => [...before, ...hops, ...after]);

export const valid: fc.Arbitrary<Case<readonly SfpTlv[]>> = casesOf(values);

/** A valid path with more behind it. */
const followed = (session: SessionContext, more: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(values(), more).map(([value, octets]) => Uint8Array.of(...octetsOf(sfp, value, session), ...octets));

const tlvOf = (type: number, length: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  length.chain((octets) => octetsArb(octets)).map((value) => [type, 0, value.length, ...value]);

/** A hop with these TLVs. */
const hopOf = (tlvs: fc.Arbitrary<readonly number[]>): fc.Arbitrary<number[]> =>
  tlvs.map((octets) => [2, 0, 1 + octets.length, 255, ...octets]);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  {
    fault: sfpTlvLength,
    octets: (session) => {
      const cut = fc.constantFrom([9], [9, 0], [9, 0, 1], [1, 0, 12, 7], [9, 255, 255, 0]);
      return fc.oneof(followed(session, cut), followed(session, hopOf(cut)));
    },
  },
  {
    fault: sfpAssociation,
    octets: (session) => followed(session, tlvOf(1, fc.oneof(fc.nat(11), fc.integer({ min: 13, max: 24 })))),
  },
  { fault: sfpEmptyHop, octets: (session) => followed(session, fc.constantFrom([2, 0, 0], [2, 0, 1, 255])) },
  {
    fault: sfpServiceFunction,
    octets: (session) => followed(session, hopOf(tlvOf(3, fc.constantFrom(0, 1, 3, 8, 9, 11, 16, 17, 19)))),
  },
  {
    fault: sfpMplsNotEmpty,
    octets: (session) => {
      const some = fc.integer({ min: 1, max: 9 });
      return fc.oneof(followed(session, tlvOf(5, some)), followed(session, hopOf(tlvOf(4, some))));
    },
  },
  {
    fault: sfpNoHop,
    octets: (session) =>
      fc
        .tuple(fc.array(association, { maxLength: 2 }), tlvOf(9, fc.nat(9)), fc.boolean())
        .map(([known, unknown, both]) => {
          const hops = octetsOf(sfp, [...known, SOME_HOP], session);
          const octets = hops.subarray(0, hops.length - SOME_HOP_OCTETS);
          return Uint8Array.of(...octets, ...(both ? unknown : []));
        }),
  },
);

const SOME_HOP: Hop = { type: 2, serviceIndex: 1, tlvs: [{ type: 4, value: new Uint8Array(0) }] };
const SOME_HOP_OCTETS = 7;
