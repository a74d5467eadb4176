import fc from "fast-check";
import { brokenAttributeArb, validAttributeSetArb } from "../../src/codec/attribute/index.arb.js";
import { capabilityArbs, capabilityListArb, capabilityOctets } from "../../src/codec/capability/index.arb.js";
import { capabilityOverrun } from "../../src/codec/capability/list.js";
import { badLength, badType, HEADER_LENGTH, notSynchronized, setHeader } from "../../src/codec/frame.js";
import { Ipv4Unicast, MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import { encodeNotification } from "../../src/codec/message/notification.js";
import * as openArb from "../../src/codec/message/open.arb.js";
import {
  encodeRouteRefresh,
  RefreshSubtype,
  refreshLength,
  unknownSubtype,
} from "../../src/codec/message/route-refresh.js";
import { attributeSize, encodeUpdate, type Update } from "../../src/codec/message/update.js";
import { routesArb } from "../../src/codec/nlri/unicast.arb.js";
import { sessionArb } from "../../src/codec/session-context.arb.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { bodyOf } from "../targets/message.js";
import type { Wire, WireArbs } from "./arbitraries.js";
import { mrtRecordArbs } from "./mrt.js";

const inSomeSession = (octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Wire> =>
  fc.record({ octets, session: sessionArb });

const updateIn = (session: SessionContext): fc.Arbitrary<Update> => {
  const routes = session.families.has(Ipv4Unicast)
    ? routesArb(Ipv4Unicast, session.addPath.has(Ipv4Unicast))
    : fc.constant([]);
  return fc
    .tuple(routes, validAttributeSetArb(session), routes)
    .map(([withdrawn, attributes, nlri]) => ({ withdrawn, attributes, nlri }))
    .filter((update) => lengthOf(update, session) <= session.maxMessage);
};

/** Octets of an UPDATE at most: every route taken for the longest. */
const lengthOf = ({ withdrawn, attributes, nlri }: Update, session: SessionContext): number =>
  HEADER_LENGTH +
  4 +
  9 * (withdrawn.length + nlri.length) +
  attributes.reduce((sum, one) => sum + attributeSize(one, session), 0);

const updates: WireArbs = {
  valid: sessionArb.chain((session) =>
    updateIn(session).map((update) => ({ octets: bodyOf(encodeUpdate(update, session)), session })),
  ),
  // One attribute with a planted fault in an UPDATE that announces routes and has nothing else wrong.
  broken: brokenAttributeArb
    .filter(({ session }) => session.families.has(Ipv4Unicast))
    .chain(({ code, flags, octets, session, fault }) =>
      updateIn(session)
        .filter(({ nlri }) => nlri.length > 0)
        .map((update) => {
          const others = update.attributes.filter((one) => one.code !== code);
          const body = bodyOf(encodeUpdate({ ...update, attributes: others }, session));
          return { octets: withAttribute(body, flags, code, octets), session, fault };
        })
        .filter((wire) => wire.octets.length <= session.maxMessage - HEADER_LENGTH),
    ),
};

/** The body of an UPDATE with one more attribute in front of the others. */
const withAttribute = (body: Uint8Array, flags: number, code: number, value: Uint8Array): Uint8Array => {
  const at = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
  const length = (((body[at] ?? 0) << 8) | (body[at + 1] ?? 0)) + 4 + value.length;
  const attribute = [flags | 0x10, code, value.length >> 8, value.length & 0xff, ...value];
  return Uint8Array.of(...body.subarray(0, at), length >> 8, length & 0xff, ...attribute, ...body.subarray(at + 2));
};

const notificationArb: fc.Arbitrary<Uint8Array> = fc
  .record({ code: fc.nat(10), subcode: fc.nat(12), data: fc.uint8Array({ maxLength: 140 }) })
  .map((notification) => encodeNotification(notification));

const refreshArb: fc.Arbitrary<Uint8Array> = fc
  .record({ family: fc.nat(0xffffff), subtype: fc.constantFrom(...Object.values(RefreshSubtype)) })
  .map(encodeRouteRefresh);

const messageArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(keepalive),
  openArb.octets.filter(({ length }) => length <= 4096),
  notificationArb,
  refreshArb,
  sessionArb
    .chain((session) => updateIn(session).map((update) => encodeUpdate(update, session)))
    .filter(({ length }) => length <= 4096),
);

const streamArb: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.array(messageArb, { maxLength: 4 }), fc.nat(18))
  .map(([messages, cut]) => joined([...messages, keepalive.subarray(0, cut)]));

