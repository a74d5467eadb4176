import { BAD, type Form, OTHER } from "./form.js";
import { isOctets, u8, u16, u32, u64 } from "./octets.js";

/** Components with a list of operators and values, RFC 8955 §4.2.2 and RFC 8956 §3: octets that a value may have. */
const WIDEST: Readonly<Record<number, number>> = {
  3: 8,
  4: 8,
  5: 8,
  6: 8,
  7: 8,
  8: 8,
  // "MUST be encoded as 1- or 2-octet bitmask"; elsewhere widths are a SHOULD.
  9: 2,
  10: 8,
  11: 1,
  12: 1,
};
/** RFC 8956 §3.7: the flow label. */
const WIDEST_IPV6: Readonly<Record<number, number>> = { ...WIDEST, 13: 8 };

/** One flow specification, RFC 8955 §4, in a VPN §8. `width`: octets of an address. */
export const flowSpecRoute = (width: 4 | 16, inVpn: boolean): Form => {
  const widest = width === 4 ? WIDEST : WIDEST_IPV6;

  /** The offset behind the component at `at`, or `BAD`. */
  const component = (m: Uint8Array, at: number, end: number): number => {
    const type = u8(m, at);
    if (type === 1 || type === 2) return width === 4 ? prefix4(m, at + 1, end) : prefix6(m, at + 1, end);
    const most = widest[type];
    // RFC 8955 §4.2: an unknown component type is malformed.
    if (most === undefined) return BAD;
    for (let next = at + 1; next < end; ) {
      const operator = u8(m, next);
      const octets = 1 << ((operator >> 4) & 3);
      next += 1 + octets;
      if (octets > most || next > end) return BAD;
      if ((operator & 0x80) !== 0) return next;
    }
    // No pair is the last one.
    return BAD;
  };

  return {
    skip(m, at, end) {
      const start = valueStart(m, at);
      if (start > end) return BAD;
      const stop = start + valueLength(m, at);
      if (stop > end) return BAD;
      let next = inVpn ? start + 8 : start;
      // RFC 8955 §4.2: <[component]+>.
      if (next >= stop) return BAD;
      for (let before = 0; next < stop; ) {
        // RFC 8955 §4.2: strictly increasing types.
        const type = u8(m, next);
        if (type <= before) return BAD;
        before = type;
        next = component(m, next, stop);
        if (next < 0) return BAD;
      }
      return next;
    },
    says(m, at, _, value) {
      const { distinguisher, components } = value as Readonly<Record<string, unknown>>;
      const start = valueStart(m, at);
      const stop = start + valueLength(m, at);
      if (inVpn ? !isOctets(m, start, start + 8, distinguisher) : distinguisher !== undefined) return OTHER;
      if (!Array.isArray(components)) return OTHER;
      let next = inVpn ? start + 8 : start;
      for (const one of components) {
        if (next >= stop) return OTHER;
        const after = component(m, next, stop);
        if (one?.type !== u8(m, next)) return OTHER;
        if (one.type <= 2 ? !saysPrefix(m, next + 1, width, one) : !saysPairs(m, next + 1, after, one.conditions)) {
          return OTHER;
        }
        next = after;
      }
      return next === stop ? stop : OTHER;
    },
  };
};

/** RFC 8955 §4.1: 0xfnnn in two octets, less than 0xf0 in one. */
const valueStart = (m: Uint8Array, at: number): number => at + (u8(m, at) >= 0xf0 ? 2 : 1);
const valueLength = (m: Uint8Array, at: number): number => (u8(m, at) >= 0xf0 ? u16(m, at) & 0x0fff : u8(m, at));

const prefix4 = (m: Uint8Array, at: number, end: number): number => {
  if (at >= end || u8(m, at) > 32) return BAD;
  const next = at + 1 + ((u8(m, at) + 7) >> 3);
  return next <= end ? next : BAD;
};

/** RFC 8956 §3.1: "If length = 0 and offset = 0 …; otherwise, length MUST be in the range offset < length < 129". */
const prefix6 = (m: Uint8Array, at: number, end: number): number => {
  if (at + 2 > end) return BAD;
  const length = u8(m, at);
  const offset = u8(m, at + 1);
  if (length > 128 || (offset >= length && length + offset > 0)) return BAD;
  const next = at + 2 + ((length - offset + 7) >> 3);
  return next <= end ? next : BAD;
};

interface PrefixValue {
  readonly length?: unknown;
  readonly offset?: unknown;
  readonly pattern?: unknown;
}

const saysPrefix = (m: Uint8Array, at: number, width: number, one: PrefixValue): boolean => {
  const length = u8(m, at);
  const offset = width === 4 ? 0 : u8(m, at + 1);
  const from = width === 4 ? at + 1 : at + 2;
  const { pattern } = one;
  const bits = length - offset;
  if (one.length !== length || one.offset !== offset) return false;
  if (!(pattern instanceof Uint8Array) || pattern.length !== (bits + 7) >> 3) return false;
  for (let i = 0; i < pattern.length; i++) {
    // RFC 8956 §3.1: padding MUST be ignored.
    const mask = 8 * (i + 1) <= bits ? 0xff : (0xff00 >> (bits & 7)) & 0xff;
    if (pattern[i] !== (u8(m, from + i) & mask)) return false;
  }
  return true;
};

const saysPairs = (m: Uint8Array, at: number, end: number, conditions: unknown): boolean => {
  if (!Array.isArray(conditions)) return false;
  let next = at;
  for (const one of conditions) {
    if (next >= end) return false;
    const operator = u8(m, next);
    const width = 1 << ((operator >> 4) & 3);
    if (one?.operator !== operator || one.value !== integer(m, next + 1, width)) return false;
    next += 1 + width;
  }
  return next === end;
};

const integer = (m: Uint8Array, at: number, width: number): number | bigint => {
  if (width === 8) return u64(m, at);
  if (width === 4) return u32(m, at);
  return width === 2 ? u16(m, at) : u8(m, at);
};
