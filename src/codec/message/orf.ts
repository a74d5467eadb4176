import { declareFault, type Fault, type Found, Verdict } from "../fault.js";
import { Afi, afiOf, ErrorCode, type Family, Safi, safiOf } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";

/** Outbound route filters behind a ROUTE-REFRESH, RFC 5291 §4. */
export interface RouteFilters {
  /** One of `WhenToRefresh`. */
  readonly when: WhenToRefresh;
  readonly orfs: readonly Orf[];
}

export const WhenToRefresh = { Immediate: 1, Defer: 2 } as const;
export type WhenToRefresh = (typeof WhenToRefresh)[keyof typeof WhenToRefresh];

/** Entries for the filter of one type; of a type that is not read here, or for another family's prefixes, octets. */
export type Orf =
  | { readonly type: typeof ADDRESS_PREFIX; readonly entries: readonly PrefixEntry[] }
  | { readonly type: number; readonly octets: Uint8Array };

/** RFC 5292 §4. */
export const ADDRESS_PREFIX = 64;

export const OrfAction = { Add: 0, Remove: 1, RemoveAll: 2 } as const;
export type OrfAction = (typeof OrfAction)[keyof typeof OrfAction];

/** An entry of an Address Prefix ORF, RFC 5292 §3. */
export type PrefixEntry =
  | { readonly action: typeof OrfAction.RemoveAll; readonly deny: boolean }
  | {
      readonly action: typeof OrfAction.Add | typeof OrfAction.Remove;
      readonly deny: boolean;
      /** Where the entry stands among the others. */
      readonly sequence: number;
      /** Bits; 0 for unspecified. Where they are given: length < minLength <= maxLength. */
      readonly minLength: number;
      readonly maxLength: number;
      readonly length: number;
      /** The octets that `length` needs, as they came: bits behind it mean nothing. */
      readonly prefix: Uint8Array;
    };

const ignored = (what: string, rfc: string): Fault =>
  declareFault(`orf/${what}`, Verdict.Discard, [ErrorCode.RouteRefresh, 0], rfc);

/** A list of entries reaches past the message, or its head is cut: none of the filters is taken. */
export const orfOverrun: Fault = ignored("overrun", "RFC 5291 §4");
/** When-to-refresh is neither of the two values there are: none of the filters is taken. */
export const unknownWhen: Fault = ignored("unknown-when-to-refresh", "RFC 5291 §4");
/** An entry reaches past the entries of its type. */
export const entryOverrun: Fault = ignored("entry-overrun", "RFC 5291 §6");
export const unknownAction: Fault = ignored("unknown-action", "RFC 5291 §6");
/** Not: length < minlen <= maxlen <= bits of an address, where they are given. */
export const entryLengths: Fault = ignored("entry-lengths", "RFC 5292 §2");

/** Every fault `readRouteFilters` can give. */
export const orfFaults: readonly Fault[] = [orfOverrun, unknownWhen, entryOverrun, unknownAction, entryLengths];

/** Octets in front of the entries of one type. */
const HEAD = 3;
/** Octets of an entry in front of its prefix. */
const ENTRY = 8;
const DENY = 0x20;

/**
 * Route filters, octets [start, end) of `msg`, for routes of family `of`. Faults go to `found`, counted from `origin`.
 *
 *     | when-to-refresh (1) | type (1) | length of entries (2) | entries |   the last three repeated to the end
 *
 * Null when they cannot be told apart: nothing of them is applied. RFC 5291 §6: where an entry has a value that is not
 * understood, the whole filter of its type is removed; it is read as the one entry that does so.
 */
export const readRouteFilters = (
  msg: Uint8Array,
  start: number,
  end: number,
  of: Family,
  origin: number,
  found: Found[],
): RouteFilters | null => {
  const blame = (fault: Fault, from: number, to: number): void => {
    found.push({ fault, start: from - origin, end: to - origin });
  };
  const when = u8(msg, start);
  if (when !== WhenToRefresh.Immediate && when !== WhenToRefresh.Defer) {
    blame(unknownWhen, start, start + 1);
    return null;
  }
  const bits = addressBits(of);
  const orfs: Orf[] = [];
  const inEntries: Found[] = [];
  for (let at = start + 1; at < end; ) {
    const entries = at + HEAD;
    const next = entries > end ? entries : entries + u16(msg, at + 1);
    if (next > end) {
      blame(orfOverrun, at, end);
      return null;
    }
    const type = u8(msg, at);
    if (type !== ADDRESS_PREFIX || bits === null) orfs.push({ type, octets: copyOctets(msg, entries, next) });
    else {
      const fault = checkEntries(msg, entries, next, bits);
      if (fault !== null) inEntries.push({ fault, start: at - origin, end: next - origin });
      orfs.push({ type, entries: fault === null ? readEntries(msg, entries, next) : [REMOVE_ALL] });
    }
    at = next;
  }
  found.push(...inEntries);
  return { when, orfs };
};

/** Octets that `writeRouteFilters` will write. */
export const sizeOfRouteFilters = ({ orfs }: RouteFilters): number =>
  orfs.reduce((size, one) => size + HEAD + sizeOfEntries(one), 1);

