import type fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { localPrefFromExternal, localPrefLength } from "./05-local-pref.js";
import { anyOctets, brokenOf, casesOf, unsigned32Arb, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<number> => unsigned32Arb;

export const fits = ({ external }: SessionContext): boolean => !external;

export const valid: fc.Arbitrary<Case<number>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: localPrefFromExternal, fits: ({ external }) => external, octets: () => anyOctets },
  { fault: localPrefLength, fits, octets: () => wrongLength((length) => length === 4) },
);
