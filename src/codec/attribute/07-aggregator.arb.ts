import fc from "fast-check";
import { asnArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { type Aggregator, aggregatorAsZero, aggregatorLength } from "./07-aggregator.js";
import { brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

export const aggregatorArb = (asnSize: 2 | 4): fc.Arbitrary<Aggregator> =>
  fc.record({ as: asnArb(asnSize), address: octetsArb(4) });

export const values = ({ asnSize }: SessionContext): fc.Arbitrary<Aggregator> => aggregatorArb(asnSize);

export const valid: fc.Arbitrary<Case<Aggregator>> = casesOf(values);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: aggregatorLength, octets: ({ asnSize }) => wrongLength((length) => length === asnSize + 4) },
  {
    fault: aggregatorAsZero,
    octets: ({ asnSize }) => octetsArb(asnSize + 4).map((octets) => octets.fill(0, 0, asnSize)),
  },
);