/** Writes the filters and gives the offset after. Throws RangeError for what the wire cannot carry. */
export const writeRouteFilters = ({ when, orfs }: RouteFilters, of: Family, out: Uint8Array, start: number): number => {
  if (when !== WhenToRefresh.Immediate && when !== WhenToRefresh.Defer) {
    throw new RangeError(`when to refresh is 1 or 2, not ${when}`);
  }
  const bits = addressBits(of);
  let at = setU8(out, start, when);
  for (const one of orfs) {
    at = setU8(out, at, within(0xff, one.type, "the ORF type"));
    at = setU16(out, at, within(0xffff, sizeOfEntries(one), "the length of ORF entries"));
    if ("entries" in one !== (one.type === ADDRESS_PREFIX && bits !== null)) {
      throw new RangeError("entries are those of an Address Prefix ORF for IPv4 or IPv6; others are given as octets");
    }
    at = "entries" in one ? writeEntries(one.entries, bits ?? 0, out, at) : setOctets(out, at, one.octets);
  }
  return at;
};

/** Bits of an address whose prefixes a filter can tell; null for a family whose routes are more than prefixes. */
export const addressBits = (of: Family): 32 | 128 | null => {
  const safi = safiOf(of);
  if (safi !== Safi.Unicast && safi !== Safi.Multicast && safi !== Safi.Labeled) return null;
  if (afiOf(of) === Afi.Ipv4) return 32;
  return afiOf(of) === Afi.Ipv6 ? 128 : null;
};

const REMOVE_ALL: PrefixEntry = Object.freeze({ action: OrfAction.RemoveAll, deny: false });

const octetsOf = (bits: number): number => Math.ceil(bits / 8);

/**
 * Entries of an Address Prefix ORF, RFC 5292 §3.
 *
 *     | action (2 bits), match (1), reserved (5) | sequence (4) | minlen (1) | maxlen (1) | length (1) | prefix |
 *
 * Of REMOVE-ALL the first octet is all there is (RFC 5291 §4). The reserved bits are ignored.
 */
const checkEntries = (msg: Uint8Array, start: number, end: number, bits: number): Fault | null => {
  for (let at = start; at < end; ) {
    const action = u8(msg, at) >> 6;
    if (action > OrfAction.RemoveAll) return unknownAction;
    if (action === OrfAction.RemoveAll) {
      at += 1;
      continue;
    }
    if (end - at < ENTRY) return entryOverrun;
    const length = u8(msg, at + 7);
    if (!areLengths(u8(msg, at + 5), u8(msg, at + 6), length, bits)) return entryLengths;
    at += ENTRY + octetsOf(length);
    if (at > end) return entryOverrun;
  }
  return null;
};

// RFC 5292 §2: 0 <= Length < Minlen <= Maxlen, tests of what is unspecified left out; none is longer than an address.
const areLengths = (min: number, max: number, length: number, bits: number): boolean =>
  length <= bits && min <= bits && max <= bits && (min === 0 || (length < min && (max === 0 || min <= max)));

const readEntries = (msg: Uint8Array, start: number, end: number): readonly PrefixEntry[] => {
  const entries: PrefixEntry[] = [];
  for (let at = start; at < end; ) {
    const action = (u8(msg, at) >> 6) as OrfAction;
    const deny = (u8(msg, at) & DENY) !== 0;
    if (action === OrfAction.RemoveAll) {
      entries.push({ action, deny });
      at += 1;
      continue;
    }
    const length = u8(msg, at + 7);
    const next = at + ENTRY + octetsOf(length);
    entries.push({
      action,
      deny,
      sequence: u32(msg, at + 1),
      minLength: u8(msg, at + 5),
      maxLength: u8(msg, at + 6),
      length,
      prefix: copyOctets(msg, at + ENTRY, next),
    });
    at = next;
  }
  return entries;
};

const sizeOfEntries = (one: Orf): number =>
  "octets" in one
    ? one.octets.length
    : one.entries.reduce(
        (size, entry) => size + (entry.action === OrfAction.RemoveAll ? 1 : ENTRY + entry.prefix.length),
        0,
      );

const writeEntries = (entries: readonly PrefixEntry[], bits: number, out: Uint8Array, start: number): number => {
  let at = start;
  for (const entry of entries) {
    at = setU8(out, at, (within(OrfAction.RemoveAll, entry.action, "the action") << 6) | (entry.deny ? DENY : 0));
    if (entry.action === OrfAction.RemoveAll) continue;
    const { sequence, minLength, maxLength, length, prefix } = entry;
    for (const one of [minLength, maxLength, length]) within(bits, one, "a length of prefixes");
    if (!areLengths(minLength, maxLength, length, bits)) {
      throw new RangeError(`${length} < ${minLength} <= ${maxLength} does not hold (RFC 5292 §2)`);
    }
    if (prefix.length !== octetsOf(length)) throw new RangeError(`${length} bits take ${octetsOf(length)} octets`);
    at = setU32(out, at, within(0xffffffff, sequence, "the sequence"));
    at = setU8(out, setU8(out, setU8(out, at, minLength), maxLength), length);
    at = setOctets(out, at, prefix);
  }
  return at;
};