const brokenHeaderArb = fc
  .tuple(fc.array(messageArb, { maxLength: 3 }), fc.constantFrom(notSynchronized, badLength, badType), fc.nat())
  .map(([messages, fault, dice]) => {
    const header = keepalive.slice();
    if (fault === notSynchronized) header[dice % 16] = dice % 255;
    if (fault === badLength) setHeader(header, 0, dice % HEADER_LENGTH, MessageType.Keepalive);
    if (fault === badType) header[18] = dice % 251 === 0 ? 0 : 5 + (dice % 251);
    return { octets: joined([...messages, header]), fault };
  });

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

const capabilityLists: WireArbs = {
  valid: inSomeSession(capabilityListArb.map((list) => joined(list.map(capabilityOctets)))),
  broken: fc.oneof(
    ...capabilityArbs.map(({ spec, broken }) =>
      broken.map(({ octets, session, fault }) => ({
        octets: Uint8Array.of(spec.code, octets.length, ...octets),
        session,
        fault,
      })),
    ),
    fc
      .tuple(capabilityListArb, fc.nat(255), fc.integer({ min: 1, max: 255 }), sessionArb)
      .map(([list, code, length, session]) => ({
        octets: joined([...list.map(capabilityOctets), Uint8Array.of(code, length)]),
        session,
        fault: capabilityOverrun,
      })),
  ),
};

/** Those targets whose inputs are more than one field. */
export const messageArbs: readonly [string, WireArbs][] = [
  [
    "frame-stream",
    {
      valid: inSomeSession(streamArb),
      broken: fc.tuple(brokenHeaderArb, sessionArb).map(([broken, session]) => ({ ...broken, session })),
    },
  ],
  [
    "message-open",
    {
      valid: inSomeSession(openArb.octets.filter(({ length }) => length <= 4096).map(bodyOf)),
      broken: openArb.broken
        .filter(({ octets }) => octets.length >= HEADER_LENGTH && octets.length <= 4096)
        .map((one) => ({ ...one, octets: bodyOf(one.octets) })),
    },
  ],
  ["message-update", updates],
  [
    "message-notification",
    {
      valid: inSomeSession(notificationArb.map(bodyOf)),
      broken: fc.record({
        octets: fc.uint8Array({ maxLength: 1 }),
        session: sessionArb,
        fault: fc.constant(badLength),
      }),
    },
  ],
  [
    "message-route-refresh",
    {
      valid: inSomeSession(refreshArb.map(bodyOf)),
      broken: fc.oneof(
        fc
          .tuple(fc.nat(0xffffff), fc.constantFrom(1, 2), fc.uint8Array({ minLength: 1, maxLength: 40 }), sessionArb)
          .map(([family, subtype, more, session]) => ({
            octets: Uint8Array.of(...bodyOf(encodeRouteRefresh({ family, subtype })), ...more),
            session,
            fault: refreshLength,
          })),
        fc.tuple(refreshArb, fc.integer({ min: 3, max: 255 }), sessionArb).map(([msg, subtype, session]) => ({
          octets: bodyOf(msg).map((octet, i) => (i === 2 ? subtype : octet)),
          session,
          fault: unknownSubtype,
        })),
      ),
    },
  ],
  ["capability-list", capabilityLists],
  ["mrt-record", mrtRecordArbs],
];
