import { mpReachNlriStart } from "../attribute/14-mp-reach-nlri.js";
import { attributeOf } from "../attribute/index.js";
import { type Attribute, Flag } from "../attribute.js";
import { type Decoded, declareFault, type Fault, type Found, Verdict } from "../fault.js";
import { badLength, HEADER_LENGTH, setHeader } from "../frame.js";
import { ErrorCode, Ipv4Unicast, MessageType, UpdateError } from "../iana.js";
import { ipv4Unicast, type UnicastRoute } from "../nlri/unicast.js";
import { copyOctets, setOctets, setU8, setU16, u8, u16, within } from "../octets.js";
import type { SessionContext } from "../session-context.js";

/**
 * UPDATE, RFC 4271 §4.3, with the error handling of RFC 7606.
 *
 *     | header (19) | withdrawn length (2) | withdrawn routes | attributes length (2) | attributes | NLRI |
 *
 * `walkUpdate` is the hot path: one pass that judges everything and leaves offsets in a reused `UpdateWalk`.
 * `decodeUpdate` is the same walk with its faults written down and its values read, so the two cannot disagree.
 */
export interface Update {
  readonly withdrawn: readonly UnicastRoute[];
  /** In the order of the wire. The value of an attribute the codec does not know is its octets (Uint8Array). */
  readonly attributes: readonly Attribute[];
  readonly nlri: readonly UnicastRoute[];
}

const reset = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`update/${what}`, Verdict.SessionReset, [ErrorCode.Update, subcode], rfc);
const withdraw = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`update/${what}`, Verdict.TreatAsWithdraw, [ErrorCode.Update, subcode], rfc);
const discard = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`update/${what}`, Verdict.Discard, [ErrorCode.Update, subcode], rfc);

const list = UpdateError.MalformedAttributeList;
const missing = UpdateError.MissingWellKnown;

export const lengthsExceedMessage: Fault = reset("lengths-exceed-message", list, "RFC 7606 §3 (b)");
export const attributeTruncated: Fault = withdraw("attribute-truncated", list, "RFC 7606 §4");
export const attributeOverrun: Fault = withdraw("attribute-overrun", list, "RFC 7606 §4");
/** An MP_REACH_NLRI or MP_UNREACH_NLRI that is cut off: no "treat-as-withdraw" can name the routes that it had. */
export const mpNlriCut: Fault = reset("mp-nlri-cut", UpdateError.OptionalAttribute, "RFC 7606 §3 (j)");
export const duplicateMpReach: Fault = reset("duplicate-mp-nlri", list, "RFC 7606 §3 (g)");
export const duplicateAttribute: Fault = discard("duplicate-attribute", list, "RFC 7606 §3 (g)");
export const unrecognizedWellKnown: Fault = reset(
  "unrecognized-well-known",
  UpdateError.UnrecognizedWellKnown,
  "RFC 4271 §6.3",
);
export const missingOrigin: Fault = withdraw("missing-origin", missing, "RFC 7606 §3 (d)");
export const missingAsPath: Fault = withdraw("missing-as-path", missing, "RFC 7606 §3 (d)");
export const missingNextHop: Fault = withdraw("missing-next-hop", missing, "RFC 7606 §3 (d)");
export const errorWithoutNlri: Fault = reset("error-without-nlri", list, "RFC 7606 §5.2");
/**
 * RFC 4760 §8 lets only families travel that both sides offered. What comes anyway is not taken; that it has to be well
 * formed RFC 7606 §5.3 says of the two fields, whatever was offered.
 */
export const ipv4NotNegotiated: Fault = discard("ipv4-not-negotiated", UpdateError.OptionalAttribute, "RFC 4760 §8");

/** What the message itself can have wrong; each attribute and NLRI family has faults of its own beside these. */
export const updateFaults: readonly Fault[] = [
  badLength,
  lengthsExceedMessage,
  attributeTruncated,
  attributeOverrun,
  mpNlriCut,
  duplicateMpReach,
  duplicateAttribute,
  unrecognizedWellKnown,
  missingOrigin,
  missingAsPath,
  missingNextHop,
  errorWithoutNlri,
  ipv4NotNegotiated,
];

