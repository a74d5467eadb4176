import type { Fault } from "../../../src/codec/fault.js";
import { ErrorCode, Ipv4Unicast } from "../../../src/codec/iana.js";
import type { Update } from "../../../src/codec/message/update.js";
import type { SessionContext } from "../../../src/codec/session-context.js";
import { flagsOf, wrongFlagsOf } from "./attributes.js";
import { bitOf, complaint, decidesAs } from "./complaint.js";
import { judgeValue, MP_REACH, MP_UNREACH, saysValue } from "./field.js";
import { Bit, type Judgement, judgementOf, subcodeBit } from "./judgement.js";
import { u8, u16 } from "./octets.js";
import { Kept, Reading } from "./reading.js";
import { ipv4Prefix, judgeRoutes, saysRoutes } from "./routes.js";

/** What RFC 7606 and the documents of the attributes let a receiver decide about a whole UPDATE, header included. */
export const judgeUpdate = (msg: Uint8Array, session: SessionContext): Judgement =>
  judgementOf(judge(msg, session), ErrorCode.Update);

/**
 * Throws `OracleViolation` where what the codec made of an UPDATE is not what the RFCs say. `fault` is what decided;
 * `read`, which gives the value, is asked unless the session is reset.
 */
export const updateAgrees = (
  msg: Uint8Array,
  session: SessionContext,
  fault: Fault | null,
  read: () => Update | null,
): void => {
  const bits = judge(msg, session);
  decidesAs(bits, fault, ErrorCode.Update, msg);
  if (bitOf(fault) === Bit.Reset) return;
  const value = read();
  if (value === null) throw complaint("an UPDATE that does not reset the session has no value", msg);
  compare(msg, session, value);
};

/** Header and the two length fields. */
const LEAST = 23;

const reading = new Reading();

// Where the parts of the message being judged are.
let withdrawnEnd = 0;
let attributesStart = 0;
let attributesEnd = 0;

const judge = (msg: Uint8Array, session: SessionContext): number => {
  reading.begin();
  const end = msg.length;
  // RFC 4271 §6.1.
  if (end < LEAST) return Bit.Reset | Bit.Header;
  // RFC 7606 §3 (b): Withdrawn Routes Length + Total Attribute Length + 23 exceeds the message Length.
  withdrawnEnd = 21 + u16(msg, 19);
  attributesStart = withdrawnEnd + 2;
  if (attributesStart > end) return Bit.Reset | subcodeBit(1);
  attributesEnd = attributesStart + u16(msg, withdrawnEnd);
  if (attributesEnd > end) return Bit.Reset | subcodeBit(1);

  const hasIpv4 = session.families.has(Ipv4Unicast);
  judgeRun(msg, 21, withdrawnEnd, session, hasIpv4);
  const hasOthers = judgeAttributes(msg, session);
  judgeRun(msg, attributesEnd, end, session, hasIpv4);
  const hasNlri = end > attributesEnd;
  judgeMandatory(hasNlri, hasIpv4);
  const bits = reading.decisions();
  return (hasOthers && !hasNlri ? withoutNlri(bits) : bits) | reading.subcodes;
};

/** Withdrawn routes and NLRI, RFC 7606 §5.3 and §3 (i); 3/10 by RFC 4271 §6.3. What was not agreed on is not taken. */
const judgeRun = (msg: Uint8Array, at: number, end: number, session: SessionContext, hasIpv4: boolean): void => {
  if (at === end) return;
  if (judgeRoutes(msg, at, end, ipv4Prefix, session.addPath.has(Ipv4Unicast)) !== 0) reading.reset(10);
  if (!hasIpv4) reading.sure |= Bit.Discard;
};

/** True when there is an attribute beside MP_UNREACH_NLRI. */
const judgeAttributes = (msg: Uint8Array, session: SessionContext): boolean => {
  let hasOthers = false;
  for (let at = attributesStart; at < attributesEnd; ) {
    const left = attributesEnd - at;
    const flags = u8(msg, at);
    const lead = (flags & 0x10) === 0 ? 3 : 4;
    const code = left > 1 ? u8(msg, at + 1) : 0;
    const start = at + lead;
    const end = start + (lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2));
    if (left < lead || end > attributesEnd) {
      // RFC 7606 §4; but routes that can't be located can't be withdrawn: §3 (j).
      if (code === MP_REACH || code === MP_UNREACH) reading.reset(9);
      else reading.sure |= Bit.Withdraw;
      return true;
    }
    if (code !== MP_UNREACH) hasOthers = true;
    judgeOne(msg, code, flags, start, end, session);
    at = end;
  }
  return hasOthers;
};

