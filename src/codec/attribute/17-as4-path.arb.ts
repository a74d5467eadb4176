import fc from "fast-check";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import { emptied, overrunArb, pathArb, planted, RouteSegments, withUnknownType, withZero } from "./02-as-path.arb.js";
import { type AsPath, SegmentType } from "./02-as-path.js";
import {
  as4PathAsZero,
  as4PathEmptySegment,
  as4PathFromNewSpeaker,
  as4PathLength,
  as4PathOverrun,
  as4PathUnknownSegment,
} from "./17-as4-path.js";
import { anyOctets, brokenOf, casesOf, wrongLength } from "./attribute.arb.js";

export const values = (): fc.Arbitrary<AsPath> => pathArb(4, RouteSegments).filter((path) => path.length > 0);

export const fits = ({ asnSize }: SessionContext): boolean => asnSize === 2;

export const valid: fc.Arbitrary<Case<AsPath>> = casesOf(values, fits);

/** Nothing but a confederation segment, which a receiver drops: no AS number is left. */
const onlyConfederation: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(SegmentType.ConfedSequence, SegmentType.ConfedSet), fc.integer({ min: 1, max: 255 }))
  .map(([type, as]) => Uint8Array.of(type, 1, 0, 0, 0, as));

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: as4PathFromNewSpeaker, fits: (session) => !fits(session), octets: () => anyOctets },
  {
    fault: as4PathLength,
    fits,
    octets: () =>
      fc.oneof(
        wrongLength((length) => length >= 6 && length % 2 === 0),
        onlyConfederation,
      ),
  },
  { fault: as4PathUnknownSegment, fits, octets: () => planted(4, 0, withUnknownType) },
  { fault: as4PathEmptySegment, fits, octets: () => planted(4, 1, emptied) },
  { fault: as4PathOverrun, fits, octets: () => overrunArb(4) },
  { fault: as4PathAsZero, fits, octets: () => planted(4, 0, withZero(4)) },
);
