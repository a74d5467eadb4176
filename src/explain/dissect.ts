import { mpReachBadNlri, mpReachNlriStart, mpReachRouteDiscarded } from "../codec/attribute/14-mp-reach-nlri.js";
import {
  mpUnreachBadNlri,
  mpUnreachNlriStart,
  mpUnreachRouteDiscarded,
} from "../codec/attribute/15-mp-unreach-nlri.js";
import { attributeFields } from "../codec/attribute/fields.js";
import { announcedForm, checkMpNlri } from "../codec/attribute/mp-nlri.js";
import { attributeName } from "../codec/attribute/names.js";
import { Flag } from "../codec/attribute.js";
import { decisive, type Fault, type Found } from "../codec/fault.js";
import { type Field, FieldReader, named, shortHex } from "../codec/fields.js";
import { Framer, HEADER_LENGTH } from "../codec/frame.js";
import { Ipv4Unicast, MessageType } from "../codec/iana.js";
import { fields as notificationFields } from "../codec/message/notification.fields.js";
import { decodeNotification } from "../codec/message/notification.js";
import { fields as openFields } from "../codec/message/open.fields.js";
import { decodeOpen } from "../codec/message/open.js";
import { fields as routeRefreshFields } from "../codec/message/route-refresh.fields.js";
import { decodeRouteRefresh } from "../codec/message/route-refresh.js";
import { decodeUpdate } from "../codec/message/update.js";
import { routeFields } from "../codec/nlri/fields.js";
import { u8, u16, u24 } from "../codec/octets.js";
import type { SessionContext } from "../codec/session-context.js";

/** A fault at its place, with the fault of a single route when that is what is behind it. */
export interface Explained extends Found {
  readonly because: Cause | null;
}

/** The fault of a route in a multiprotocol attribute, and the octets of that route. */
export interface Cause {
  readonly fault: Fault;
  readonly start: number;
  readonly end: number;
}

/** One message, field by field, and what is wrong with it. */
export interface Dissection {
  /** `UPDATE`; of a type that is none of BGP's, `message of type 9`; `cut header` when its type is not there. */
  readonly name: string;
  /** Cover the message; offsets count from its first octet. */
  readonly fields: readonly Field[];
  readonly found: readonly Explained[];
  /** The fault that decides the fate of the message. */
  readonly decisive: Explained | null;
  /** Octets that its length promises and that are not there, or those that a header lacks: nothing behind it is judged. */
  readonly missing: number;
}

const NAMES: Readonly<Record<number, string>> = {
  [MessageType.Open]: "OPEN",
  [MessageType.Update]: "UPDATE",
  [MessageType.Notification]: "NOTIFICATION",
  [MessageType.Keepalive]: "KEEPALIVE",
  [MessageType.RouteRefresh]: "ROUTE-REFRESH",
};

/** Takes a message apart, whatever its octets. Never throws. */
export const dissect = (octets: Uint8Array, session: SessionContext): Dissection => {
  const reader = new FieldReader(octets, 0, octets.length);
  reader.octets("marker", 16);
  const length = reader.u16("length");
  const type = reader.u8("type", named(NAMES, "unknown"));
  bodyFields(type, reader, session);
  reader.rest("not understood");
  const missing = Math.max(0, (octets.length < HEADER_LENGTH ? HEADER_LENGTH : length) - octets.length);
  const found = judge(octets, type, missing, session).map((one) => ({
    ...one,
    because: causeOf(one, octets, session, reader.fields),
  }));
  return {
    name: octets.length < HEADER_LENGTH ? "cut header" : (NAMES[type] ?? `message of type ${type}`),
    fields: reader.fields,
    found,
    decisive: (decisive(found) as Explained | null) ?? null,
    missing,
  };
};

const judge = (octets: Uint8Array, type: number, missing: number, session: SessionContext): readonly Found[] => {
  const framer = new Framer();
  framer.limit = session.maxMessage;
  const inHeader = framer.push(octets, () => false);
  if (inHeader !== null) return [inHeader];
  if (missing > 0 || octets.length < HEADER_LENGTH) return [];
  switch (type) {
    case MessageType.Open:
      return decodeOpen(octets, 0, octets.length).found;
    case MessageType.Update:
      return decodeUpdate(octets, 0, octets.length, session).found;
    case MessageType.Notification:
      return decodeNotification(octets, 0, octets.length).found;
    case MessageType.RouteRefresh:
      return decodeRouteRefresh(octets, 0, octets.length).found;
    default:
      return [];
  }
};

