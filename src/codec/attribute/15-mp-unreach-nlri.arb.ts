import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type MpUnreach,
  mpUnreachBadNlri,
  mpUnreachNotNegotiated,
  mpUnreachRouteDiscarded,
  mpUnreachTooShort,
} from "./15-mp-unreach-nlri.js";
import { anyOctets, brokenOf, casesOf, wrongLength } from "./attribute.arb.js";
import {
  brokenMpNlriArb,
  familyArb,
  familyOctets,
  hasFamily,
  hasPartialFamily,
  hasReadFamily,
  mpNlriArb,
  otherFamilyArb,
  partialFamilyArb,
  readFamilyArb,
} from "./mp-nlri.arb.js";

export const values = (session: SessionContext): fc.Arbitrary<MpUnreach> =>
  familyArb(session).chain((family) =>
    fc.record({ family: fc.constant(family), nlri: mpNlriArb(family, session, true) }),
  );

export const fits: (session: SessionContext) => boolean = hasFamily;

export const valid: fc.Arbitrary<Case<MpUnreach>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: mpUnreachTooShort, octets: () => wrongLength((length) => length >= 3) },
  {
    fault: mpUnreachNotNegotiated,
    octets: (session) =>
      fc
        .tuple(otherFamilyArb(session), anyOctets)
        .map(([family, rest]) => Uint8Array.of(...familyOctets(family), ...rest)),
  },
  {
    fault: mpUnreachBadNlri,
    fits: hasReadFamily,
    octets: (session) =>
      readFamilyArb(session).chain((family) =>
        brokenMpNlriArb(family, session, true, false).map((nlri) => Uint8Array.of(...familyOctets(family), ...nlri)),
      ),
  },
  {
    fault: mpUnreachRouteDiscarded,
    fits: hasPartialFamily,
    octets: (session) =>
      partialFamilyArb(session).chain((family) =>
        brokenMpNlriArb(family, session, true, true).map((nlri) => Uint8Array.of(...familyOctets(family), ...nlri)),
      ),
  },
);
