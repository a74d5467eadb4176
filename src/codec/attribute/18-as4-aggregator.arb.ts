import type fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { aggregatorArb } from "./07-aggregator.arb.js";
import type { Aggregator } from "./07-aggregator.js";
import { as4AggregatorAsZero, as4AggregatorFromNewSpeaker, as4AggregatorLength } from "./18-as4-aggregator.js";
import { anyOctets, brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<Aggregator> => aggregatorArb(4);

export const fits = ({ asnSize }: SessionContext): boolean => asnSize === 2;

export const valid: fc.Arbitrary<Case<Aggregator>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: as4AggregatorFromNewSpeaker, fits: (session) => !fits(session), octets: () => anyOctets },
  { fault: as4AggregatorLength, fits, octets: () => wrongLength((length) => length === 8) },
  { fault: as4AggregatorAsZero, fits, octets: () => octetsArb(8).map((octets) => octets.fill(0, 0, 4)) },
);
