import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU16, setU24, u8, u16, u24, within } from "../octets.js";
import {
  isFramed,
  type OpaqueTlv,
  OVERRUN,
  opaqueTlv,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  tlv16x16,
  tlvEnd,
  writeOpaque,
  writeTlvs,
} from "./tlv.js";

/** RFC 9793 §3: what a BFR-prefix is in a BIER sub-domain. */
export type BierTlv =
  | {
      readonly type: "bier";
      readonly subDomain: number;
      readonly bfrId: number;
      readonly reserved: number;
      readonly subTlvs: readonly BierSubTlv[];
    }
  | OpaqueTlv;

/** RFC 9793 §3.1 and §3.2: how packets of a bit string length are encapsulated. */
export type BierSubTlv =
  | {
      readonly type: "mpls-encapsulation" | "non-mpls-encapsulation";
      /** The largest set identifier. */
      readonly maxSi: number;
      /** Bit string length as RFC 8296 §2 codes it: 1 is 64 bits, 7 is 4096. */
      readonly bitStringLength: number;
      /** The first label, or the first BIFT-id: 20 bits. */
      readonly base: number;
      readonly subTlvs: readonly BierNextHop[];
    }
  | OpaqueTlv;

/** RFC 9793 §3.3: to whom it is sent, 4 octets or 16. */
export type BierNextHop = { readonly type: "next-hop"; readonly address: Uint8Array } | OpaqueTlv;

/** IANA, BGP BIER TLV and Sub-TLV Types: one registry for all levels. */
const BierType = { Bier: 1, MplsEncapsulation: 2, NonMplsEncapsulation: 3, NextHop: 4 } as const;

/** Sub-domain, BFR-id, reserved. */
const BIER_HEAD = 4;
/** Max SI, bit string length, label. */
const ENCAPSULATION_HEAD = 4;

const malformed = (what: string): Fault => discarded(`bier/${what}`, "RFC 9793 §4");

export const bierFlags: Fault = wrongFlags("bier");
export const bierEmpty: Fault = malformed("empty");
export const bierTlvOverrun: Fault = malformed("tlv-overrun");
export const bierTooShort: Fault = malformed("too-short");
export const bierSubTlvOverrun: Fault = malformed("sub-tlv-overrun");

/**
 * BIER, RFC 9793 §3. TLVs on all levels have two octets of type and two of length.
 *
 *     1 BIER              | sub-domain (1) | BFR-id (2) | reserved (1) | sub-TLVs |
 *     2 MPLS, 3 non-MPLS  | max SI (1) | bit string length (4 bits) | label or BIFT-id (20 bits) | sub-TLVs |
 *     4 next hop          | address (4 or 16) |
 *
 * Only lengths that do not fit into each other are faults. A sub-TLV that is too short for its layout is kept as octets,
 * as unknown ones are.
 */
export const bier: AttributeSpec<readonly BierTlv[]> = {
  code: 41,
  name: "BIER",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: bierFlags,
  faults: [bierFlags, bierEmpty, bierTlvOverrun, bierTooShort, bierSubTlvOverrun],

  check(msg, start, end) {
    if (start === end) return bierEmpty;
    for (let at = start; at < end; ) {
      const next = tlvEnd(tlv16x16, msg, at, end);
      if (next === OVERRUN) return bierTlvOverrun;
      if (u16(msg, at) === BierType.Bier) {
        if (next - at < 4 + BIER_HEAD) return bierTooShort;
        if (!areSubTlvsFramed(msg, at + 4 + BIER_HEAD, next)) return bierSubTlvOverrun;
      }
      at = next;
    }
    return null;
  },

  read: (msg, start, end) => readTlvs(bierTlvs, msg, start, end),
  size: (tlvs) => sizeOfTlvs(bierTlvs, tlvs),

  encode(tlvs, out, start) {
    if (tlvs.length === 0) throw new RangeError("BIER has at least one TLV, or is left out");
    return writeTlvs(bierTlvs, tlvs, out, start);
  },
};

const isEncapsulation = (code: number): boolean =>
  code === BierType.MplsEncapsulation || code === BierType.NonMplsEncapsulation;

