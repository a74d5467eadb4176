import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";
import { OctetSet } from "./octet-set.js";
import { isListOf } from "./shape.js";
import { tlv8x16, tlvEnd } from "./tlv.js";

/** draft-ietf-idr-wide-bgp-communities-12 §3.1: what every container begins with. */
interface ContainerHeader {
  /** 1 is a wide community; no other is defined. */
  readonly type: number;
  /** 0x01 C: transitive over a confederation's borders, 0x02 T: over those of administrations. All eight bits. */
  readonly flags: number;
  readonly reserved: number;
}

/** §4. */
export interface WideCommunity extends ContainerHeader {
  /** 0x80000000 set: registered, else its meaning is up to `contextAs`. */
  readonly community: number;
  readonly sourceAs: number;
  readonly contextAs: number;
  /** No type twice. */
  readonly tlvs: readonly WideTlv[];
}

/** A container of a type that is not known. */
export interface OpaqueContainer extends ContainerHeader {
  readonly content: Uint8Array;
}

export type Container = WideCommunity | OpaqueContainer;

/** §4.4: targets (1), exclude targets (2) and parameters (3) are atoms, what others hold is not known. */
export type WideTlv =
  | { readonly type: number; readonly atoms: readonly Atom[] }
  | { readonly type: number; readonly octets: Uint8Array };

/**
 * §5: lists of AS numbers (1), integers (4), floating point numbers (5), neighbour classes (6), user-defined classes (7);
 * of IPv4 (2) and IPv6 prefixes (3); UTF-8 (8) and what is not known. Floating point numbers are given as their 32 bits,
 * and UTF-8 as its octets: it may be cut off (§5.7).
 */
export type Atom =
  | { readonly type: number; readonly numbers: readonly number[] }
  | { readonly type: number; readonly prefixes: readonly AtomPrefix[] }
  | { readonly type: number; readonly octets: Uint8Array };

export interface AtomPrefix {
  readonly bits: number;
  /** Just the octets that `bits` need; the bits after them are as they came. */
  readonly prefix: Uint8Array;
}

const malformed = (what: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  treatAsWithdraw(`community-container/${what}`, "draft-ietf-idr-wide-bgp-communities §8.1", subcode);

export const containerFlags: Fault = wrongFlags("community-container");
export const containerLength: Fault = malformed("bad-length", UpdateError.AttributeLength);
export const wideCommunityTooShort: Fault = malformed("wide-community-too-short");
export const wideTlvLength: Fault = malformed("bad-tlv-length");
export const wideTlvRepeated: Fault = malformed("repeated-tlv");
export const badAtom: Fault = malformed("bad-atom");

const WIDE_COMMUNITY = 1;
const HEADER = 6;
const WIDE_HEADER = 12;
const TLV_HEADER = 3;

/**
 * BGP Community Container, draft-ietf-idr-wide-bgp-communities-12 §3.
 *
 *     container       | type (2) | flags (1) | reserved (1) | length with this header (2) | content |   repeated to the end
 *     wide community  | community (4) | source AS (4) | context AS (4) | TLVs |
 *     TLV, atom       | type (1) | length (2) | value |
 */
export const communityContainer: AttributeSpec<readonly Container[]> = {
  code: 34,
  name: "BGP Community Container",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: containerFlags,
  faults: [containerFlags, containerLength, wideCommunityTooShort, wideTlvLength, wideTlvRepeated, badAtom],

  check(msg, start, end) {
    if (start === end) return containerLength;
    for (let at = start; at < end; ) {
      if (end - at < HEADER) return containerLength;
      const length = u16(msg, at + 4);
      const next = at + length;
      if (length < HEADER || next > end) return containerLength;
      const fault = u16(msg, at) === WIDE_COMMUNITY ? checkWide(msg, at + HEADER, next) : null;
      if (fault !== null) return fault;
      at = next;
    }
    return null;
  },

  read(msg, start, end) {
    const containers: Container[] = [];
    for (let at = start; at < end; at += u16(msg, at + 4)) {
      const header = { type: u16(msg, at), flags: u8(msg, at + 2), reserved: u8(msg, at + 3) };
      const next = at + u16(msg, at + 4);
      containers.push(
        header.type === WIDE_COMMUNITY
          ? { ...header, ...readWide(msg, at + HEADER, next) }
          : { ...header, content: copyOctets(msg, at + HEADER, next) },
      );
    }
    return containers;
  },

  size(containers) {
    return containers.reduce((sum, one) => sum + containerSize(one), 0);
  },

  encode(containers, out, start) {
    if (containers.length === 0) throw new RangeError("BGP Community Container has at least one, or is left out");
    let at = start;
    for (const one of containers) at = writeContainer(one, out, at);
    return at;
  },
};

// What was judged at once has been judged when the next begins: one set does for all.
const seen = new OctetSet();

const checkWide = (msg: Uint8Array, start: number, end: number): Fault | null => {
  if (end - start < WIDE_HEADER) return wideCommunityTooShort;
  seen.clear();
  for (let at = start + WIDE_HEADER; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next < 0) return wideTlvLength;
    const type = u8(msg, at);
    // §4.4: "A given Sub-Type MUST NOT appear more than once".
    if (!seen.add(type)) return wideTlvRepeated;
    if (holdsAtoms(type) && !areAtoms(msg, at + TLV_HEADER, next)) return badAtom;
    at = next;
  }
  return null;
};

