import { HEADER_LENGTH } from "../codec/frame.js";
import { Afi, Safi } from "../codec/iana.js";
import { u8, u16, u32 } from "../codec/octets.js";

/**
 * Routes as a peer would send them: whole UPDATE messages one after the other, ready to be written to a socket.
 *
 * AS numbers have four octets, no NLRI carries a path identifier, no message is longer than 4096 octets, nothing is
 * withdrawn, each prefix stands in it once, and the End-of-RIB markers are the sender's business.
 */
export interface PreparedTable {
  /** The UPDATEs, headers included, back to back. */
  readonly messages: Uint8Array;
  /** How many UPDATEs `messages` holds. */
  readonly count: number;
  /** Prefixes of both families. */
  readonly prefixes: number;
  /** IPv4 prefixes, in the NLRI field of their UPDATEs. */
  readonly v4: number;
  /** IPv6 prefixes, in MP_REACH_NLRI. */
  readonly v6: number;
}

/** The prefixes of a table in typed arrays, in the order of the messages: the set that a receiver must end with. */
export interface PrefixKeys {
  /** IPv4 addresses in host order, host bits zero. */
  readonly v4: Uint32Array;
  /** Prefix length of each of them. */
  readonly v4len: Uint8Array;
  /** IPv6 addresses, four words each, most significant first, host bits zero. */
  readonly v6: Uint32Array;
  readonly v6len: Uint8Array;
}

/** What `eachUpdate` found; the same object every time, valid during the call. Offsets into `messages`. */
export interface UpdateSpan {
  start: number;
  end: number;
  /** Path attributes. */
  attributes: number;
  attributesEnd: number;
  /** Where the routes stand: the NLRI field, or the NLRI of MP_REACH_NLRI. */
  nlri: number;
  nlriEnd: number;
  /** Whether the routes are those of MP_REACH_NLRI, IPv6 unicast. */
  v6: boolean;
  /** The next hop in MP_REACH_NLRI, 16 or 32 octets; nothing for IPv4. */
  nextHop6: number;
  nextHop6End: number;
}

const MP_REACH_NLRI = 14;

/** Visits the UPDATEs of a prepared table in order. The octets are ours, made or checked before: they are trusted. */
export const eachUpdate = (messages: Uint8Array, visit: (span: UpdateSpan) => void): void => {
  const span: UpdateSpan = {
    start: 0,
    end: 0,
    attributes: 0,
    attributesEnd: 0,
    nlri: 0,
    nlriEnd: 0,
    v6: false,
    nextHop6: 0,
    nextHop6End: 0,
  };
  for (let at = 0; at < messages.length; at = span.end) {
    span.start = at;
    span.end = at + u16(messages, at + 16);
    const withdrawnEnd = at + HEADER_LENGTH + 2 + u16(messages, at + HEADER_LENGTH);
    span.attributes = withdrawnEnd + 2;
    span.attributesEnd = span.attributes + u16(messages, withdrawnEnd);
    span.nlri = span.attributesEnd;
    span.nlriEnd = span.end;
    span.v6 = false;
    span.nextHop6 = span.nextHop6End = span.end;
    if (span.nlri === span.nlriEnd) findReach(messages, span);
    visit(span);
  }
};

/** Every prefix of the table, without an object per prefix. */
export const prefixKeys = (table: PreparedTable): PrefixKeys => {
  const v4 = new Uint32Array(table.v4);
  const v4len = new Uint8Array(table.v4);
  const v6 = new Uint32Array(table.v6 * 4);
  const v6len = new Uint8Array(table.v6);
  const { messages } = table;
  let next4 = 0;
  let next6 = 0;
  eachUpdate(messages, ({ nlri, nlriEnd, v6: isV6 }) => {
    for (let at = nlri; at < nlriEnd; ) {
      const length = u8(messages, at++);
      if (isV6) {
        for (let word = 0; word < 4; word++) v6[next6 * 4 + word] = prefixWord(messages, at, length, word);
        v6len[next6++] = length;
      } else {
        v4[next4] = prefixWord(messages, at, length, 0);
        v4len[next4++] = length;
      }
      at += (length + 7) >>> 3;
    }
  });
  return { v4, v4len, v6, v6len };
};

/** The n-th 32 bits of a prefix of `length` bits whose octets start at `at`; what lies behind its length is zero. */
export const prefixWord = (octets: Uint8Array, at: number, length: number, word: number): number => {
  const bits = length - word * 32;
  if (bits <= 0) return 0;
  const from = at + word * 4;
  if (bits >= 32) return u32(octets, from);
  const used = (bits + 7) >>> 3;
  let value = 0;
  for (let i = 0; i < used; i++) value |= u8(octets, from + i) << (24 - i * 8);
  return (value & (0xffffffff << (32 - bits))) >>> 0;
};

/** Points the span at the routes of MP_REACH_NLRI (RFC 4760 §3), where the UPDATE has that attribute. */
const findReach = (messages: Uint8Array, span: UpdateSpan): void => {
  for (let at = span.attributes; at < span.attributesEnd; ) {
    const flags = u8(messages, at);
    const extended = (flags & 0x10) !== 0;
    const value = at + (extended ? 4 : 3);
    const end = value + (extended ? u16(messages, at + 2) : u8(messages, at + 2));
    if (u8(messages, at + 1) === MP_REACH_NLRI) {
      span.v6 = u16(messages, value) === Afi.Ipv6 && u8(messages, value + 2) === Safi.Unicast;
      span.nextHop6 = value + 4;
      span.nextHop6End = span.nextHop6 + u8(messages, value + 3);
      span.nlri = span.nextHop6End + 1;
      span.nlriEnd = end;
      return;
    }
    at = end;
  }
};
