import fc from "fast-check";
import { type Family, family } from "../iana.js";
import { nlriOf } from "../nlri/index.js";
import { brokenRunArb, routesArb } from "../nlri/unicast.arb.js";
import type { SessionContext } from "../session-context.js";
import type { MpNlri } from "./mp-nlri.js";

/** Multiprotocol attributes travel where any family does. */
export const hasFamily = ({ families }: SessionContext): boolean => families.size > 0;

/** Whether some family may travel whose routes a module reads. */
export const hasReadFamily = ({ families }: SessionContext): boolean => readFamilies({ families }).length > 0;

export const familyArb = ({ families }: SessionContext): fc.Arbitrary<Family> => fc.constantFrom(...families);

export const readFamilyArb = (session: SessionContext): fc.Arbitrary<Family> =>
  fc.constantFrom(...readFamilies(session));

/** A family, known or not, that was not negotiated. */
export const otherFamilyArb = ({ families }: SessionContext): fc.Arbitrary<Family> =>
  fc
    .tuple(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat(0xffff)), fc.oneof(fc.constant(1), fc.nat(255)))
    .map(([afi, safi]) => family(afi, safi))
    .filter((one) => !families.has(one));

export const mpNlriArb = (of: Family, { addPath }: SessionContext): fc.Arbitrary<MpNlri> =>
  nlriOf(of) === undefined ? fc.uint8Array({ maxLength: 40 }) : routesArb(of, addPath.has(of));

/** Octets that are no run of routes of `of`, a family that a module reads. */
export const brokenMpNlriArb = (of: Family, { addPath }: SessionContext): fc.Arbitrary<Uint8Array> => {
  const spec = nlriOf(of);
  if (spec === undefined) throw new RangeError(`no module reads family ${of}`);
  return brokenRunArb(spec, addPath.has(of)).map(({ octets }) => octets);
};

export const familyOctets = (of: Family): readonly number[] => [of >>> 16, (of >>> 8) & 0xff, of & 0xff];

const readFamilies = ({ families }: Pick<SessionContext, "families">): Family[] =>
  [...families].filter((one) => nlriOf(one) !== undefined);
