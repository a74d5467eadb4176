import { Afi, afiOf, type Family, Safi, safiOf } from "../../../src/codec/iana.js";
import { u8, u16, u32 } from "./octets.js";

/** The route filters behind a ROUTE-REFRESH: what is taken of them, null for none at all; and whether some is not. */
export interface FiltersSaid {
  readonly value: unknown;
  readonly isPartial: boolean;
}

const ADDRESS_PREFIX = 64;

/** The families whose Address Prefix filters are read, `src/codec/message/README.md`. */
const isRead = (of: Family): boolean =>
  (afiOf(of) === Afi.Ipv4 || afiOf(of) === Afi.Ipv6) &&
  (safiOf(of) === Safi.Unicast || safiOf(of) === Safi.Multicast || safiOf(of) === Safi.Labeled);

/**
 * RFC 5291 §4: When-to-refresh (1), then for each type the type (1), a length (2) and entries. A list that overruns, or
 * another When-to-refresh than 1 and 2, and nothing is taken; a malformed entry, and its filter is a REMOVE-ALL
 * (deviations of `src/codec/message/README.md`, since no clause says).
 */
export const readFilters = (m: Uint8Array, start: number, of: Family): FiltersSaid => {
  const when = u8(m, start);
  const orfs: unknown[] = [];
  let isPartial = false;
  if (when !== 1 && when !== 2) return NONE;
  for (let at = start + 1; at < m.length; ) {
    const stop = at + 3 + u16(m, at + 1);
    if (at + 3 > m.length || stop > m.length) return NONE;
    const type = u8(m, at);
    if (type !== ADDRESS_PREFIX || !isRead(of)) {
      orfs.push({ type, octets: m.slice(at + 3, stop) });
    } else {
      const entries = readEntries(m, at + 3, stop, afiOf(of) === Afi.Ipv4 ? 32 : 128);
      isPartial ||= entries === null;
      orfs.push({ type, entries: entries ?? REMOVE_ALL });
    }
    at = stop;
  }
  return { value: { when, orfs }, isPartial };
};

const NONE: FiltersSaid = { value: null, isPartial: true };
const REMOVE_ALL: readonly unknown[] = [{ action: 2, deny: false }];

/**
 * RFC 5291 §4 and RFC 5292 §2: action (2 bits), match (1 bit); unless it is REMOVE-ALL a sequence (4), minlen, maxlen and
 * length (1 each) and a prefix. Null: malformed.
 */
const readEntries = (m: Uint8Array, start: number, end: number, bits: number): unknown[] | null => {
  const entries: unknown[] = [];
  for (let at = start; at < end; ) {
    const action = u8(m, at) >> 6;
    const deny = (u8(m, at) & 0x20) !== 0;
    if (action > 2) return null;
    if (action === 2) {
      entries.push({ action, deny });
      at++;
      continue;
    }
    const [minLength, maxLength, length] = [u8(m, at + 5), u8(m, at + 6), u8(m, at + 7)];
    const prefix = at + 8;
    const next = prefix + ((length + 7) >> 3);
    if (prefix > end || next > end || !areInOrder(minLength, maxLength, length, bits)) return null;
    entries.push({
      action,
      deny,
      sequence: u32(m, at + 1),
      minLength,
      maxLength,
      length,
      prefix: m.slice(prefix, next),
    });
    at = next;
  }
  return entries;
};

/** RFC 5292 §2: "length < minlen <= maxlen"; 0 is unspecified. */
const areInOrder = (least: number, most: number, length: number, bits: number): boolean => {
  if (length > bits || least > bits || most > bits) return false;
  if (least !== 0 && least <= length) return false;
  return least === 0 || most === 0 || least <= most;
};
