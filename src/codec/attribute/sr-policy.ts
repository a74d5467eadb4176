import { copyOctets, ofWidth, setOctets, setU8, setU16, setU24, setU32, u8, u16, u24, u32, within } from "../octets.js";
import {
  fixedLayout,
  isFramed,
  lenientCodec,
  type OpaqueTlv,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  type TlvLayout,
  type TlvLayouts,
  tlv8x8,
  writeTlvs,
} from "./tlv.js";

/** RFC 9830 §2.4: a candidate path of an SR policy. Flags and reserved octets are kept as they came. */
export type SrPolicySubTlv =
  | { readonly type: "preference"; readonly flags: number; readonly reserved: number; readonly preference: number }
  /** No octet, a label stack entry of 4, or an SRv6 SID of 16. */
  | { readonly type: "binding-sid"; readonly flags: number; readonly reserved: number; readonly sid: Uint8Array }
  | {
      readonly type: "explicit-null-label-policy";
      readonly flags: number;
      readonly reserved: number;
      readonly policy: number;
    }
  | { readonly type: "priority"; readonly priority: number; readonly reserved: number }
  | ({ readonly type: "srv6-binding-sid" } & Srv6Sid)
  | { readonly type: "segment-list"; readonly reserved: number; readonly subTlvs: readonly SegmentListSubTlv[] }
  /** UTF-8, in octets as they came. */
  | { readonly type: "candidate-path-name"; readonly reserved: number; readonly name: Uint8Array }
  | { readonly type: "policy-name"; readonly reserved: number; readonly name: Uint8Array };

/** RFC 9830 §2.4.4: a weight, and segments of type A (a label) and B (an SRv6 SID); other types are opaque. */
export type SegmentListSubTlv =
  | { readonly type: "weight"; readonly flags: number; readonly reserved: number; readonly weight: number }
  | { readonly type: "label"; readonly flags: number; readonly reserved: number; readonly entry: LabelStackEntry }
  | ({ readonly type: "srv6-sid" } & Srv6Sid)
  | OpaqueTlv;

export interface Srv6Sid {
  readonly flags: number;
  readonly reserved: number;
  /** 16 octets. */
  readonly sid: Uint8Array;
  readonly structure?: Srv6BehaviorAndStructure;
}

/** SRv6 Endpoint Behavior and SID Structure, RFC 9830 §2.4.4.2.4: lengths in bits. */
export interface Srv6BehaviorAndStructure {
  readonly behavior: number;
  readonly reserved: number;
  readonly locatorBlock: number;
  readonly locatorNode: number;
  readonly function: number;
  readonly argument: number;
}

/** RFC 3032 §2.1. */
export interface LabelStackEntry {
  readonly label: number;
  readonly trafficClass: number;
  readonly isBottom: boolean;
  readonly ttl: number;
}

/** IANA, BGP Tunnel Encapsulation Attribute Sub-TLVs. */
const SrPolicyType = {
  Preference: 12,
  BindingSid: 13,
  ExplicitNullLabelPolicy: 14,
  Priority: 15,
  Srv6BindingSid: 20,
  SegmentList: 128,
  CandidatePathName: 129,
  PolicyName: 130,
} as const;

/** IANA, SR Policy Segment List Sub-TLVs. */
const SegmentListType = { SegmentA: 1, Weight: 9, SegmentB: 13 } as const;

type Of<Type extends string> = Extract<SrPolicySubTlv | SegmentListSubTlv, { readonly type: Type }>;

/** Flags and a reserved octet, which most of them begin with. */
const writeHead = ({ flags, reserved }: { flags: number; reserved: number }, out: Uint8Array, at: number): number =>
  setU8(out, setU8(out, at, within(0xff, flags, "the flags")), within(0xff, reserved, "the reserved octet"));

const srv6SidLayout = <Tlv extends Srv6Sid>(code: number, make: (sid: Srv6Sid) => Tlv): TlvLayout<Tlv> => ({
  code,
  read(msg, start, end) {
    if (end - start !== 18 && end - start !== 26) return null;
    const sid = { flags: u8(msg, start), reserved: u8(msg, start + 1), sid: copyOctets(msg, start + 2, start + 18) };
    return make(end - start === 18 ? sid : { ...sid, structure: readStructure(msg, start + 18) });
  },
  size: ({ structure }) => (structure === undefined ? 18 : 26),
  write(tlv, out, start) {
    const at = setOctets(out, writeHead(tlv, out, start), ofWidth([16], tlv.sid, "an SRv6 SID"));
    return tlv.structure === undefined ? at : writeStructure(tlv.structure, out, at);
  },
});

const nameLayout = <Type extends "candidate-path-name" | "policy-name">(
  code: number,
  type: Type,
): TlvLayout<{ readonly type: Type; readonly reserved: number; readonly name: Uint8Array }> => ({
  code,
  read: (msg, start, end) =>
    end > start ? { type, reserved: u8(msg, start), name: copyOctets(msg, start + 1, end) } : null,
  size: ({ name }) => 1 + name.length,
  write: ({ reserved, name }, out, at) =>
    setOctets(out, setU8(out, at, within(0xff, reserved, "the reserved octet")), name),
});