const MP_REACH = 14;
const MP_UNREACH = 15;

/** What one walk over an UPDATE found: offsets into the message, valid as long as the message. Reused for the next. */
export class UpdateWalk {
  withdrawnStart = 0;
  withdrawnEnd = 0;
  attributesStart = 0;
  attributesEnd = 0;
  nlriStart = 0;
  nlriEnd = 0;
  /** Well-formed attributes, each code once; those that a fault discards or withdraws are not among them. */
  count = 0;
  /** Whether every octet of the attributes section belongs to an attribute that is kept. */
  intact = true;
  /** The strongest fault, null when there is none, and the octets to blame for it. */
  fault: Fault | null = null;
  faultStart = 0;
  faultEnd = 0;
  readonly #flags = new Uint8Array(256);
  readonly #codes = new Uint8Array(256);
  readonly #starts = new Uint32Array(256);
  readonly #ends = new Uint32Array(256);
  /** By type code: 0 not seen, 1 seen but not kept, else 2 + its index. */
  readonly #seen = new Uint16Array(256);
  /** By type codes seen, to clear `#seen` with. */
  readonly #touched = new Uint8Array(256);
  #touchedCount = 0;
  /** Where the message begins: notes count from there. */
  #base = 0;
  #notes: Found[] | null = null;

