import { SegmentType } from "../../src/codec/attribute/02-as-path.js";
import { Flag } from "../../src/codec/attribute.js";
import { u8, u16, u32 } from "../../src/codec/octets.js";
import { mix } from "./prefix-index.js";

const AS_PATH = 2;
const NEXT_HOP = 3;
const LOCAL_PREF = 5;
const COMMUNITIES = 8;
const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;
const EXTENDED_COMMUNITIES = 16;
const LARGE_COMMUNITIES = 32;

/** Octets of one community in the attributes whose order means nothing. */
const elementSize = (code: number): number => {
  if (code === COMMUNITIES) return 4;
  if (code === EXTENDED_COMMUNITIES) return 8;
  return code === LARGE_COMMUNITIES ? 12 : 0;
};

/** 64 bits in two words. */
export interface Hash {
  hi: number;
  lo: number;
}

/**
 * The meaning of a set of path attributes as 64 bits: what two speakers that say the same must agree in.
 *
 * What may differ without a difference is left out: the order of the attributes and of communities, communities said
 * twice (RFC 1997 and RFC 4360 §2 call them a set, RFC 8092 §3 has the second one removed), the Partial and Extended Length bits, how a path is cut into segments, and the next hop, which each speaker sets to its own.
 *
 * With `forwardedBy` the hash is that of the attributes as an external speaker of this AS must pass them on: its AS in
 * front (RFC 4271 §5.1.2), without LOCAL_PREF (§5.1.5) and optional non-transitive attributes (§5, MED by §5.1.4).
 *
 * AS numbers have four octets. `into` is overwritten; false when the lengths contradict each other.
 */
export const canonicalHash = (
  msg: Uint8Array,
  start: number,
  end: number,
  into: Hash,
  forwardedBy: number | null = null,
): boolean => {
  into.hi = 0;
  into.lo = 0;
  for (let at = start; at < end; ) {
    const flags = u8(msg, at);
    const code = u8(msg, at + 1);
    const extended = (flags & Flag.ExtendedLength) !== 0;
    const value = at + (extended ? 4 : 3);
    const next = value > end ? value : value + (extended ? u16(msg, at + 2) : u8(msg, at + 2));
    if (next > end) return false;
    at = next;
    if (code === NEXT_HOP || code === MP_REACH_NLRI || code === MP_UNREACH_NLRI) continue;
    if (forwardedBy !== null && isLeftOut(flags, code)) continue;

    one.hi = mix(code, flags & (Flag.Optional | Flag.Transitive));
    one.lo = mix(one.hi, code);
    if (code === AS_PATH) pathHash(msg, value, next, forwardedBy);
    else if (elementSize(code) > 0) setHash(msg, value, next, elementSize(code));
    else octetsHash(msg, value, next);
    // A sum, so that the order of the attributes means nothing.
    into.hi = (into.hi + mix(one.hi, 1)) | 0;
    into.lo = (into.lo + mix(one.lo, 2)) | 0;
  }
  return true;
};

const one: Hash = { hi: 0, lo: 0 };

const isLeftOut = (flags: number, code: number): boolean =>
  code === LOCAL_PREF || (flags & (Flag.Optional | Flag.Transitive)) === Flag.Optional;

const add = (word: number): void => {
  one.hi = mix(word, one.hi);
  one.lo = mix(word ^ 0x5bd1e995, one.lo);
};

const octetsHash = (msg: Uint8Array, start: number, end: number): void => {
  for (let at = start; at < end; at++) add(u8(msg, at));
  add(end - start);
};

/** Each AS with the type of its segment; a set is told from the set before it by its length. */
const pathHash = (msg: Uint8Array, start: number, end: number, prepended: number | null): void => {
  if (prepended !== null) {
    add(SegmentType.Sequence);
    add(prepended);
  }
  for (let at = start; at + 2 <= end; ) {
    const type = u8(msg, at);
    const next = Math.min(end, at + 2 + u8(msg, at + 1) * 4);
    if (type !== SegmentType.Sequence) add((type << 8) | u8(msg, at + 1));
    for (at += 2; at + 4 <= next; at += 4) {
      add(type);
      add(u32(msg, at));
    }
    at = next;
  }
};

const setHash = (msg: Uint8Array, start: number, end: number, size: number): void => {
  let hi = 0;
  let lo = 0;
  let octets = 0;
  for (let at = start; at < end; at += size) {
    if (saidBefore(msg, start, at, size)) continue;
    octets += size;
    let h = 1;
    let l = 2;
    for (let word = at; word < at + size; word += 4) {
      h = mix(u32(msg, word), h);
      l = mix(u32(msg, word) ^ 0x5bd1e995, l);
    }
    hi = (hi + h) | 0;
    lo = (lo + l) | 0;
  }
  add(hi);
  add(lo);
  add(octets);
};

const saidBefore = (msg: Uint8Array, start: number, at: number, size: number): boolean => {
  for (let other = start; other < at; other += size) {
    let same = 0;
    while (same < size && u8(msg, other + same) === u8(msg, at + same)) same++;
    if (same === size) return true;
  }
  return false;
};
