import fc from "fast-check";
import { type Family, family } from "../iana.js";
import { nlriArbOf } from "../nlri/index.arb.js";
import { nlriOf } from "../nlri/index.js";
import { type Carriage, routesArb } from "../nlri/nlri.arb.js";
import type { SessionContext } from "../session-context.js";
import { announcedForm, type MpNlri } from "./mp-nlri.js";

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

/** Routes of `of` as they stand in MP_REACH_NLRI, or withdrawn. */
export const mpNlriArb = (of: Family, session: SessionContext, withdrawn: boolean): fc.Arbitrary<MpNlri> =>
  nlriOf(of) === undefined
    ? fc.uint8Array({ maxLength: 40 })
    : routesArb(nlriArbOf(of), carriageIn(of, session, withdrawn));

/** Octets of `of`, a family that a module reads, with a planted fault that is partial or not. */
export const brokenMpNlriArb = (
  of: Family,
  session: SessionContext,
  withdrawn: boolean,
  partial: boolean,
): fc.Arbitrary<Uint8Array> => {
  const arb = nlriArbOf(of);
  const { addPath, form } = carriageIn(of, session, withdrawn);
  return arb
    .broken(addPath, form)
    .filter(({ fault }) => arb.spec.partial.includes(fault) === partial)
    .map(({ octets }) => octets);
};

/** Whether a family may travel of which single routes can be left out. */
export const hasPartialFamily = (session: SessionContext): boolean => partialFamilies(session).length > 0;

export const partialFamilyArb = (session: SessionContext): fc.Arbitrary<Family> =>
  fc.constantFrom(...partialFamilies(session));

/** Lengths that the next hop of `of` may have; of a family that no module reads, some. */
export const nextHopLengths = (of: Family, { extendedNextHop }: SessionContext): readonly number[] =>
  nlriOf(of) === undefined ? [0, 4, 12, 24, 48] : nlriArbOf(of).nextHopLengths(extendedNextHop.has(of));

export const familyOctets = (of: Family): readonly number[] => [of >>> 16, (of >>> 8) & 0xff, of & 0xff];

const readFamilies = ({ families }: Pick<SessionContext, "families">): Family[] =>
  [...families].filter((one) => nlriOf(one) !== undefined);

const partialFamilies = (session: SessionContext): Family[] =>
  readFamilies(session).filter((one) => (nlriOf(one)?.partial.length ?? 0) > 0);

const carriageIn = (of: Family, session: SessionContext, withdrawn: boolean): Carriage => ({
  addPath: session.addPath.has(of),
  form: withdrawn ? "withdrawn" : announcedForm(of, session),
});