  /** Flags octet of attribute `i`. */
  flags(i: number): number {
    return u8(this.#flags, i);
  }

  code(i: number): number {
    return u8(this.#codes, i);
  }

  /** First octet of the value of attribute `i`. */
  start(i: number): number {
    return this.#starts[i] ?? 0;
  }

  /** Octet after the value of attribute `i`. */
  end(i: number): number {
    return this.#ends[i] ?? 0;
  }

  /** Index of the attribute with this type code, or -1 when there is none that is well formed. */
  indexOf(code: number): number {
    return (this.#seen[code] ?? 0) - 2;
  }

  begin(base: number, notes: Found[] | null): void {
    this.#base = base;
    for (let i = 0; i < this.#touchedCount; i++) this.#seen[u8(this.#touched, i)] = 0;
    this.#touchedCount = 0;
    this.#notes = notes;
    this.count = 0;
    this.intact = true;
    this.fault = null;
    this.withdrawnStart = this.withdrawnEnd = 0;
    this.attributesStart = this.attributesEnd = 0;
    this.nlriStart = this.nlriEnd = 0;
  }

  blame(fault: Fault, start: number, end: number): void {
    this.#notes?.push({ fault, start: start - this.#base, end: end - this.#base });
    // RFC 7606 §3 (h): the strongest wins; of equals the first.
    if (this.fault !== null && fault.verdict <= this.fault.verdict) return;
    this.fault = fault;
    this.faultStart = start;
    this.faultEnd = end;
  }

  /** Notes that the code came by, and whether it is the first time. */
  see(code: number): boolean {
    if (this.#seen[code] !== 0) return false;
    this.#seen[code] = 1;
    this.#touched[this.#touchedCount++] = code;
    return true;
  }

  has(code: number): boolean {
    return this.#seen[code] !== 0;
  }

  keep(flags: number, code: number, start: number, end: number): void {
    const i = this.count++;
    this.#flags[i] = flags;
    this.#codes[i] = code;
    this.#starts[i] = start;
    this.#ends[i] = end;
    this.#seen[code] = i + 2;
  }
}

/**
 * Judges a whole UPDATE, octets [start, end) of `msg`, and leaves in `walk` where its parts are. Gives the strongest
 * fault, or null. Allocates nothing and never throws.
 *
 * With a verdict of TreatAsWithdraw the routes named by the message (withdrawn, NLRI, MP attributes) are all to be
 * withdrawn; they have been checked and can be read.
 */
export const walkUpdate = (
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  walk: UpdateWalk,
): Fault | null => walkNoting(msg, start, end, session, walk, null);

/** Reads a whole UPDATE, octets [start, end) of `msg`: its value and every fault in it. */
export const decodeUpdate = (msg: Uint8Array, start: number, end: number, session: SessionContext): Decoded<Update> => {
  const walk = decoding;
  const found: Found[] = [];
  const fault = walkNoting(msg, start, end, session, walk, found);
  if (fault?.verdict === Verdict.SessionReset) return { value: null, found };
  const attributes: Attribute[] = [];
  for (let i = 0; i < walk.count; i++) {
    const code = walk.code(i);
    const spec = attributeOf(code);
    const value =
      spec === undefined
        ? copyOctets(msg, walk.start(i), walk.end(i))
        : spec.read(msg, walk.start(i), walk.end(i), session);
    attributes.push({ code, flags: walk.flags(i) & KEPT_FLAGS, value });
  }
  const addPath = session.addPath.has(Ipv4Unicast);
  return {
    value: {
      withdrawn: ipv4Unicast.read(msg, walk.withdrawnStart, walk.withdrawnEnd, addPath),
      attributes,
      nlri: ipv4Unicast.read(msg, walk.nlriStart, walk.nlriEnd, addPath),
    },
    found,
  };
};

/** Its tables cost more to make than most messages to read; no decoding begins within another. */
const decoding = new UpdateWalk();

/** The fault of a walk as the session wants it, with the data RFC 4271 §6.3 asks its NOTIFICATION to carry. */
export const foundBy = (walk: UpdateWalk, msg: Uint8Array, start: number): Found | null => {
  const { fault, faultStart, faultEnd } = walk;
  if (fault === null) return null;
  const isAttribute = faultStart >= walk.attributesStart && faultEnd <= walk.attributesEnd && faultEnd > faultStart;
  const place = { fault, start: faultStart - start, end: faultEnd - start };
  return isAttribute ? { ...place, data: copyOctets(msg, faultStart, Math.min(faultEnd, faultStart + 4000)) } : place;
};

/** The whole message for `update`. Throws RangeError for what the wire or the session cannot carry. */
export const encodeUpdate = (update: Update, session: SessionContext): Uint8Array => {
  const addPath = session.addPath.has(Ipv4Unicast);
  const withdrawn = routesSize(update.withdrawn, addPath);
  const sizes = update.attributes.map((one) => valueSize(one, session));
  let attributes = 0;
  for (const size of sizes) attributes += withLead(size);
  const length = HEADER_LENGTH + 4 + withdrawn + attributes + routesSize(update.nlri, addPath);
  if (length > session.maxMessage) {
    throw new RangeError(`an UPDATE of ${length} octets is longer than the ${session.maxMessage} allowed here`);
  }
  const out = new Uint8Array(length);
  let at = setHeader(out, 0, length, MessageType.Update);
  at = setU16(out, at, withdrawn);
  for (const route of update.withdrawn) at = ipv4Unicast.encode(route, out, at, addPath);
  at = setU16(out, at, attributes);
  let i = 0;
  for (const one of update.attributes) at = putAttribute(one, sizes[i++] ?? 0, out, at, session);
  for (const route of update.nlri) at = ipv4Unicast.encode(route, out, at, addPath);
  return out;
};

/** Octets of one attribute with its flags, code and length. */
export const attributeSize = (attribute: Attribute, session: SessionContext): number =>
  withLead(valueSize(attribute, session));

/** Writes one attribute with its header and gives the offset after. The length takes two octets only when it must. */
export const encodeAttribute = (
  attribute: Attribute,
  out: Uint8Array,
  start: number,
  session: SessionContext,
): number => putAttribute(attribute, valueSize(attribute, session), out, start, session);

/** The same for a value whose size is known. */
const putAttribute = (
  attribute: Attribute,
  valueOctets: number,
  out: Uint8Array,
  start: number,
  session: SessionContext,
): number => {
  const code = within(255, attribute.code, "the attribute code");
  const flags = within(255, attribute.flags, "the attribute flags") & KEPT_FLAGS;
  const size = within(0xffff, valueOctets, "the attribute length");
  let at = setU8(out, start, size > 255 ? flags | Flag.ExtendedLength : flags);
  at = setU8(out, at, code);
  at = size > 255 ? setU16(out, at, size) : setU8(out, at, size);
  const spec = attributeOf(code);
  if (spec !== undefined) return spec.encode(attribute.value, out, at, session);
  return setOctets(out, at, octetsOf(attribute));
};

const KEPT_FLAGS = Flag.Optional | Flag.Transitive | Flag.Partial;

/** Header and the two length fields. */
const LEAST_LENGTH = HEADER_LENGTH + 4;

const walkNoting = (
  msg: Uint8Array,
  start: number,
  end: number,
  session: SessionContext,
  walk: UpdateWalk,
  notes: Found[] | null,
): Fault | null => {
  walk.begin(start, notes);
  // The framer sees to it (RFC 4271 §6.1); not every caller has one.
  if (end - start < LEAST_LENGTH) {
    walk.blame(badLength, start, end);
    return walk.fault;
  }
  // RFC 7606 §3 (b): lengths that don't add up leave nothing to rely on.
  const withdrawnStart = start + HEADER_LENGTH + 2;
  const withdrawnEnd = withdrawnStart + u16(msg, start + HEADER_LENGTH);
  if (withdrawnEnd + 2 > end) {
    walk.blame(lengthsExceedMessage, start + HEADER_LENGTH, start + HEADER_LENGTH + 2);
    return walk.fault;
  }
  const attributesStart = withdrawnEnd + 2;
  const attributesEnd = attributesStart + u16(msg, withdrawnEnd);
  if (attributesEnd > end) {
    walk.blame(lengthsExceedMessage, withdrawnEnd, withdrawnEnd + 2);
    return walk.fault;
  }
  walk.withdrawnStart = withdrawnStart;
  walk.withdrawnEnd = withdrawnEnd;
  walk.attributesStart = attributesStart;
  walk.attributesEnd = attributesEnd;
  walk.nlriStart = attributesEnd;
  walk.nlriEnd = end;

  const addPath = session.addPath.has(Ipv4Unicast);
  const negotiated = session.families.has(Ipv4Unicast);
  const withdrawnFault = ipv4Unicast.check(msg, withdrawnStart, withdrawnEnd, addPath);
  if (withdrawnFault !== null) walk.blame(withdrawnFault, withdrawnStart, withdrawnEnd);
  if (!negotiated && withdrawnEnd > withdrawnStart) {
    walk.blame(ipv4NotNegotiated, withdrawnStart, withdrawnEnd);
    walk.withdrawnEnd = withdrawnStart;
  }
  const onlyUnreach = walkAttributes(msg, session, walk);
  const nlriFault = ipv4Unicast.check(msg, attributesEnd, end, addPath);
  if (nlriFault !== null) walk.blame(nlriFault, attributesEnd, end);
  if (!negotiated && end > attributesEnd) {
    walk.blame(ipv4NotNegotiated, attributesEnd, end);
    walk.nlriEnd = attributesEnd;
  }
  requireMandatory(walk);

  // RFC 7606 §5.2: attributes, an error stronger than discard, and no route announced: were there routes we missed?
  if (!onlyUnreach && walk.fault !== null && walk.fault.verdict > Verdict.Discard && end === attributesEnd) {
    if (!announcesByMp(msg, walk)) walk.blame(errorWithoutNlri, attributesStart, attributesEnd);
  }
  return walk.fault;
};

/** Judges each attribute; true when there is none beside MP_UNREACH_NLRI. */
const walkAttributes = (msg: Uint8Array, session: SessionContext, walk: UpdateWalk): boolean => {
  const end = walk.attributesEnd;
  let onlyUnreach = true;
  for (let at = walk.attributesStart; at < end; ) {
    const flags = u8(msg, at);
    const lead = (flags & Flag.ExtendedLength) === 0 ? 3 : 4;
    // RFC 7606 §4: too little left for an attribute, or an attribute longer than what is left. NLRI stay located.
    if (at + lead > end) {
      walk.blame(at + 1 < end ? cutOff(u8(msg, at + 1), attributeTruncated) : attributeTruncated, at, end);
      walk.intact = false;
      return false;
    }
    const code = u8(msg, at + 1);
    const value = at + lead;
    const next = value + (lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2));
    if (code !== MP_UNREACH) onlyUnreach = false;
    if (next > end) {
      walk.blame(cutOff(code, attributeOverrun), at, end);
      walk.intact = false;
      return false;
    }
    const fault = walk.see(code) ? judge(msg, code, flags, value, next, session) : duplicateOf(code);
    if (fault === null) {
      walk.keep(flags, code, value, next);
    } else {
      walk.blame(fault, at, next);
      walk.intact = false;
      if (isPartial(code, fault)) walk.keep(flags, code, value, next);
    }
    at = next;
  }
  return onlyUnreach;
};

const judge = (
  msg: Uint8Array,
  code: number,
  flags: number,
  start: number,
  end: number,
  session: SessionContext,
): Fault | null => {
  const spec = attributeOf(code);
  if (spec === undefined) return (flags & Flag.Optional) === 0 ? unrecognizedWellKnown : null;
  if (((flags ^ spec.flags) & (Flag.Optional | Flag.Transitive)) !== 0) return spec.flagFault;
  return spec.check(msg, start, end, session);
};

/** Whether the attribute stands all the same: only a part of it is left out. */
const isPartial = (code: number, fault: Fault): boolean => attributeOf(code)?.partial?.includes(fault) ?? false;

const isMultiprotocol = (code: number): boolean => code === MP_REACH || code === MP_UNREACH;

const duplicateOf = (code: number): Fault => (isMultiprotocol(code) ? duplicateMpReach : duplicateAttribute);

/** RFC 7606 §4 withdraws "unless some other, more severe error" forbids it: that routes are lost does (§3 (j)). */
const cutOff = (code: number, fault: Fault): Fault => (isMultiprotocol(code) ? mpNlriCut : fault);

/** RFC 7606 §3 (d); with MP_REACH_NLRI alone NEXT_HOP is not mandatory (RFC 4760 §3). */
const requireMandatory = (walk: UpdateWalk): void => {
  const ipv4 = walk.nlriEnd > walk.nlriStart;
  if (!ipv4 && !walk.has(MP_REACH)) return;
  if (!walk.has(1)) walk.blame(missingOrigin, walk.attributesStart, walk.attributesStart);
  if (!walk.has(2)) walk.blame(missingAsPath, walk.attributesStart, walk.attributesStart);
  if (ipv4 && !walk.has(3)) walk.blame(missingNextHop, walk.attributesStart, walk.attributesStart);
};

/** Whether MP_REACH_NLRI came with routes, or as one of a family that we can't tell of. */
const announcesByMp = (msg: Uint8Array, walk: UpdateWalk): boolean => {
  const reach = walk.indexOf(MP_REACH);
  return reach < 0 ? walk.has(MP_REACH) : mpReachNlriStart(msg, walk.start(reach)) < walk.end(reach);
};

const routesSize = (routes: readonly UnicastRoute[], addPath: boolean): number => {
  let size = 0;
  for (const route of routes) size += ipv4Unicast.size(route, addPath);
  return size;
};

/** Octets of a value of so many with flags, code and length before it. */
const withLead = (size: number): number => (size > 255 ? 4 + size : 3 + size);

const valueSize = (attribute: Attribute, session: SessionContext): number =>
  attributeOf(attribute.code)?.size(attribute.value, session) ?? octetsOf(attribute).length;

const octetsOf = ({ code, value }: Attribute): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  throw new RangeError(`attribute ${code} is not known to the codec: its value must be octets`);
};
