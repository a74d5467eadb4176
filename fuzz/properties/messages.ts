import fc from "fast-check";
import { capabilityArbs, capabilityListArb, capabilityOctets } from "../../src/codec/capability/index.arb.js";
import { capabilityOverrun } from "../../src/codec/capability/list.js";
import { knownCommunityArb } from "../../src/codec/community/extended.arb.js";
import { badLength, badType, HEADER_LENGTH, notSynchronized, setHeader } from "../../src/codec/frame.js";
import { MessageType } from "../../src/codec/iana.js";
import { keepalive } from "../../src/codec/message/keepalive.js";
import * as notificationArb from "../../src/codec/message/notification.arb.js";
import { encodeNotification } from "../../src/codec/message/notification.js";
import * as openArb from "../../src/codec/message/open.arb.js";
import * as routeRefreshArb from "../../src/codec/message/route-refresh.arb.js";
import { encodeRouteRefresh } from "../../src/codec/message/route-refresh.js";
import * as updateArb from "../../src/codec/message/update.arb.js";
import { encodeUpdate } from "../../src/codec/message/update.js";
import { sessionArb } from "../../src/codec/session-context.arb.js";
import { ORDINARY_MAX_MESSAGE } from "../../src/codec/session-context.js";
import type { BrokenCase } from "../../src/codec/testing.arb.js";
import { bodyOf } from "../targets/message.js";
import type { Wire, WireArbs } from "./arbitraries.js";
import { mrtRecordArbs } from "./mrt.js";
import { rtrArbs } from "./rtr.js";
import { sessionArbs } from "./session.js";
import { speakerArbs } from "./speaker.js";

const inSomeSession = (octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Wire> =>
  fc.record({ octets, session: sessionArb });

/** A message broken in a way that is left when its header is written anew. */
const brokenBody = (broken: fc.Arbitrary<BrokenCase>): fc.Arbitrary<BrokenCase> =>
  broken
    .filter(({ octets }) => octets.length >= HEADER_LENGTH && octets.length <= ORDINARY_MAX_MESSAGE)
    .map((one) => ({ ...one, octets: bodyOf(one.octets) }));

const openOctets: fc.Arbitrary<Uint8Array> = openArb.octets.filter(({ length }) => length <= ORDINARY_MAX_MESSAGE);
const notificationOctets: fc.Arbitrary<Uint8Array> = notificationArb.valid.map((one) => encodeNotification(one));
const refreshOctets: fc.Arbitrary<Uint8Array> = routeRefreshArb.valid.map(encodeRouteRefresh);
const updates: fc.Arbitrary<Wire> = updateArb.valid.map(({ value, session }) => ({
  octets: encodeUpdate(value, session),
  session,
}));

const messageArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(keepalive),
  openOctets,
  notificationOctets,
  refreshOctets,
  updates.map(({ octets }) => octets).filter(({ length }) => length <= ORDINARY_MAX_MESSAGE),
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
  ["message-open", { valid: inSomeSession(openOctets.map(bodyOf)), broken: brokenBody(openArb.broken) }],
  [
    "message-update",
    {
      valid: updates.map(({ octets, session }) => ({ octets: bodyOf(octets), session })),
      broken: brokenBody(updateArb.broken),
    },
  ],
  [
    "message-notification",
    { valid: inSomeSession(notificationOctets.map(bodyOf)), broken: brokenBody(notificationArb.broken) },
  ],
  [
    "message-route-refresh",
    { valid: inSomeSession(refreshOctets.map(bodyOf)), broken: brokenBody(routeRefreshArb.broken) },
  ],
  ["capability-list", capabilityLists],
  [
    "community-extended",
    { valid: inSomeSession(fc.array(knownCommunityArb, { minLength: 1, maxLength: 4 }).map(joined)), broken: null },
  ],
  ["mrt-record", mrtRecordArbs],
  ...rtrArbs,
  ["session-machine", sessionArbs],
  ["speaker", speakerArbs],
];