const areAtoms = (msg: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next < 0 || !isAtom(u8(msg, at), msg, at + TLV_HEADER, next)) return false;
    at = next;
  }
  return true;
};

const isAtom = (type: number, msg: Uint8Array, start: number, end: number): boolean => {
  if (holdsNumbers(type)) return isListOf(4, start, end);
  const most = prefixBits(type);
  return most === 0 || arePrefixes(most, msg, start, end);
};

/** §5.2: as NLRI, RFC 4271 §4.3. */
const arePrefixes = (most: number, msg: Uint8Array, start: number, end: number): boolean => {
  let at = start;
  while (at < end) {
    const bits = u8(msg, at);
    if (bits > most) return false;
    at += 1 + octetsFor(bits);
  }
  return at === end;
};

const holdsAtoms = (tlv: number): boolean => tlv >= 1 && tlv <= 3;

const holdsNumbers = (atom: number): boolean => atom === 1 || (atom >= 4 && atom <= 7);

/** How long a prefix may be in an atom of this type; 0 when it is no list of prefixes. */
const prefixBits = (atom: number): 0 | 32 | 128 => (atom === 2 ? 32 : atom === 3 ? 128 : 0);

const octetsFor = (bits: number): number => (bits + 7) >>> 3;

const readWide = (
  msg: Uint8Array,
  start: number,
  end: number,
): Pick<WideCommunity, "community" | "sourceAs" | "contextAs" | "tlvs"> => {
  const tlvs: WideTlv[] = [];
  for (let at = start + WIDE_HEADER; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    const type = u8(msg, at);
    const value = at + TLV_HEADER;
    tlvs.push(
      holdsAtoms(type) ? { type, atoms: readAtoms(msg, value, next) } : { type, octets: copyOctets(msg, value, next) },
    );
    at = next;
  }
  return { community: u32(msg, start), sourceAs: u32(msg, start + 4), contextAs: u32(msg, start + 8), tlvs };
};

const readAtoms = (msg: Uint8Array, start: number, end: number): readonly Atom[] => {
  const atoms: Atom[] = [];
  for (let at = start; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    atoms.push(readAtom(u8(msg, at), msg, at + TLV_HEADER, next));
    at = next;
  }
  return atoms;
};

