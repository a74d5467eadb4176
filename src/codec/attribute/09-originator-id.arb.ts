import type fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { originatorIdFromExternal, originatorIdLength } from "./09-originator-id.js";
import { anyOctets, brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<number> => unsigned32Arb;

export const fits = ({ external }: SessionContext): boolean => !external;

export const valid: fc.Arbitrary<Case<number>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: originatorIdFromExternal, fits: ({ external }) => external, octets: () => anyOctets },
  { fault: originatorIdLength, fits, octets: () => wrongLength((length) => length === 4) },
);
