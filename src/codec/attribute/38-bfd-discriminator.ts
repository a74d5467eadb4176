import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU32, u8, u32, within } from "../octets.js";
import {
  type OpaqueTlv,
  OVERRUN,
  opaqueTlv,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  tlv8x8,
  tlvEnd,
  writeOpaque,
  writeTlvs,
} from "./tlv.js";

/** RFC 9026 §3.1.6: the BFD session by which a leaf of a multicast tunnel watches its root. */
export interface BfdDiscriminator {
  /** 1: P2MP BFD. Others are unassigned. */
  readonly mode: number;
  readonly discriminator: number;
  readonly tlvs: readonly BfdTlv[];
}

/** Source IP Address: from where the root sends, 4 octets or 16. */
export type BfdTlv = { readonly type: "source-address"; readonly address: Uint8Array } | OpaqueTlv;

const BfdMode = { PointToMultipoint: 1 } as const;

const SOURCE_ADDRESS = 1;

/** Mode and discriminator. */
const HEADER = 5;

const malformed = (what: string): Fault => discarded(`bfd-discriminator/${what}`, "RFC 9026 §3.1.6");

export const bfdDiscriminatorFlags: Fault = wrongFlags("bfd-discriminator");
export const bfdDiscriminatorTooShort: Fault = malformed("too-short");
export const bfdDiscriminatorTlvOverrun: Fault = malformed("tlv-overrun");
export const bfdDiscriminatorSourceLength: Fault = malformed("bad-source-address-length");
export const bfdDiscriminatorNoSource: Fault = malformed("no-source-address");

/**
 * BFD Discriminator, RFC 9026 §3.1.6.
 *
 *     | BFD mode (1) | BFD discriminator (4) | type (1) | length (1) | value |   TLVs to the end
 */
export const bfdDiscriminator: AttributeSpec<BfdDiscriminator> = {
  code: 38,
  name: "BFD Discriminator",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: bfdDiscriminatorFlags,
  faults: [
    bfdDiscriminatorFlags,
    bfdDiscriminatorTooShort,
    bfdDiscriminatorTlvOverrun,
    bfdDiscriminatorSourceLength,
    bfdDiscriminatorNoSource,
  ],

  check(msg, start, end) {
    // "malformed if its length is smaller than 11 octets": whatever the mode.
    if (end - start < 11) return bfdDiscriminatorTooShort;
    let hasSource = false;
    for (let at = start + HEADER; at < end; ) {
      const next = tlvEnd(tlv8x8, msg, at, end);
      if (next === OVERRUN) return bfdDiscriminatorTlvOverrun;
      if (tlv8x8.code(msg, at) === SOURCE_ADDRESS) {
        if (!isAddressLength(tlv8x8.length(msg, at))) return bfdDiscriminatorSourceLength;
        hasSource = true;
      }
      at = next;
    }
    // With P2MP BFD the Source IP Address TLV has to be there.
    return hasSource || u8(msg, start) !== BfdMode.PointToMultipoint ? null : bfdDiscriminatorNoSource;
  },

  read: (msg, start, end) => ({
    mode: u8(msg, start),
    discriminator: u32(msg, start + 1),
    tlvs: readTlvs(codec, msg, start + HEADER, end),
  }),

  size: ({ tlvs }) => HEADER + sizeOfTlvs(codec, tlvs),

  encode({ mode, discriminator, tlvs }, out, start) {
    if (HEADER + sizeOfTlvs(codec, tlvs) < 11) throw new RangeError("a BFD Discriminator has at least 11 octets");
    if (mode === BfdMode.PointToMultipoint && !tlvs.some(({ type }) => type === "source-address")) {
      throw new RangeError("P2MP BFD needs a source address");
    }
    const at = setU8(out, start, within(0xff, mode, "the BFD mode"));
    return writeTlvs(codec, tlvs, out, setU32(out, at, within(0xffffffff, discriminator, "the BFD discriminator")));
  },
};

const isAddressLength = (length: number): boolean => length === 4 || length === 16;

const codec: TlvCodec<BfdTlv> = {
  form: tlv8x8,
  read: (code, msg, start, end) =>
    code === SOURCE_ADDRESS
      ? { type: "source-address", address: copyOctets(msg, start, end) }
      : opaqueTlv(code, msg, start, end),
  code: (tlv) => (tlv.type === "opaque" ? tlv.code : SOURCE_ADDRESS),
  size: (tlv) => (tlv.type === "opaque" ? tlv.octets : tlv.address).length,
  write(tlv, out, at) {
    if (tlv.type === "opaque") {
      if (tlv.code === SOURCE_ADDRESS) throw new RangeError("TLV 1 of a BFD Discriminator is a source address");
      return writeOpaque(tlv, out, at);
    }
    if (!isAddressLength(tlv.address.length)) throw new RangeError("a source address has 4 octets or 16");
    return setOctets(out, at, tlv.address);
  },
};
