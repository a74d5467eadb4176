import fc from "fast-check";
import { type BrokenAttribute, brokenAttributeArb, validAttributeSetArb } from "../attribute/index.arb.js";
import { Flag } from "../attribute.js";
import type { Fault } from "../fault.js";
import { badLength, setHeader } from "../frame.js";
import { Ipv4Unicast, MessageType } from "../iana.js";
import { routesArb } from "../nlri/nlri.arb.js";
import { ipv4UnicastArb } from "../nlri/unicast.arb.js";
import { sessionArb } from "../session-context.arb.js";
import type { SessionContext } from "../session-context.js";
import { type BrokenCase, type Case, nearValid } from "../testing.arb.js";
import {
  attributeOverrun,
  attributeTruncated,
  duplicateAttribute,
  duplicateMpReach,
  encodeUpdate,
  errorWithoutNlri,
  ipv4NotNegotiated,
  lengthsExceedMessage,
  missingAsPath,
  missingNextHop,
  missingOrigin,
  mpNlriCut,
  type Update,
  unrecognizedWellKnown,
} from "./update.js";

/** A message that announces or withdraws or both, or neither; every attribute fits its session. */
export const valid: fc.Arbitrary<Case<Update>> = sessionArb.chain((session) =>
  updateArb(session).map((value) => ({ value, session })),
);

/** Whole valid messages with at most two octets overwritten, some cut short; the header's length is made to fit. */
export const near: fc.Arbitrary<{ readonly octets: Uint8Array; readonly session: SessionContext }> = sessionArb.chain(
  (session) =>
    nearValid(updateArb(session).map((update) => encodeUpdate(update, session).subarray(19))).map((body) => ({
      octets: message(body),
      session,
    })),
);

/** A message that `session` can carry. */
export const updateArb = (session: SessionContext): fc.Arbitrary<Update> => {
  const ipv4 = session.families.has(Ipv4Unicast);
  const addPath = session.addPath.has(Ipv4Unicast);
  const routes = ipv4 ? routesArb(ipv4UnicastArb, { addPath, form: "single" }) : fc.constant([]);
  return fc.oneof(
    { weight: 1, arbitrary: routes.map((withdrawn) => ({ withdrawn, attributes: [], nlri: [] })) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(routes, validAttributeSetArb(session), routes)
        .map(([withdrawn, attributes, nlri]) => ({ withdrawn, attributes, nlri })),
    },
  );
};

/** The body of an UPDATE in octets, with nothing checked. */
interface Body {
  readonly withdrawn: Uint8Array;
  readonly attributes: readonly Uint8Array[];
  readonly nlri: Uint8Array;
}

const NONE = new Uint8Array(0);
const ORIGIN = Uint8Array.of(0x40, 1, 1, 0);
const AS_PATH = Uint8Array.of(0x40, 2, 0);
const NEXT_HOP = Uint8Array.of(0x40, 3, 4, 192, 0, 2, 1);
const ROUTE = Uint8Array.of(24, 192, 0, 2);
const MP_UNREACH = Uint8Array.of(0x80, 15, 3, 0, 1, 1);

const good: Body = { withdrawn: NONE, attributes: [ORIGIN, AS_PATH, NEXT_HOP], nlri: ROUTE };