const areSubTlvsFramed = (msg: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; ) {
    const next = tlvEnd(tlv16x16, msg, at, end);
    if (next === OVERRUN) return false;
    const isHolder = isEncapsulation(u16(msg, at));
    if (isHolder && !isFramed(tlv16x16, msg, at + 4 + ENCAPSULATION_HEAD, next)) return false;
    at = next;
  }
  return true;
};

const bierTlvs: TlvCodec<BierTlv> = {
  form: tlv16x16,

  read(code, msg, start, end) {
    if (code !== BierType.Bier) return opaqueTlv(code, msg, start, end);
    return {
      type: "bier",
      subDomain: u8(msg, start),
      bfrId: u16(msg, start + 1),
      reserved: u8(msg, start + 3),
      subTlvs: readTlvs(encapsulations, msg, start + BIER_HEAD, end),
    };
  },

  code: (tlv) => (tlv.type === "opaque" ? tlv.code : BierType.Bier),
  size: (tlv) => (tlv.type === "opaque" ? tlv.octets.length : BIER_HEAD + sizeOfTlvs(encapsulations, tlv.subTlvs)),

  write(tlv, out, start) {
    if (tlv.type === "opaque") {
      if (tlv.code === BierType.Bier) throw new RangeError("TLV 1 of BIER has a layout of its own");
      return writeOpaque(tlv, out, start);
    }
    let at = setU8(out, start, within(0xff, tlv.subDomain, "a BIER sub-domain"));
    at = setU16(out, at, within(0xffff, tlv.bfrId, "a BFR-id"));
    at = setU8(out, at, within(0xff, tlv.reserved, "the reserved octet"));
    return writeTlvs(encapsulations, tlv.subTlvs, out, at);
  },
};

const encapsulations: TlvCodec<BierSubTlv> = {
  form: tlv16x16,

  read(code, msg, start, end) {
    if (!isEncapsulation(code) || end - start < ENCAPSULATION_HEAD) return opaqueTlv(code, msg, start, end);
    return {
      type: code === BierType.MplsEncapsulation ? "mpls-encapsulation" : "non-mpls-encapsulation",
      maxSi: u8(msg, start),
      bitStringLength: u8(msg, start + 1) >>> 4,
      base: u24(msg, start + 1) & 0xfffff,
      subTlvs: readTlvs(nextHops, msg, start + ENCAPSULATION_HEAD, end),
    };
  },

  code(tlv) {
    if (tlv.type === "opaque") return tlv.code;
    return tlv.type === "mpls-encapsulation" ? BierType.MplsEncapsulation : BierType.NonMplsEncapsulation;
  },

  size: (tlv) => (tlv.type === "opaque" ? tlv.octets.length : ENCAPSULATION_HEAD + sizeOfTlvs(nextHops, tlv.subTlvs)),

  write(tlv, out, start) {
    if (tlv.type === "opaque") {
      if (isEncapsulation(tlv.code) && tlv.octets.length >= ENCAPSULATION_HEAD) {
        throw new RangeError(`sub-TLV ${tlv.code} of BIER has a layout of its own`);
      }
      return writeOpaque(tlv, out, start);
    }
    const at = setU8(out, start, within(0xff, tlv.maxSi, "the largest set identifier"));
    const bits = within(0xf, tlv.bitStringLength, "the code of a bit string length");
    const base = within(0xfffff, tlv.base, "a label or BIFT-id");
    return writeTlvs(nextHops, tlv.subTlvs, out, setU24(out, at, (bits << 20) | base));
  },
};

const nextHops: TlvCodec<BierNextHop> = {
  form: tlv16x16,
  read: (code, msg, start, end) =>
    code === BierType.NextHop && isAddressLength(end - start)
      ? { type: "next-hop", address: copyOctets(msg, start, end) }
      : opaqueTlv(code, msg, start, end),
  code: (tlv) => (tlv.type === "opaque" ? tlv.code : BierType.NextHop),
  size: (tlv) => (tlv.type === "opaque" ? tlv.octets : tlv.address).length,
  write(tlv, out, at) {
    if (tlv.type === "opaque") return writeOpaque(tlv, out, at);
    if (!isAddressLength(tlv.address.length)) throw new RangeError("a BIER next hop has 4 octets or 16");
    return setOctets(out, at, tlv.address);
  },
};

const isAddressLength = (length: number): boolean => length === 4 || length === 16;