const judgeOne = (
  msg: Uint8Array,
  code: number,
  flags: number,
  start: number,
  end: number,
  session: SessionContext,
): void => {
  const isMultiprotocol = code === MP_REACH || code === MP_UNREACH;
  if (reading.seeAgain(code)) {
    // RFC 7606 §3 (g).
    if (isMultiprotocol) reading.reset(1);
    else reading.sure |= Bit.Discard;
    return;
  }
  if (code === MP_REACH) reading.hasReach = true;
  const right = flagsOf(code);
  // RFC 4271 §6.3: what is not recognised has to be optional.
  if (right === undefined && (flags & 0x80) === 0) {
    reading.reset(2);
    return;
  }
  if (right !== undefined && ((flags ^ right) & 0xc0) !== 0) {
    // RFC 7606 §5.3, and §3 (c).
    if (isMultiprotocol) reading.reset(4);
    else reading.sure |= wrongFlagsOf(code);
    return;
  }
  const before = reading.count;
  judgeValue(reading, msg, code, start, end, session);
  reading.flags[before] = flags;
};

/** RFC 7606 §3 (d), RFC 4271 §5, RFC 4760 §3. Of routes that are not taken none is withdrawn: then it makes no odds. */
const judgeMandatory = (hasNlri: boolean, hasIpv4: boolean): void => {
  if (!hasNlri && !reading.hasReach) return;
  const isMissing = !reading.has(1) || !reading.has(2);
  const lacksNextHop = hasNlri && !reading.has(3);
  if ((isMissing && (reading.hasReach || hasIpv4)) || (lacksNextHop && hasIpv4)) reading.sure |= Bit.Withdraw;
  else if (isMissing || lacksNextHop) reading.perhaps |= Bit.Withdraw;
};

/** RFC 7606 §5.2: attributes, no NLRI, and an error that asks for more than a discard. 3/1, as for the list of them. */
const withoutNlri = (bits: number): number => {
  if (reading.announces === true || (bits & Bit.Withdraw) === 0) return bits;
  return (reading.announces === null ? bits : bits & ~Bit.Withdraw) | Bit.Reset | subcodeBit(1);
};

/** The value of an UPDATE against its octets, as `judge` left them. */
const compare = (msg: Uint8Array, session: SessionContext, { withdrawn, attributes, nlri }: Update): void => {
  const hasIpv4 = session.families.has(Ipv4Unicast);
  const addPath = session.addPath.has(Ipv4Unicast);
  if (!saysRoutes(msg, 21, hasIpv4 ? withdrawnEnd : 21, ipv4Prefix, addPath, 0, withdrawn)) {
    throw complaint("the withdrawn routes are not those of the message", msg);
  }
  if (!saysRoutes(msg, attributesEnd, hasIpv4 ? msg.length : attributesEnd, ipv4Prefix, addPath, 0, nlri)) {
    throw complaint("the NLRI are not those of the message", msg);
  }
  let at = 0;
  for (let i = 0; i < reading.count; i++) {
    const code = reading.codes[i] ?? 0;
    const one = attributes[at];
    if (one?.code !== code) {
      if (reading.how[i] === Kept.Maybe) continue;
      throw complaint(`attribute ${code} stands in the message and not in the value`, msg);
    }
    // RFC 4271 §4.3: the lower four bits mean nothing, Extended Length is the encoding's.
    if (one.flags !== ((reading.flags[i] ?? 0) & 0xe0))
      throw complaint("an attribute has other flags than on the wire", msg);
    if (!saysValue(reading, msg, i, session, one.value)) {
      throw complaint(`the value of attribute ${code} is not what its octets say`, msg);
    }
    at++;
  }
  const surplus = attributes[at];
  if (surplus !== undefined)
    throw complaint("the value has an attribute that does not stand in the message", msg, `${surplus.code}: `);
};
