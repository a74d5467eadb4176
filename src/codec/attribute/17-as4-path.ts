import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { AS_TRANS } from "../iana.js";
import { setU8, setU16, setU32, u8, u16, u32 } from "../octets.js";
import {
  type AsPath,
  asPathLength,
  asZero,
  checkAsPath,
  emptySegment,
  encodeAsPath,
  overrun,
  readAsPath,
  SegmentType,
  sizeAsPath,
  unknownSegment,
} from "./02-as-path.js";

const malformed = (what: string, rfc = "RFC 6793 §6"): Fault => discarded(`as4-path/${what}`, rfc);

export const as4PathFlags: Fault = wrongFlags("as4-path");
export const as4PathFromNewSpeaker: Fault = malformed("from-new-speaker");
export const as4PathLength: Fault = malformed("bad-length");
export const as4PathUnknownSegment: Fault = malformed("unknown-segment");
export const as4PathEmptySegment: Fault = malformed("empty-segment");
export const as4PathOverrun: Fault = malformed("overrun");
export const as4PathAsZero: Fault = malformed("as-zero", "RFC 7607 §2");

/** What the faults of AS_PATH are called, and come to, here. An underrun is a length that is not a multiple of two. */
const here: ReadonlyMap<Fault, Fault> = new Map([
  [unknownSegment, as4PathUnknownSegment],
  [emptySegment, as4PathEmptySegment],
  [overrun, as4PathOverrun],
  [asZero, as4PathAsZero],
]);

/**
 * AS4_PATH, RFC 6793 §3: the path in four-octet AS numbers, carried past speakers that know two octets only.
 *
 *     | type (1) | count (1) | count × ASN (4) |   repeated to the end
 *
 * Confederation segments MUST NOT stand in it; a receiver drops them and goes on (§6): `read` does. A path that holds
 * nothing else is, so adjusted, "too small to carry at least one AS number".
 */
export const as4Path: AttributeSpec<AsPath> = {
  code: 17,
  name: "AS4_PATH",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: as4PathFlags,
  faults: [
    as4PathFlags,
    as4PathFromNewSpeaker,
    as4PathLength,
    as4PathUnknownSegment,
    as4PathEmptySegment,
    as4PathOverrun,
    as4PathAsZero,
  ],

  check(msg, start, end, { asnSize }) {
    // RFC 6793 §4.1: between speakers of four octets it is discarded, whatever it holds.
    if (asnSize === 4) return as4PathFromNewSpeaker;
    if (end - start < 6 || (end - start) % 2 !== 0) return as4PathLength;
    const fault = checkAsPath(msg, start, end, 4);
    if (fault !== null) return here.get(fault) ?? as4PathLength;
    return asPathLength(msg, start, end, FOUR) === 0 ? as4PathLength : null;
  },

  read(msg, start, end) {
    return readAsPath(msg, start, end, 4).filter(({ type }) => !isConfederation(type));
  },

  size(value) {
    if (value.length === 0) throw new RangeError("AS4_PATH has at least one segment, or is left out");
    return sizeAsPath(value, 4);
  },

  encode(value, out, at) {
    if (value.length === 0) throw new RangeError("AS4_PATH has at least one segment, or is left out");
    if (value.some(({ type }) => isConfederation(type))) {
      throw new RangeError("AS4_PATH must not carry confederation segments (RFC 6793 §3)");
    }
    return encodeAsPath(value, out, at, 4);
  },
};

/** Octets that `mergeAsPath` writes at most, given the octets of the two attributes. */
export const mergedAsPathSize = (pathOctets: number, as4Octets: number): number => 2 * pathOctets + as4Octets;

/**
 * The AS path that a speaker of two octets sent, in four octets, RFC 6793 §4.2.3. Both attributes lie in `msg` and are
 * checked; an AS4_PATH that is absent, or to be ignored (see `mergeAggregator`), is the empty span.
 *
 * Writes to `out` at `at` and gives the offset after. `out` must have room for `mergedAsPathSize` octets and must not
 * overlap the attributes.
 */
export const mergeAsPath = (
  msg: Uint8Array,
  start: number,
  end: number,
  as4Start: number,
  as4End: number,
  out: Uint8Array,
  at: number,
): number => {
  const hops = asPathLength(msg, start, end, TWO);
  const as4Hops = asPathLength(msg, as4Start, as4End, FOUR);
  // "If the number of AS numbers in the AS_PATH attribute is less than [in] AS4_PATH, [it] SHALL be ignored".
  if (hops < as4Hops) return widen(msg, start, end, hops, out, at);
  const next = widen(msg, start, end, hops - as4Hops, out, at);
  return withoutConfederations(msg, as4Start, as4End, out, next);
};

/** Whether `splitAsPath` leaves something for an AS4_PATH: some AS of this four-octet path needs more than two octets. */
export const needsAs4Path = (msg: Uint8Array, start: number, end: number): boolean => {
  if (asPathLength(msg, start, end, FOUR) === 0) return false;
  for (let at = start; at < end; ) {
    const next = at + 2 + u8(msg, at + 1) * 4;
    for (at += 2; at < next; at += 4) if (u32(msg, at) > 0xffff) return true;
  }
  return false;
};

/**
 * The AS_PATH that a speaker of two octets understands, made from checked octets of a four-octet one, RFC 6793 §4.2.2:
 * AS_TRANS stands for what does not fit. Writes (end - start + 2 × segments) / 2 octets; gives the offset after.
 */
export const narrowAsPath = (msg: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number => {
  let next = to;
  for (let at = start; at < end; ) {
    const count = u8(msg, at + 1);
    next = setU8(out, setU8(out, next, u8(msg, at)), count);
    at += 2;
    for (let i = 0; i < count; i++, at += 4) {
      const as = u32(msg, at);
      next = setU16(out, next, as > 0xffff ? AS_TRANS : as);
    }
  }
  return next;
};

/** The AS4_PATH beside it: the same octets without confederation segments (RFC 6793 §4.2.2). */
export const withoutConfederations = (
  msg: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  to: number,
): number => {
  let next = to;
  for (let at = start; at < end; ) {
    const after = at + 2 + u8(msg, at + 1) * 4;
    if (isConfederation(u8(msg, at))) at = after;
    else while (at < after) next = setU8(out, next, u8(msg, at++));
  }
  return next;
};

const TWO = { asnSize: 2 } as const;
const FOUR = { asnSize: 4 } as const;

const isConfederation = (type: number): boolean => type >= SegmentType.ConfedSequence;

/**
 * The leading part of a two-octet path, worth `hops` AS numbers, in four octets. A confederation segment counts nothing
 * and comes along where it leads or follows a segment that was taken whole ("is adjacent to a path segment that is
 * prepended").
 */
const widen = (msg: Uint8Array, start: number, end: number, hops: number, out: Uint8Array, to: number): number => {
  let next = to;
  let left = hops;
  for (let at = start; at < end; ) {
    const type = u8(msg, at);
    const count = u8(msg, at + 1);
    const take = type === SegmentType.Sequence ? Math.min(count, left) : count;
    if (take === 0 || (type === SegmentType.Set && left === 0)) break;
    next = setU8(out, setU8(out, next, type), take);
    for (let i = 0; i < take; i++) next = setU32(out, next, u16(msg, at + 2 + i * 2));
    if (take < count) break;
    if (type === SegmentType.Sequence) left -= count;
    else if (type === SegmentType.Set) left -= 1;
    at += 2 + count * 2;
  }
  return next;
};