const readAtom = (type: number, msg: Uint8Array, start: number, end: number): Atom => {
  if (holdsNumbers(type)) {
    const numbers: number[] = [];
    for (let at = start; at < end; at += 4) numbers.push(u32(msg, at));
    return { type, numbers };
  }
  if (prefixBits(type) === 0) return { type, octets: copyOctets(msg, start, end) };
  const prefixes: AtomPrefix[] = [];
  for (let at = start; at < end; ) {
    const bits = u8(msg, at);
    const next = at + 1 + octetsFor(bits);
    prefixes.push({ bits, prefix: copyOctets(msg, at + 1, next) });
    at = next;
  }
  return { type, prefixes };
};

const containerSize = (one: Container): number =>
  HEADER + ("content" in one ? one.content.length : one.tlvs.reduce((sum, tlv) => sum + tlvSize(tlv), WIDE_HEADER));

const tlvSize = (tlv: WideTlv): number =>
  TLV_HEADER +
  ("octets" in tlv ? tlv.octets.length : tlv.atoms.reduce((sum, atom) => sum + TLV_HEADER + atomSize(atom), 0));

const atomSize = (atom: Atom): number => {
  if ("numbers" in atom) return 4 * atom.numbers.length;
  if ("prefixes" in atom) return atom.prefixes.reduce((sum, { prefix }) => sum + 1 + prefix.length, 0);
  return atom.octets.length;
};

const writeContainer = (one: Container, out: Uint8Array, start: number): number => {
  let at = setU16(out, start, within(0xffff, one.type, "the type of a container"));
  at = setU8(out, at, within(0xff, one.flags, "the flags of a container"));
  at = setU8(out, at, within(0xff, one.reserved, "the reserved octet of a container"));
  at = setU16(out, at, within(0xffff, containerSize(one), "the length of a container"));
  if ("content" in one) {
    if (one.type === WIDE_COMMUNITY) throw new RangeError("a wide community is not given as octets");
    return setOctets(out, at, one.content);
  }
  if (one.type !== WIDE_COMMUNITY) throw new RangeError(`a container of type ${one.type} is given as octets`);
  for (const value of [one.community, one.sourceAs, one.contextAs]) {
    at = setU32(out, at, within(0xffffffff, value, "a part of a wide community"));
  }
  if (new Set(one.tlvs.map(({ type }) => type)).size < one.tlvs.length) {
    throw new RangeError("a wide community has no TLV twice");
  }
  for (const tlv of one.tlvs) at = writeTlv(tlv, out, at);
  return at;
};

const writeTlv = (tlv: WideTlv, out: Uint8Array, start: number): number => {
  let at = tlv8x16.write(tlv.type, tlvSize(tlv) - TLV_HEADER, out, start);
  if (holdsAtoms(tlv.type) !== "atoms" in tlv) throw new RangeError(`TLV ${tlv.type} does not hold that`);
  if ("octets" in tlv) return setOctets(out, at, tlv.octets);
  for (const atom of tlv.atoms) at = writeAtom(atom, out, at);
  return at;
};

const writeAtom = (atom: Atom, out: Uint8Array, start: number): number => {
  let at = tlv8x16.write(atom.type, atomSize(atom), out, start);
  const most = prefixBits(atom.type);
  if (holdsNumbers(atom.type) !== "numbers" in atom || most > 0 !== "prefixes" in atom) {
    throw new RangeError(`atom ${atom.type} does not hold that`);
  }
  if ("octets" in atom) return setOctets(out, at, atom.octets);
  if ("numbers" in atom) {
    if (atom.numbers.length === 0) throw new RangeError(`the list of atom ${atom.type} is not empty`);
    for (const one of atom.numbers) at = setU32(out, at, within(0xffffffff, one, "a number of an atom"));
    return at;
  }
  for (const { bits, prefix } of atom.prefixes) {
    at = setU8(out, at, within(most, bits, "the length of a prefix"));
    if (prefix.length !== octetsFor(bits)) {
      throw new RangeError(`a prefix of ${bits} bits has ${octetsFor(bits)} octets, not ${prefix.length}`);
    }
    at = setOctets(out, at, prefix);
  }
  return at;
};
