import fc from "fast-check";
import type { Family } from "../iana.js";
import { nlriOf } from "../nlri/index.js";
import type { SessionContext } from "../session-context.js";
import type { BrokenCase, Case } from "../testing.arb.js";
import {
  type MpReach,
  mpReachBadNlri,
  mpReachNextHopLength,
  mpReachNextHopOverrun,
  mpReachNotNegotiated,
  mpReachRouteDiscarded,
  mpReachTooShort,
} from "./14-mp-reach-nlri.js";
import { anyOctets, brokenOf, casesOf, octetsArb, wrongLength } from "./attribute.arb.js";
import {
  brokenMpNlriArb,
  familyArb,
  familyOctets,
  hasFamily,
  hasPartialFamily,
  hasReadFamily,
  mpNlriArb,
  nextHopLengths,
  otherFamilyArb,
  partialFamilyArb,
  readFamilyArb,
} from "./mp-nlri.arb.js";

export const values = (session: SessionContext): fc.Arbitrary<MpReach> =>
  familyArb(session).chain((family) =>
    fc.record({
      family: fc.constant(family),
      nextHop: nextHopArb(family, session),
      nlri: mpNlriArb(family, session, false),
    }),
  );

export const fits: (session: SessionContext) => boolean = hasFamily;

export const valid: fc.Arbitrary<Case<MpReach>> = casesOf(values, fits);

export const broken: fc.Arbitrary<BrokenCase> = brokenOf(
  { fault: mpReachTooShort, octets: () => wrongLength((length) => length >= 5) },
  {
    fault: mpReachNotNegotiated,
    octets: (session) =>
      fc
        .tuple(otherFamilyArb(session), octetsArb(2), anyOctets)
        .map(([family, least, rest]) => Uint8Array.of(...familyOctets(family), ...least, ...rest)),
  },
  {
    fault: mpReachNextHopLength,
    fits: (session) => limitedFamilies(session).length > 0,
    octets: (session) =>
      fc.constantFrom(...limitedFamilies(session)).chain((family) =>
        fc
          .tuple(
            fc.nat(255).filter((length) => !isNextHopLength(family, length, session)),
            octetsArb(60),
          )
          .map(([length, rest]) => Uint8Array.of(...familyOctets(family), length, ...rest)),
      ),
  },
  {
    // The next hop, or the reserved octet after it, lies past the end.
    fault: mpReachNextHopOverrun,
    fits,
    octets: (session) =>
      familyArb(session).chain((family) =>
        fc
          .tuple(fc.constantFrom(...someLengths(family, session)), fc.nat(), octetsArb(48))
          .map(([length, dice, octets]) =>
            Uint8Array.of(...familyOctets(family), length, ...octets.subarray(0, 1 + (dice % length))),
          ),
      ),
  },
  {
    fault: mpReachBadNlri,
    fits: hasReadFamily,
    octets: (session) => readFamilyArb(session).chain((family) => brokenRoutesArb(family, session, false)),
  },
  {
    fault: mpReachRouteDiscarded,
    fits: hasPartialFamily,
    octets: (session) => partialFamilyArb(session).chain((family) => brokenRoutesArb(family, session, true)),
  },
);

const brokenRoutesArb = (family: Family, session: SessionContext, partial: boolean): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(nextHopArb(family, session), fc.nat(255), brokenMpNlriArb(family, session, false, partial))
    .map(([nextHop, reserved, nlri]) =>
      Uint8Array.of(...familyOctets(family), nextHop.length, ...nextHop, reserved, ...nlri),
    );

/** Lengths of a next hop that is there; a family that sends none takes one of any length. */
const someLengths = (family: Family, session: SessionContext): readonly number[] => {
  const lengths = nextHopLengths(family, session).filter((length) => length > 0);
  return lengths.length === 0 ? [4] : lengths;
};

const nextHopArb = (family: Family, session: SessionContext): fc.Arbitrary<Uint8Array> =>
  fc.constantFrom(...nextHopLengths(family, session)).chain((length) => octetsArb(length).map(asSent));

/** Octets of a next hop that is as its sender has to make it, whatever a receiver takes. */
const asSent = (nextHop: Uint8Array): Uint8Array => {
  const out = nextHop.slice();
  // RFC 4364 §4.3.2 and RFC 4659 §3.2.1: in a VPN a Route Distinguisher of 0 stands in front of each address.
  for (const at of DISTINGUISHERS.get(out.length) ?? []) out.fill(0, at, at + 8);
  // RFC 2545 §3: the second address is link-local.
  if (out.length === 32 || out.length === 48) out.set([0xfe, 0x80, 0, 0, 0, 0, 0, 0], out.length - 16);
  return out;
};

/** Where Route Distinguishers stand in a next hop, by its length: no other family has these lengths. */
const DISTINGUISHERS: ReadonlyMap<number, readonly number[]> = new Map([
  [12, [0]],
  [24, [0]],
  [40, [0]],
  [48, [0, 24]],
]);

/** The families that do not take a next hop of just any length. */
const limitedFamilies = (session: SessionContext): Family[] =>
  [...session.families].filter((family) => !isNextHopLength(family, 255, session));

const isNextHopLength = (family: Family, length: number, { extendedNextHop }: SessionContext): boolean =>
  nlriOf(family)?.isNextHopLength(length, extendedNextHop.has(family)) ?? true;
