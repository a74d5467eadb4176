import type { Found } from "../../../src/codec/fault.js";
import { Ipv4Unicast } from "../../../src/codec/iana.js";
import { u8, u16 } from "../../../src/codec/octets.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { attributeCanonicalisations } from "./attribute.js";
import { hostBitsCleared } from "./nlri.js";

/**
 * A whole UPDATE with nothing worse than discards in it, header included: the unused flag bits are sent as zero and the
 * length of an attribute takes two octets only when it must (RFC 4271 §4.3), beside what the parts themselves have made
 * canonical. What `found` discards is gone, save the attributes of which it discards a part: that is canonical.
 */
export const canonicalUpdate = (
  msg: Uint8Array,
  session: SessionContext,
  found: readonly Found[] = NOTHING,
): Uint8Array => {
  // Nothing gets longer by it. What is given is valid until the next call.
  if (out.length < msg.length) out = new Uint8Array(msg.length);
  const withdrawnEnd = 21 + u16(msg, 19);
  const attributesEnd = withdrawnEnd + 2 + u16(msg, withdrawnEnd);
  const isHere = (from: number, to: number): boolean => !isGone(found, from, to);
  let at = put(msg, 0, 19, 0) + 2;
  if (isHere(21, withdrawnEnd)) at = putRoutes(msg, 21, withdrawnEnd, session, at);
  putLength(19, at - 21);
  const lengthAt = at;
  at += 2;
  for (let from = withdrawnEnd + 2; from < attributesEnd; ) {
    const isLong = (u8(msg, from) & 0x10) !== 0;
    const start = from + (isLong ? 4 : 3);
    const end = start + (isLong ? u16(msg, from + 2) : u8(msg, from + 2));
    if (isHere(from, end)) at = putAttribute(msg, from, start, end, session, at);
    from = end;
  }
  putLength(lengthAt, at - lengthAt - 2);
  if (isHere(attributesEnd, msg.length)) at = putRoutes(msg, attributesEnd, msg.length, session, at);
  putLength(16, at);
  return out.subarray(0, at);
};

const NOTHING: readonly Found[] = [];

/** Faults of one route among others, RFC 7606 §5.4. */
const PARTIAL: ReadonlySet<string> = new Set(["mp-reach-nlri/route-discarded", "mp-unreach-nlri/route-discarded"]);

const isGone = (found: readonly Found[], from: number, to: number): boolean => {
  for (const { fault, start, end } of found) if (start === from && end === to && !PARTIAL.has(fault.id)) return true;
  return false;
};

let out: Uint8Array = new Uint8Array(8192);

const put = (octets: Uint8Array, from: number, to: number, at: number): number => {
  out.set(octets.subarray(from, to), at);
  return at + to - from;
};

const putLength = (at: number, length: number): void => {
  out[at] = length >> 8;
  out[at + 1] = length;
};

const putRoutes = (msg: Uint8Array, from: number, to: number, session: SessionContext, at: number): number => {
  if (from === to) return at;
  const addPath = session.addPath.has(Ipv4Unicast);
  const routes = (addPath ? hostBitsClearedBehindIds : hostBitsClearedAlone).apply(msg.subarray(from, to));
  return put(routes, 0, routes.length, at);
};

const hostBitsClearedAlone = hostBitsCleared(false, "single");
const hostBitsClearedBehindIds = hostBitsCleared(true, "single");

/** The attribute whose flags stand at `from` and whose value is [start, end). */
const putAttribute = (
  msg: Uint8Array,
  from: number,
  start: number,
  end: number,
  session: SessionContext,
  at: number,
): number => {
  const code = u8(msg, from + 1);
  let value = msg.subarray(start, end);
  for (const { apply } of attributeCanonicalisations(code, session)) value = apply(value);
  const flags = u8(msg, from) & 0xe0;
  const isLong = value.length > 255;
  out[at] = isLong ? flags | 0x10 : flags;
  out[at + 1] = code;
  if (isLong) putLength(at + 2, value.length);
  else out[at + 2] = value.length;
  return put(value, 0, value.length, at + (isLong ? 4 : 3));
};
