import { SegmentType } from "../codec/attribute/02-as-path.js";
import { Flag } from "../codec/attribute.js";
import { setOctets, setU8, setU16, setU32, u8, u16, u32 } from "../codec/octets.js";
import { UpdatePacker } from "./pack.js";
import { eachUpdate, type PreparedTable } from "./prepared.js";

/** What an eBGP peer makes of routes before it sends them (RFC 4271 §5.1). */
export interface PeerRewrite {
  /** Goes in front of every path, or in the place of its first AS. A path that begins with it already stays. */
  readonly peerAs: number;
  readonly path?: "prepend" | "replace";
  /** NEXT_HOP, 4 octets. Kept when absent. */
  readonly nextHop?: Uint8Array;
  /** Next hop of IPv6 routes, 16 octets. Kept when absent. */
  readonly nextHop6?: Uint8Array;
}

const Code = { AsPath: 2, NextHop: 3, LocalPref: 5, OriginatorId: 9, ClusterList: 10, MpReach: 14 } as const;

/**
 * The table as another peer would send it: path and next hops rewritten, what must not leave an AS taken out (LOCAL_PREF,
 * ORIGINATOR_ID, CLUSTER_LIST: RFC 4271 §5.1.5, RFC 4456 §8). An UPDATE that grows past 4096 octets becomes two.
 */
export const forPeer = (table: PreparedTable, rewrite: PeerRewrite): PreparedTable => {
  const { messages } = table;
  const packer = new UpdatePacker(messages.length + table.count * 8);
  const scratch = new Uint8Array(8192);
  eachUpdate(messages, (span) => {
    const size = rewriteAttributes(messages, span.attributes, span.attributesEnd, scratch, rewrite);
    const nextHop6 = span.v6 ? (rewrite.nextHop6 ?? messages.slice(span.nextHop6, span.nextHop6End)) : null;
    if (!packer.begin(scratch.slice(0, size), nextHop6)) {
      throw new RangeError("an UPDATE has no room for another AS number in its path");
    }
    for (let at = span.nlri; at < span.nlriEnd; at += 1 + ((u8(messages, at) + 7) >>> 3)) packer.add(messages, at);
  });
  return packer.finish();
};

const rewriteAttributes = (
  octets: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  { peerAs, path = "prepend", nextHop }: PeerRewrite,
): number => {
  let written = 0;
  for (let at = start; at < end; ) {
    const head = u8(octets, at) & Flag.ExtendedLength ? 4 : 3;
    const value = at + head;
    const next = value + (head === 4 ? u16(octets, at + 2) : u8(octets, at + 2));
    switch (u8(octets, at + 1)) {
      case Code.MpReach:
      case Code.LocalPref:
      case Code.OriginatorId:
      case Code.ClusterList:
        break;
      case Code.AsPath:
        written = rewritePath(octets, value, next, out, written, peerAs, path);
        break;
      case Code.NextHop:
        written = setOctets(out, written, octets.subarray(at, value));
        written = setOctets(out, written, nextHop ?? octets.subarray(value, next));
        break;
      default:
        written = setOctets(out, written, octets.subarray(at, next));
    }
    at = next;
  }
  return written;
};

const rewritePath = (
  octets: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
  peerAs: number,
  how: "prepend" | "replace",
): number => {
  const sequence = end > start && u8(octets, start) === SegmentType.Sequence;
  const count = sequence ? u8(octets, start + 1) : 0;
  const stays = count > 0 && (how === "replace" || u32(octets, start + 2) === peerAs);
  // RFC 4271 §5.1.2 (b): before a set, an empty path or a full segment stands a new segment.
  const joins = count > 0 && count < 255 && !stays;
  const size = end - start + (stays ? 0 : joins ? 4 : 6);
  let to = setU8(out, at, Flag.Transitive | Flag.ExtendedLength);
  to = setU8(out, to, Code.AsPath);
  to = setU16(out, to, size);
  to = setU8(out, to, SegmentType.Sequence);
  to = setU8(out, to, stays ? count : joins ? count + 1 : 1);
  to = setU32(out, to, peerAs);
  return setOctets(out, to, octets.subarray(stays ? start + 6 : joins ? start + 2 : start, end));
};
