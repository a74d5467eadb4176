import { SegmentType } from "../../codec/attribute/02-as-path.js";
import { AS_TRANS } from "../../codec/iana.js";
import { setU8, setU32, u8, u16, u32 } from "../../codec/octets.js";
import type { AttributeIndex } from "./attribute-index.js";

const AS_PATH = 2;
const AGGREGATOR = 7;
const AS4_PATH = 17;
const AS4_AGGREGATOR = 18;

/** Whether the segments of octets [start, end) are whole and of a known type. */
export const soundPath = (octets: Uint8Array, start: number, end: number, asnSize: 2 | 4): boolean => {
  let at = start;
  while (at < end) {
    if (end - at < 2) return false;
    const type = u8(octets, at);
    if (type < SegmentType.Set || type > SegmentType.ConfedSet) return false;
    at += 2 + u8(octets, at + 1) * asnSize;
  }
  return at === end;
};

/**
 * The AS_PATH of a list whose AS numbers have two octets, rewritten to four, with what AS4_PATH knows better (RFC 6793
 * §4.2.3). Writes to `out`, which must have room for both paths at four octets per number, and gives the size.
 *
 * As bgpdump has it, confederation segments count towards the length like others; RFC 6793 leaves them out.
 */
export const fourOctetPath = (octets: Uint8Array, index: AttributeIndex, out: Uint8Array): number => {
  const start = index.start(AS_PATH);
  const end = index.end(AS_PATH);
  const start4 = index.start(AS4_PATH);
  const end4 = index.end(AS4_PATH);
  const usable = index.has(AS4_PATH) && soundPath(octets, start4, end4, 4) && !as4Ignored(octets, index);
  const surplus = usable ? hops(octets, start, end, 2) - hops(octets, start4, end4, 4) : -1;
  // RFC 6793 §4.2.3: an AS4_PATH longer than the AS_PATH is ignored.
  let at = copySegments(octets, start, end, out, surplus < 0 ? Number.MAX_SAFE_INTEGER : surplus);
  if (surplus < 0) return at;
  out.set(octets.subarray(start4, end4), at);
  at += end4 - start4;
  return at;
};

/** RFC 6793 §4.2.3: an AGGREGATOR that isn't AS_TRANS was written by someone who knew no AS4 attributes. */
const as4Ignored = (octets: Uint8Array, index: AttributeIndex): boolean =>
  index.size(AGGREGATOR) === 6 && index.has(AS4_AGGREGATOR) && u16(octets, index.start(AGGREGATOR)) !== AS_TRANS;

/** Offset of the AGGREGATOR that counts, its AS number four or two octets wide, or -1 when there is none. */
export const aggregatorOf = (
  octets: Uint8Array,
  index: AttributeIndex,
  asnSize: 2 | 4,
): { as: number; address: number } | null => {
  if (index.size(AGGREGATOR) !== asnSize + 4) return null;
  const at = index.start(AGGREGATOR);
  if (asnSize === 4) return { as: u32(octets, at), address: at + 4 };
  const better = index.size(AS4_AGGREGATOR) === 8 && u16(octets, at) === AS_TRANS;
  if (!better) return { as: u16(octets, at), address: at + 2 };
  return { as: u32(octets, index.start(AS4_AGGREGATOR)), address: index.start(AS4_AGGREGATOR) + 4 };
};

const hops = (octets: Uint8Array, start: number, end: number, asnSize: 2 | 4): number => {
  let count = 0;
  for (let at = start; at < end; at += 2 + u8(octets, at + 1) * asnSize) {
    const type = u8(octets, at);
    count += type === SegmentType.Set || type === SegmentType.ConfedSet ? 1 : u8(octets, at + 1);
  }
  return count;
};

/** Copies two-octet segments as four-octet ones until `most` hops are copied; gives the octets written. */
const copySegments = (octets: Uint8Array, start: number, end: number, out: Uint8Array, most: number): number => {
  let written = 0;
  let left = most;
  for (let at = start; at < end && left > 0; at += 2 + u8(octets, at + 1) * 2) {
    const type = u8(octets, at);
    const set = type === SegmentType.Set || type === SegmentType.ConfedSet;
    const count = set ? u8(octets, at + 1) : Math.min(u8(octets, at + 1), left);
    left -= set ? 1 : count;
    written = setU8(out, setU8(out, written, type), count);
    for (let i = 0; i < count; i++) written = setU32(out, written, u16(octets, at + 2 + i * 2));
  }
  return written;
};