/** One way to break an announcement of one route each, by the id of the fault. */
const plants: Readonly<Record<string, readonly [Fault, (noise: number) => Uint8Array]>> = {
  short: [badLength, (noise) => messageOf(good).slice(0, 19 + (noise % 4))],
  withdrawnLength: [lengthsExceedMessage, (noise) => withU16(messageOf(good), 19, 0xffff - (noise % 0x1000))],
  attributesLength: [lengthsExceedMessage, (noise) => withU16(messageOf(good), 21, 0xffff - (noise % 0x1000))],
  truncated: [
    attributeTruncated,
    (noise) =>
      messageOf({ ...good, attributes: [...good.attributes, Uint8Array.of(0xd0, 99, 0).subarray(0, 1 + (noise % 3))] }),
  ],
  overrun: [
    attributeOverrun,
    (noise) => messageOf({ ...good, attributes: [...good.attributes, Uint8Array.of(0xc0, 99, 1 + (noise % 255))] }),
  ],
  cutMp: [
    mpNlriCut,
    (noise) =>
      messageOf({
        ...good,
        attributes: [
          ...good.attributes,
          Uint8Array.of(0x80, 14 + (noise % 2), 4, 0, 1, 1).subarray(0, 2 + (noise % 5)),
        ],
      }),
  ],
  duplicateMp: [
    duplicateMpReach,
    () => messageOf({ ...good, attributes: [MP_UNREACH, ...good.attributes, MP_UNREACH] }),
  ],
  duplicate: [duplicateAttribute, () => messageOf({ ...good, attributes: [...good.attributes, ORIGIN] })],
  wellKnown: [
    unrecognizedWellKnown,
    (noise) => messageOf({ ...good, attributes: [...good.attributes, Uint8Array.of(0x40, 200 + (noise % 50), 0)] }),
  ],
  origin: [missingOrigin, () => messageOf({ ...good, attributes: [AS_PATH, NEXT_HOP] })],
  asPath: [missingAsPath, () => messageOf({ ...good, attributes: [ORIGIN, NEXT_HOP] })],
  nextHop: [missingNextHop, () => messageOf({ ...good, attributes: [ORIGIN, AS_PATH] })],
  withoutNlri: [
    errorWithoutNlri,
    (noise) => messageOf({ ...good, attributes: [Uint8Array.of(0x40, 1, 1, 3 + (noise % 253))], nlri: NONE }),
  ],
  notNegotiated: [ipv4NotNegotiated, () => messageOf(good)],
};

const planted = (name: string): fc.Arbitrary<BrokenCase> => {
  const [fault, make] = plants[name] ?? [badLength, () => NONE];
  const negotiated = fault !== ipv4NotNegotiated;
  return fc
    .tuple(
      sessionArb.filter(
        ({ families, addPath }) => families.has(Ipv4Unicast) === negotiated && !addPath.has(Ipv4Unicast),
      ),
      fc.nat(),
    )
    .map(([session, noise]) => ({ octets: make(noise), session, fault }));
};

/** A broken attribute beside good ones, before a route: what the whole UPDATE comes to is what its one fault says. */
const amongGoodOnes = (one: BrokenAttribute): fc.Arbitrary<BrokenCase> => {
  // A multiprotocol attribute was broken for the families of its session; others want their route to count.
  const isMultiprotocol = one.code === 14 || one.code === 15;
  const families = isMultiprotocol ? one.session.families : new Set([...one.session.families, Ipv4Unicast]);
  const size = one.octets.length;
  const header =
    size > 255 ? [one.flags | Flag.ExtendedLength, one.code, size >>> 8, size & 255] : [one.flags, one.code, size];
  const rest = good.attributes.filter((attribute) => attribute[1] !== one.code);
  const nlri = one.session.addPath.has(Ipv4Unicast) ? Uint8Array.of(0, 0, 0, 1, ...ROUTE) : ROUTE;
  const octets = messageOf({ ...good, attributes: [Uint8Array.of(...header, ...one.octets), ...rest], nlri });
  return fc.constant({ octets, session: { ...one.session, families }, fault: one.fault });
};

const messageOf = ({ withdrawn, attributes, nlri }: Body): Uint8Array => {
  const all = attributes.flatMap((attribute) => [...attribute]);
  return message(
    Uint8Array.of(
      withdrawn.length >>> 8,
      withdrawn.length & 255,
      ...withdrawn,
      all.length >>> 8,
      all.length & 255,
      ...all,
      ...nlri,
    ),
  );
};

const message = (body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(19 + body.length);
  out.set(body, setHeader(out, 0, out.length, MessageType.Update));
  return out;
};

const withU16 = (octets: Uint8Array, at: number, value: number): Uint8Array => {
  const out = octets.slice();
  out[at] = value >>> 8;
  out[at + 1] = value & 255;
  return out;
};

/** Whole messages with one planted fault each; every fault that the message declares itself occurs, and the attributes'. */
export const broken: fc.Arbitrary<BrokenCase> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(plants)).chain((name) => planted(name)) },
  { weight: 1, arbitrary: brokenAttributeArb.chain(amongGoodOnes) },
);