const segmentListTlvs: TlvCodec<SegmentListSubTlv> = lenientCodec<Exclude<SegmentListSubTlv, OpaqueTlv>>(tlv8x8, {
  weight: fixedLayout(
    SegmentListType.Weight,
    6,
    (msg, at): Of<"weight"> => ({
      type: "weight",
      flags: u8(msg, at),
      reserved: u8(msg, at + 1),
      weight: u32(msg, at + 2),
    }),
    (tlv, out, at) => setU32(out, writeHead(tlv, out, at), within(0xffffffff, tlv.weight, "a weight")),
  ),
  label: fixedLayout(
    SegmentListType.SegmentA,
    6,
    (msg, at): Of<"label"> => ({
      type: "label",
      flags: u8(msg, at),
      reserved: u8(msg, at + 1),
      entry: readEntry(msg, at + 2),
    }),
    (tlv, out, at) => writeEntry(tlv.entry, out, writeHead(tlv, out, at)),
  ),
  "srv6-sid": srv6SidLayout(SegmentListType.SegmentB, (sid): Of<"srv6-sid"> => ({ type: "srv6-sid", ...sid })),
});

/** The sub-TLVs that only a tunnel of type 15 has. */
export const srPolicyLayouts: TlvLayouts<SrPolicySubTlv> = {
  preference: fixedLayout(
    SrPolicyType.Preference,
    6,
    (msg, at): Of<"preference"> => ({
      type: "preference",
      flags: u8(msg, at),
      reserved: u8(msg, at + 1),
      preference: u32(msg, at + 2),
    }),
    (tlv, out, at) => setU32(out, writeHead(tlv, out, at), within(0xffffffff, tlv.preference, "a preference")),
  ),

  "binding-sid": {
    code: SrPolicyType.BindingSid,
    read: (msg, start, end) =>
      isSidLength(end - start - 2)
        ? {
            type: "binding-sid",
            flags: u8(msg, start),
            reserved: u8(msg, start + 1),
            sid: copyOctets(msg, start + 2, end),
          }
        : null,
    size: ({ sid }) => 2 + sid.length,
    write(tlv, out, at) {
      if (!isSidLength(tlv.sid.length)) throw new RangeError("a binding SID has 0, 4 or 16 octets");
      return setOctets(out, writeHead(tlv, out, at), tlv.sid);
    },
  },

  "explicit-null-label-policy": fixedLayout(
    SrPolicyType.ExplicitNullLabelPolicy,
    3,
    (msg, at): Of<"explicit-null-label-policy"> => ({
      type: "explicit-null-label-policy",
      flags: u8(msg, at),
      reserved: u8(msg, at + 1),
      policy: u8(msg, at + 2),
    }),
    (tlv, out, at) => setU8(out, writeHead(tlv, out, at), within(0xff, tlv.policy, "an explicit null label policy")),
  ),

  priority: fixedLayout(
    SrPolicyType.Priority,
    2,
    (msg, at): Of<"priority"> => ({ type: "priority", priority: u8(msg, at), reserved: u8(msg, at + 1) }),
    ({ priority, reserved }, out, at) =>
      setU8(out, setU8(out, at, within(0xff, priority, "a priority")), within(0xff, reserved, "the reserved octet")),
  ),

  "srv6-binding-sid": srv6SidLayout(
    SrPolicyType.Srv6BindingSid,
    (sid): Of<"srv6-binding-sid"> => ({ type: "srv6-binding-sid", ...sid }),
  ),

  "segment-list": {
    code: SrPolicyType.SegmentList,
    read: (msg, start, end) =>
      end > start && isFramed(tlv8x8, msg, start + 1, end)
        ? { type: "segment-list", reserved: u8(msg, start), subTlvs: readTlvs(segmentListTlvs, msg, start + 1, end) }
        : null,
    size: ({ subTlvs }) => 1 + sizeOfTlvs(segmentListTlvs, subTlvs),
    write: ({ reserved, subTlvs }, out, at) =>
      writeTlvs(segmentListTlvs, subTlvs, out, setU8(out, at, within(0xff, reserved, "the reserved octet"))),
  },

  "candidate-path-name": nameLayout(SrPolicyType.CandidatePathName, "candidate-path-name"),
  "policy-name": nameLayout(SrPolicyType.PolicyName, "policy-name"),
};

const isSidLength = (length: number): boolean => length === 0 || length === 4 || length === 16;

const readStructure = (msg: Uint8Array, at: number): Srv6BehaviorAndStructure => ({
  behavior: u16(msg, at),
  reserved: u16(msg, at + 2),
  locatorBlock: u8(msg, at + 4),
  locatorNode: u8(msg, at + 5),
  function: u8(msg, at + 6),
  argument: u8(msg, at + 7),
});

const writeStructure = (structure: Srv6BehaviorAndStructure, out: Uint8Array, start: number): number => {
  const at = setU16(out, start, within(0xffff, structure.behavior, "an endpoint behavior"));
  const { locatorBlock, locatorNode, argument } = structure;
  return [locatorBlock, locatorNode, structure.function, argument].reduce(
    (to, bits) => setU8(out, to, within(0xff, bits, "a length in a SID's structure")),
    setU16(out, at, within(0xffff, structure.reserved, "the reserved octets")),
  );
};

/** `| label (20 bits) | traffic class (3 bits) | bottom of stack (1 bit) | TTL (1) |` */
export function readEntry(msg: Uint8Array, at: number): LabelStackEntry {
  const bits = u24(msg, at);
  return { label: bits >>> 4, trafficClass: (bits >>> 1) & 7, isBottom: (bits & 1) === 1, ttl: u8(msg, at + 3) };
}

export function writeEntry(
  { label, trafficClass, isBottom, ttl }: LabelStackEntry,
  out: Uint8Array,
  at: number,
): number {
  const bits =
    (within(0xfffff, label, "a label") << 4) | (within(7, trafficClass, "a traffic class") << 1) | (isBottom ? 1 : 0);
  return setU8(out, setU24(out, at, bits), within(0xff, ttl, "a TTL"));
}
