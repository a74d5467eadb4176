import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type AigpTlv,
  aigp,
  aigpEmpty,
  aigpMaximumMetric,
  aigpMetricLength,
  aigpOverrun,
  aigpTlvTooShort,
} from "./26-aigp.js";
import { brokenOf, casesOf, octetsArb, octetsOf } from "./attribute.arb.js";

const MAXIMUM = 2n ** 64n - 1n;

/** The first metric is never the maximum; those behind it may be. */
export const values = (): fc.Arbitrary<readonly AigpTlv[]> =>
  fc.array(fc.oneof(metricArb, otherArb), { minLength: 1, maxLength: 4 }).map((tlvs) => {
    const first = tlvs.findIndex((tlv) => "metric" in tlv);
    return tlvs.map((tlv, i) =>
      i === first && "metric" in tlv && tlv.metric === MAXIMUM ? { ...tlv, metric: 0n } : tlv,
    );
  });

const metricArb: fc.Arbitrary<AigpTlv> = fc.record({
  type: fc.constant(1 as const),
  metric: fc.oneof(fc.constantFrom(0n, 100n, 1n << 32n, MAXIMUM - 1n, MAXIMUM), fc.bigInt({ min: 0n, max: MAXIMUM })),
});

const otherArb: fc.Arbitrary<AigpTlv> = fc.record({
  type: fc.oneof(fc.constantFrom(0, 2, 255), fc.integer({ min: 2, max: 255 })),
  value: fc.oneof({ weight: 6, arbitrary: fc.uint8Array({ maxLength: 12 }) }, { weight: 1, arbitrary: octetsArb(260) }),
});

export const valid: fc.Arbitrary<Case<readonly AigpTlv[]>> = casesOf(values);

/** Octets behind well-formed TLVs, or alone. */
const behind = (session: SessionContext, octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.option(values(), { nil: null }), octets)
    .map(([before, one]) => Uint8Array.of(...(before === null ? [] : octetsOf(aigp, before, session)), ...one));

const tlv = (type: number, length: number, value: Uint8Array): Uint8Array =>
  Uint8Array.of(type, length >> 8, length & 0xff, ...value);

/** Makes the metric behind `before` the maximum. */
const withMaximum = (tlvs: readonly AigpTlv[], session: SessionContext, before: readonly AigpTlv[]): Uint8Array => {
  const octets = octetsOf(aigp, tlvs, session);
  octets[aigp.size(before, session) + 10] = 0xff;
  return octets;
};

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: aigpEmpty, octets: () => fc.constant(new Uint8Array(0)) },
  {
    fault: aigpTlvTooShort,
    octets: (session) =>
      behind(
        session,
        fc.tuple(fc.nat(255), fc.nat(2), octetsArb(8)).map(([type, length, value]) => tlv(type, length, value)),
      ),
  },
  {
    fault: aigpOverrun,
    octets: (session) =>
      behind(
        session,
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 2 }),
          fc
            .tuple(fc.nat(255), fc.uint8Array({ maxLength: 12 }), fc.integer({ min: 1, max: 60_000 }))
            .map(([type, value, more]) => tlv(type, 3 + value.length + more, value)),
        ),
      ),
  },
  {
    fault: aigpMetricLength,
    octets: (session) =>
      behind(
        session,
        fc
          .tuple(fc.constantFrom(0, 4, 7, 9, 16), octetsArb(16))
          .map(([length, value]) => tlv(1, 3 + length, value.subarray(0, length))),
      ),
  },
  {
    fault: aigpMaximumMetric,
    octets: (session) =>
      fc
        .tuple(fc.array(otherArb, { maxLength: 2 }), fc.array(fc.oneof(metricArb, otherArb), { maxLength: 2 }))
        .map(([before, after]) =>
          // The encoder refuses such a first metric only, so it writes one that is nearly the maximum.
          withMaximum([...before, { type: 1, metric: MAXIMUM - 1n }, ...after], session, before),
        ),
  },
);
