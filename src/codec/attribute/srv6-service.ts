import { copyOctets, ofWidth, setOctets, setU8, setU16, u8, u16, within } from "../octets.js";
import {
  type OpaqueTlv,
  OVERRUN,
  opaqueTlv,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  tlv8x16,
  tlvEnd,
  writeOpaque,
  writeTlvs,
} from "./tlv.js";

/** RFC 9252 §2: the SIDs by which a service is reached over SRv6; L3 for routes of a VPN, L2 for EVPN. */
export interface Srv6Service {
  readonly type: "srv6-l3-service" | "srv6-l2-service";
  readonly reserved: number;
  readonly subTlvs: readonly Srv6ServiceSubTlv[];
}

/** RFC 9252 §3.1. */
export type Srv6ServiceSubTlv =
  | {
      readonly type: "sid-information";
      readonly reserved: number;
      /** 16 octets. */
      readonly sid: Uint8Array;
      readonly flags: number;
      /** SRv6 Endpoint Behavior, IANA; 0xffff: not told. */
      readonly behavior: number;
      readonly reserved2: number;
      readonly data: readonly Srv6ServiceData[];
    }
  | OpaqueTlv;

/** RFC 9252 §3.2.1: how many bits of the SID are what. */
export type Srv6ServiceData = ({ readonly type: "sid-structure" } & Srv6SidStructure) | OpaqueTlv;

export interface Srv6SidStructure {
  readonly locatorBlock: number;
  readonly locatorNode: number;
  readonly function: number;
  readonly argument: number;
  readonly transpositionLength: number;
  readonly transpositionOffset: number;
}

const SID_INFORMATION = 1;
const SID_STRUCTURE = 1;

/** SID Information up to its sub-sub-TLVs. */
const SID_INFORMATION_HEAD = 21;
const SID_STRUCTURE_LENGTH = 6;

/**
 * Whether the value of an SRv6 Service TLV is well formed on all of its levels, RFC 9252 §7.
 *
 *     service            | reserved (1) | sub-TLVs |
 *     sub-TLV            | type (1) | length (2) | value |
 *     1 SID Information  | reserved (1) | SID (16) | flags (1) | behavior (2) | reserved (1) | sub-sub-TLVs |
 *     sub-sub-TLV        | type (1) | length (2) | value |
 *     1 SID Structure    | locator block (1) | node (1) | function (1) | argument (1) | transposition length, offset (1 each) |
 *
 * An unknown type is not malformed, nor is a value that makes no sense.
 */
export const isServiceFramed = (msg: Uint8Array, start: number, end: number): boolean => {
  if (start === end) return false;
  for (let at = start + 1; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next === OVERRUN) return false;
    if (u8(msg, at) === SID_INFORMATION && !isSidInformation(msg, at + 3, next)) return false;
    at = next;
  }
  return true;
};

const isSidInformation = (msg: Uint8Array, start: number, end: number): boolean => {
  if (end - start < SID_INFORMATION_HEAD) return false;
  for (let at = start + SID_INFORMATION_HEAD; at < end; ) {
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next === OVERRUN || (u8(msg, at) === SID_STRUCTURE && next - at !== 3 + SID_STRUCTURE_LENGTH)) return false;
    at = next;
  }
  return true;
};

/** The sub-TLVs of a service. */
export const srv6ServiceTlvs: TlvCodec<Srv6ServiceSubTlv> = {
  form: tlv8x16,

  read(code, msg, start, end) {
    if (code !== SID_INFORMATION) return opaqueTlv(code, msg, start, end);
    return {
      type: "sid-information",
      reserved: u8(msg, start),
      sid: copyOctets(msg, start + 1, start + 17),
      flags: u8(msg, start + 17),
      behavior: u16(msg, start + 18),
      reserved2: u8(msg, start + 20),
      data: readTlvs(serviceData, msg, start + SID_INFORMATION_HEAD, end),
    };
  },

  code: (tlv) => (tlv.type === "opaque" ? tlv.code : SID_INFORMATION),

  size: (tlv) => (tlv.type === "opaque" ? tlv.octets.length : SID_INFORMATION_HEAD + sizeOfTlvs(serviceData, tlv.data)),

  write(tlv, out, start) {
    if (tlv.type === "opaque") {
      if (tlv.code === SID_INFORMATION) throw new RangeError("sub-TLV 1 of an SRv6 service is SID Information");
      return writeOpaque(tlv, out, start);
    }
    let at = setU8(out, start, within(0xff, tlv.reserved, "the reserved octet"));
    at = setOctets(out, at, ofWidth([16], tlv.sid, "an SRv6 SID"));
    at = setU8(out, at, within(0xff, tlv.flags, "the flags of a SID"));
    at = setU16(out, at, within(0xffff, tlv.behavior, "an endpoint behavior"));
    at = setU8(out, at, within(0xff, tlv.reserved2, "the reserved octet"));
    return writeTlvs(serviceData, tlv.data, out, at);
  },
};

const serviceData: TlvCodec<Srv6ServiceData> = {
  form: tlv8x16,

  read(code, msg, start, end) {
    if (code !== SID_STRUCTURE) return opaqueTlv(code, msg, start, end);
    return {
      type: "sid-structure",
      locatorBlock: u8(msg, start),
      locatorNode: u8(msg, start + 1),
      function: u8(msg, start + 2),
      argument: u8(msg, start + 3),
      transpositionLength: u8(msg, start + 4),
      transpositionOffset: u8(msg, start + 5),
    };
  },

  code: (tlv) => (tlv.type === "opaque" ? tlv.code : SID_STRUCTURE),
  size: (tlv) => (tlv.type === "opaque" ? tlv.octets.length : SID_STRUCTURE_LENGTH),

  write(tlv, out, start) {
    if (tlv.type === "opaque") {
      if (tlv.code === SID_STRUCTURE) throw new RangeError("sub-sub-TLV 1 of an SRv6 SID is its structure");
      return writeOpaque(tlv, out, start);
    }
    return [
      tlv.locatorBlock,
      tlv.locatorNode,
      tlv.function,
      tlv.argument,
      tlv.transpositionLength,
      tlv.transpositionOffset,
    ].reduce((at, bits) => setU8(out, at, within(0xff, bits, "a length in a SID's structure")), start);
  },
};
