import { type AttributeSpec, discarded, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { setU8, setU16, setU24, setU32, u8, u16, u24, u32, within } from "../octets.js";
import { isServiceFramed, type Srv6Service, srv6ServiceTlvs } from "./srv6-service.js";
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

/** RFC 8669 §3.1, §3.2 and RFC 9252 §2. Reserved octets and flags are kept as they came. */
export type PrefixSidTlv =
  | { readonly type: "label-index"; readonly reserved: number; readonly flags: number; readonly index: number }
  | { readonly type: "originator-srgb"; readonly flags: number; readonly ranges: readonly LabelRange[] }
  | Srv6Service
  | OpaqueTlv;

/** So many labels from `base` on. */
export interface LabelRange {
  readonly base: number;
  readonly size: number;
}

/** IANA, BGP Prefix-SID TLV Types. */
const PrefixSidType = { LabelIndex: 1, OriginatorSrgb: 3, Srv6L3Service: 5, Srv6L2Service: 6 } as const;

const discard = (what: string, rfc: string): Fault => discarded(`prefix-sid/${what}`, rfc);

export const prefixSidFlags: Fault = wrongFlags("prefix-sid");
export const prefixSidEmpty: Fault = discard("empty", "RFC 8669 §6");
export const prefixSidOverrun: Fault = discard("tlv-overrun", "RFC 8669 §6");
export const prefixSidLabelIndexLength: Fault = discard("bad-label-index-length", "RFC 8669 §3.1");
export const prefixSidSrgbLength: Fault = discard("bad-srgb-length", "RFC 8669 §3.2");
// RFC 9252 §7: "The treat-as-withdraw action MUST be performed when at least one malformed SRv6 Service TLV is present":
// without its SID traffic of the service would go astray.
export const prefixSidService: Fault = treatAsWithdraw("prefix-sid/bad-srv6-service", "RFC 9252 §7");

/**
 * BGP Prefix-SID, RFC 8669 §3.
 *
 *     | type (1) | length (2) | value |   repeated to the end
 *
 *     1 Label-Index       | reserved (1) | flags (2) | label index (4) |
 *     3 Originator SRGB   | flags (2) | base (3) | range (3) |   base and range repeated
 *     5 SRv6 L3 Service, 6 SRv6 L2 Service: see srv6-service.ts
 *
 * Other types are kept, for unknown TLVs "MUST be ignored and propagated unmodified" (RFC 8669 §6). So are repeated ones:
 * all but the first are to be ignored (RFC 8669 §6, RFC 9252 §7), which is for who uses or passes on the attribute.
 */
export const prefixSid: AttributeSpec<readonly PrefixSidTlv[]> = {
  code: 40,
  name: "BGP Prefix-SID",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: prefixSidFlags,
  faults: [
    prefixSidFlags,
    prefixSidEmpty,
    prefixSidOverrun,
    prefixSidLabelIndexLength,
    prefixSidSrgbLength,
    prefixSidService,
  ],

  check: checkPrefixSid,
  read: (msg, start, end) => readTlvs(prefixSidTlvs, msg, start, end),

  size: (tlvs) => sizeOfTlvs(prefixSidTlvs, tlvs),

  encode(tlvs, out, start) {
    if (tlvs.length === 0) throw new RangeError("a Prefix-SID has at least one TLV, or is left out");
    return writeTlvs(prefixSidTlvs, tlvs, out, start);
  },
};

/** Judges octets [start, end): of the attribute, or of a tunnel's Prefix-SID sub-TLV. */
export function checkPrefixSid(msg: Uint8Array, start: number, end: number): Fault | null {
  if (start === end) return prefixSidEmpty;
  // RFC 7606 §3 (h): a malformed service TLV counts for more than what was found before it.
  let fault: Fault | null = null;
  for (let at = start; at < end; ) {
    const isService = isServiceType(u8(msg, at));
    const next = tlvEnd(tlv8x16, msg, at, end);
    if (next === OVERRUN) return isService ? prefixSidService : (fault ?? prefixSidOverrun);
    if (isService && !isServiceFramed(msg, at + 3, next)) return prefixSidService;
    fault ??= lengthFault(u8(msg, at), next - at - 3);
    at = next;
  }
  return fault;
}

const isServiceType = (type: number): boolean =>
  type === PrefixSidType.Srv6L3Service || type === PrefixSidType.Srv6L2Service;

const lengthFault = (type: number, length: number): Fault | null => {
  if (type === PrefixSidType.LabelIndex && length !== 7) return prefixSidLabelIndexLength;
  // RFC 8669 §3.2: 2 plus a non-zero multiple of 6.
  if (type === PrefixSidType.OriginatorSrgb && (length < 8 || length % 6 !== 2)) return prefixSidSrgbLength;
  return null;
};

/** The TLVs of a Prefix-SID. */
export const prefixSidTlvs: TlvCodec<PrefixSidTlv> = {
  form: tlv8x16,

  read(code, msg, start, end) {
    if (code === PrefixSidType.LabelIndex) {
      return { type: "label-index", reserved: u8(msg, start), flags: u16(msg, start + 1), index: u32(msg, start + 3) };
    }
    if (code === PrefixSidType.OriginatorSrgb) {
      const ranges: LabelRange[] = [];
      for (let at = start + 2; at < end; at += 6) ranges.push({ base: u24(msg, at), size: u24(msg, at + 3) });
      return { type: "originator-srgb", flags: u16(msg, start), ranges };
    }
    if (!isServiceType(code)) return opaqueTlv(code, msg, start, end);
    return {
      type: code === PrefixSidType.Srv6L3Service ? "srv6-l3-service" : "srv6-l2-service",
      reserved: u8(msg, start),
      subTlvs: readTlvs(srv6ServiceTlvs, msg, start + 1, end),
    };
  },

  code(tlv) {
    if (tlv.type === "opaque") return tlv.code;
    if (tlv.type === "label-index") return PrefixSidType.LabelIndex;
    if (tlv.type === "originator-srgb") return PrefixSidType.OriginatorSrgb;
    return tlv.type === "srv6-l3-service" ? PrefixSidType.Srv6L3Service : PrefixSidType.Srv6L2Service;
  },

  size(tlv) {
    if (tlv.type === "opaque") return tlv.octets.length;
    if (tlv.type === "label-index") return 7;
    if (tlv.type === "originator-srgb") return 2 + 6 * tlv.ranges.length;
    return 1 + sizeOfTlvs(srv6ServiceTlvs, tlv.subTlvs);
  },

  write(tlv, out, start) {
    if (tlv.type === "opaque") {
      if (isServiceType(tlv.code) || lengthFault(tlv.code, 0) !== null) {
        throw new RangeError(`TLV ${tlv.code} of a Prefix-SID has a layout of its own`);
      }
      return writeOpaque(tlv, out, start);
    }
    if (tlv.type === "label-index") {
      let at = setU8(out, start, within(0xff, tlv.reserved, "the reserved octet"));
      at = setU16(out, at, within(0xffff, tlv.flags, "the flags"));
      return setU32(out, at, within(0xffffffff, tlv.index, "the label index"));
    }
    if (tlv.type === "originator-srgb") {
      if (tlv.ranges.length === 0) throw new RangeError("an originator SRGB has at least one range");
      let at = setU16(out, start, within(0xffff, tlv.flags, "the flags"));
      for (const { base, size } of tlv.ranges) {
        at = setU24(out, at, within(0xffffff, base, "the base of a range"));
        at = setU24(out, at, within(0xffffff, size, "the size of a range"));
      }
      return at;
    }
    return writeTlvs(
      srv6ServiceTlvs,
      tlv.subTlvs,
      out,
      setU8(out, start, within(0xff, tlv.reserved, "the reserved octet")),
    );
  },
};
