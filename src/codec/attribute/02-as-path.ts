import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";
import type { SessionContext } from "../session-context.js";

/** RFC 4271 §4.3 (b), RFC 5065 §3. */
export const SegmentType = { Set: 1, Sequence: 2, ConfedSequence: 3, ConfedSet: 4 } as const;

export interface AsPathSegment {
  readonly type: number;
  readonly asns: readonly number[];
}
export type AsPath = readonly AsPathSegment[];

type AsnSize = Pick<SessionContext, "asnSize">;

const malformed = (what: string, rfc = "RFC 7606 §7.2"): Fault =>
  treatAsWithdraw(`as-path/${what}`, rfc, UpdateError.MalformedAsPath);

export const asPathFlags: Fault = wrongFlags("as-path");
export const unknownSegment: Fault = malformed("unknown-segment");
export const emptySegment: Fault = malformed("empty-segment");
export const overrun: Fault = malformed("overrun");
export const underrun: Fault = malformed("underrun");
export const asZero: Fault = malformed("as-zero", "RFC 7607 §2");
// RFC 5065 §5: segments of a confederation from outside it make a malformed AS_PATH. We are in none, so that an external
// peer is always outside; internal peers are left to their operator.
export const confederationSegment: Fault = malformed("confederation-segment", "RFC 5065 §5");

/**
 * AS_PATH, RFC 4271 §4.3 (b); four-octet AS numbers by RFC 6793.
 *
 *     | type (1) | count (1) | count × ASN (2 or 4 each) |   repeated to the end
 *
 * The empty path is well formed: a speaker sends it within its own AS (RFC 4271 §5.1.2).
 */
export const asPath: AttributeSpec<AsPath> = {
  code: 2,
  name: "AS_PATH",
  flags: Flag.Transitive,
  flagFault: asPathFlags,
  faults: [asPathFlags, unknownSegment, confederationSegment, emptySegment, overrun, underrun, asZero],

  check(msg, start, end, { asnSize, external }) {
    return checkAsPath(msg, start, end, asnSize, external ? SegmentType.Sequence : SegmentType.ConfedSet);
  },

  read(msg, start, end, { asnSize }) {
    return readAsPath(msg, start, end, asnSize);
  },

  size(value, { asnSize }) {
    return sizeAsPath(value, asnSize);
  },

  encode(value, out, at, { asnSize }) {
    return encodeAsPath(value, out, at, asnSize);
  },
};

/** Judges a run of segments. Types above `lastType` are confederation segments that must not stand here. */
export const checkAsPath = (
  msg: Uint8Array,
  start: number,
  end: number,
  asnSize: 2 | 4,
  lastType: number = SegmentType.ConfedSet,
): Fault | null => {
  for (let at = start; at < end; ) {
    if (end - at < 2) return underrun;
    const type = u8(msg, at);
    const count = u8(msg, at + 1);
    if (type < SegmentType.Set || type > SegmentType.ConfedSet) return unknownSegment;
    if (type > lastType) return confederationSegment;
    if (count === 0) return emptySegment;
    const next = at + 2 + count * asnSize;
    if (next > end) return overrun;
    for (at += 2; at < next; at += asnSize) if (asn(msg, at, asnSize) === 0) return asZero;
  }
  return null;
};

export const readAsPath = (msg: Uint8Array, start: number, end: number, asnSize: 2 | 4): AsPath => {
  const path: AsPathSegment[] = [];
  for (let at = start; at < end; ) {
    const type = u8(msg, at);
    const count = u8(msg, at + 1);
    const asns: number[] = [];
    at += 2;
    for (let i = 0; i < count; i++, at += asnSize) asns.push(asn(msg, at, asnSize));
    path.push({ type, asns });
  }
  return path;
};

export const sizeAsPath = (path: AsPath, asnSize: 2 | 4): number => {
  let size = 0;
  for (const { asns } of path) size += 2 + asns.length * asnSize;
  return size;
};

export const encodeAsPath = (path: AsPath, out: Uint8Array, start: number, asnSize: 2 | 4): number => {
  const max = asnSize === 4 ? 0xffffffff : 0xffff;
  let at = start;
  for (const { type, asns } of path) {
    if (type < SegmentType.Set || type > SegmentType.ConfedSet) {
      throw new RangeError(`an AS_PATH segment has type 1 to 4, not ${type}`);
    }
    if (asns.length === 0 || asns.length > 255) {
      throw new RangeError(`an AS_PATH segment carries 1 to 255 AS numbers, not ${asns.length}`);
    }
    at = setU8(out, at, type);
    at = setU8(out, at, asns.length);
    for (const one of asns) {
      if (one === 0) throw new RangeError("AS 0 must not appear in an AS_PATH (RFC 7607)");
      at = asnSize === 4 ? setU32(out, at, within(max, one, "ASN")) : setU16(out, at, within(max, one, "ASN"));
    }
  }
  return at;
};

/** Hops as the decision process counts them: a set counts one (RFC 4271 §9.1.2.2 a), confederations none (RFC 5065 §5.3). */
export const asPathLength = (msg: Uint8Array, start: number, end: number, { asnSize }: AsnSize): number => {
  let hops = 0;
  for (let at = start; at < end; at += 2 + u8(msg, at + 1) * asnSize) {
    const type = u8(msg, at);
    if (type === SegmentType.Sequence) hops += u8(msg, at + 1);
    else if (type === SegmentType.Set) hops += 1;
  }
  return hops;
};

/**
 * The neighbouring AS: the first of a leading AS_SEQUENCE, confederation segments passed over; 0 when the path is empty
 * or begins with a set (RFC 4271 §9.1.2.2 c).
 */
export const neighbourAs = (msg: Uint8Array, start: number, end: number, { asnSize }: AsnSize): number => {
  for (let at = start; at < end; at += 2 + u8(msg, at + 1) * asnSize) {
    const type = u8(msg, at);
    if (type === SegmentType.Sequence) return asn(msg, at + 2, asnSize);
    if (type === SegmentType.Set) return 0;
  }
  return 0;
};

/** Whether the path names `as` anywhere: the loop of RFC 4271 §9.1.2. */
export const asPathHas = (msg: Uint8Array, start: number, end: number, { asnSize }: AsnSize, as: number): boolean => {
  for (let at = start; at < end; ) {
    const next = at + 2 + u8(msg, at + 1) * asnSize;
    for (at += 2; at < next; at += asnSize) if (asn(msg, at, asnSize) === as) return true;
  }
  return false;
};

const asn = (msg: Uint8Array, at: number, asnSize: 2 | 4): number => (asnSize === 4 ? u32(msg, at) : u16(msg, at));
