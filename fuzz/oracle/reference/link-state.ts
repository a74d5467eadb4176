import { BAD, dropped, type Form, maybeDropped, OTHER } from "./form.js";
import { isOctets, u8, u16 } from "./octets.js";

/** RFC 7752 §3.2.1: local and remote node descriptors, whose values are TLVs themselves. */
const NODES: ReadonlySet<number> = new Set([256, 257]);

/** Node, link, IPv4 and IPv6 prefix (RFC 7752 §3.2), SRv6 SID (RFC 9514 §6). Others are opaque (RFC 9552 §5.2). */
const TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 6]);

/** Protocol-ID and Identifier. */
const FIXED = 9;

/**
 * A route of BGP-LS, RFC 7752 §3.2: type (2), length (2), in a VPN a distinguisher (8), Protocol-ID (1), Identifier (8),
 * TLVs. The length says where the next begins; what is malformed within costs that route alone (RFC 9552 §8.2.2). How
 * long each known TLV may be, and their order, is left to the codec.
 */
export const linkStateRoute = (inVpn: boolean): Form => {
  const lead = inVpn ? 8 : 0;
  return {
    skip(m, at, end) {
      if (at + 4 > end) return BAD;
      const next = at + 4 + u16(m, at + 2);
      if (next > end) return BAD;
      if (!TYPES.has(u16(m, at))) return next;
      const start = at + 4 + lead + FIXED;
      return start > next || !areTlvs(m, start, next, true) ? dropped(next) : maybeDropped(next);
    },
    says(m, at, _, value) {
      const type = u16(m, at);
      const next = at + 4 + u16(m, at + 2);
      const said = value as RouteValue;
      if (said.type !== type) return OTHER;
      if (!TYPES.has(type)) return isOctets(m, at + 4, next, said.octets) ? next : OTHER;
      const start = at + 4 + lead;
      const isSame =
        (inVpn ? isOctets(m, at + 4, start, said.distinguisher) : said.distinguisher === undefined) &&
        said.protocol === u8(m, start) &&
        isOctets(m, start + 1, start + FIXED, said.identifier) &&
        saysTlvs(m, start + FIXED, next, said.descriptors);
      return isSame ? next : OTHER;
    },
  };
};

interface RouteValue {
  readonly type?: unknown;
  readonly octets?: unknown;
  readonly distinguisher?: unknown;
  readonly protocol?: unknown;
  readonly identifier?: unknown;
  readonly descriptors?: unknown;
}

/** Whether [at, end) is TLVs that fit. `outer`: node descriptors among them have some in turn. */
const areTlvs = (m: Uint8Array, at: number, end: number, outer: boolean): boolean => {
  let next = at;
  while (next < end) {
    if (next + 4 > end) return false;
    const start = next + 4;
    const stop = start + u16(m, next + 2);
    if (stop > end || (outer && NODES.has(u16(m, next)) && !areTlvs(m, start, stop, false))) return false;
    next = stop;
  }
  return true;
};

const saysTlvs = (m: Uint8Array, at: number, end: number, value: unknown): boolean => {
  if (!Array.isArray(value)) return false;
  let next = at;
  for (const tlv of value) {
    if (next >= end) return false;
    const type = u16(m, next);
    const start = next + 4;
    const stop = start + u16(m, next + 2);
    if (tlv?.type !== type) return false;
    if ("subTlvs" in tlv ? !saysTlvs(m, start, stop, tlv.subTlvs) : !isOctets(m, start, stop, tlv.value)) return false;
    next = stop;
  }
  return next === end;
};