/** Names what stands behind the header of a message of `type`; nothing of a type that is none of BGP's. */
export const bodyFields = (type: number, reader: FieldReader, session: SessionContext): void => {
  if (type === MessageType.Open) openFields(reader);
  if (type === MessageType.Update) updateFields(reader, session);
  if (type === MessageType.Notification) notificationFields(reader);
  if (type === MessageType.RouteRefresh) routeRefreshFields(reader);
};

/** RFC 4271 §4.3. */
const updateFields = (reader: FieldReader, session: SessionContext): void => {
  const addPath = session.addPath.has(Ipv4Unicast);
  const routes = (name: string, length: number): void => {
    if (length === 0) return;
    reader.group(name, length, (inside) => {
      routeFields(Ipv4Unicast, inside, addPath, "single");
      return undefined;
    });
  };
  routes("withdrawn routes", reader.u16("withdrawn routes length"));
  const attributes = reader.u16("total path attribute length");
  if (attributes > 0) {
    reader.group("path attributes", attributes, (inside) => {
      while (inside.left > 0) oneAttribute(inside, session);
      return undefined;
    });
  }
  routes("network layer reachability information", reader.left);
};

/** One path attribute: flags, type code, length and value. */
export const oneAttribute = (reader: FieldReader, session: SessionContext): void => {
  const isLong = (u8(reader.msg, reader.at) & Flag.ExtendedLength) !== 0;
  const lead = isLong ? 4 : 3;
  if (reader.left < lead) {
    reader.rest("attribute that is cut short");
    return;
  }
  const code = u8(reader.msg, reader.at + 1);
  const length = isLong ? u16(reader.msg, reader.at + 2) : u8(reader.msg, reader.at + 2);
  reader.group(attributeName(code), lead + length, (attribute) => {
    attribute.u8("flags", flagsText);
    attribute.u8("type code");
    if (isLong) attribute.u16("length");
    else attribute.u8("length");
    attributeFields(code, attribute, session);
    return undefined;
  });
};

const flagsText = (flags: number): string => {
  const words = [
    flags & Flag.Optional ? "optional" : "well-known",
    flags & Flag.Transitive ? "transitive" : "non-transitive",
    ...(flags & Flag.Partial ? ["partial"] : []),
    ...(flags & Flag.ExtendedLength ? ["extended length"] : []),
  ];
  return `0x${flags.toString(16).padStart(2, "0")} (${words.join(", ")})`;
};

/** What is wrong with the routes of a multiprotocol attribute, and where: its own fault only says that something is. */
const causeOf = (
  { fault, start, end }: Found,
  octets: Uint8Array,
  session: SessionContext,
  fields: readonly Field[],
): Cause | null => {
  const isReach = fault === mpReachBadNlri || fault === mpReachRouteDiscarded;
  if (!isReach && fault !== mpUnreachBadNlri && fault !== mpUnreachRouteDiscarded) return null;
  const value = start + (u8(octets, start) & Flag.ExtendedLength ? 4 : 3);
  const of = u24(octets, value);
  const form = isReach ? announcedForm(of, session) : "withdrawn";
  const routes = isReach ? mpReachNlriStart(octets, value) : mpUnreachNlriStart(value);
  const check = (from: number, to: number): Fault | null => checkMpNlri(of, octets, from, to, session, form);
  const cause = check(routes, end);
  if (cause === null) return null;
  // Each route is a field in the field that spans them all. The first that is at fault alone is the one.
  const route = spanning(fields, routes, end)?.fields?.find((one) => check(one.start, one.end) === cause);
  return { fault: cause, start: route?.start ?? routes, end: route?.end ?? end };
};

const spanning = (fields: readonly Field[], start: number, end: number): Field | null => {
  for (const field of fields) {
    if (field.start > start || field.end < end) continue;
    return field.start === start && field.end === end ? field : spanning(field.fields ?? [], start, end);
  }
  return null;
};

/** The octets that a NOTIFICATION for this fault would carry, in digits. */
export const dataText = ({ data }: Found): string => (data === undefined ? "" : shortHex(data));
