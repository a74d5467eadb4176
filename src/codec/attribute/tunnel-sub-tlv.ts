import { copyOctets, ofWidth, setOctets, setU8, setU16, setU24, setU32, u8, u16, u24, u32, within } from "../octets.js";
import { checkPrefixSid, type PrefixSidTlv, prefixSidTlvs } from "./40-prefix-sid.js";
import { type LabelStackEntry, readEntry, type SrPolicySubTlv, srPolicyLayouts, writeEntry } from "./sr-policy.js";
import {
  fixedLayout,
  lenientCodec,
  type OpaqueTlv,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  type TlvLayout,
  type TlvLayouts,
  tlv8x8or16,
  writeTlvs,
} from "./tlv.js";

/** RFC 9012 §3. What an encapsulation holds depends on the type of the tunnel; reserved parts are kept as they came. */
export type TunnelSubTlv =
  | Encapsulation
  | { readonly type: "protocol-type"; readonly etherType: number }
  | { readonly type: "color"; readonly flags: number; readonly color: number }
  | EgressEndpoint
  | { readonly type: "ds-field"; readonly ds: number }
  | { readonly type: "udp-destination-port"; readonly port: number }
  | { readonly type: "embedded-label-handling"; readonly handling: number }
  | { readonly type: "mpls-label-stack"; readonly entries: readonly LabelStackEntry[] }
  | { readonly type: "prefix-sid"; readonly tlvs: readonly PrefixSidTlv[] }
  | SrPolicySubTlv
  | OpaqueTlv;

export type Encapsulation =
  | VirtualNetwork
  | { readonly type: "l2tpv3"; readonly session: number; readonly cookie: Uint8Array }
  | { readonly type: "gre"; readonly key: number };

/** Encapsulation of a VXLAN or NVGRE tunnel, RFC 9012 §3.2.1 and §3.2.2. */
export interface VirtualNetwork {
  readonly type: "virtual-network";
  /** 0x80: the identifier is valid; 0x40: the MAC address is. */
  readonly flags: number;
  readonly identifier: number;
  /** 6 octets. */
  readonly mac: Uint8Array;
  readonly reserved: number;
}

/** Tunnel Egress Endpoint, RFC 9012 §3.1: AFI 0 and no address means the next hop. */
export interface EgressEndpoint {
  readonly type: "egress-endpoint";
  readonly reserved: number;
  readonly afi: number;
  readonly address: Uint8Array;
}

/** IANA, BGP Tunnel Encapsulation Attribute Tunnel Types: those that have an encapsulation sub-TLV, and the SR policy. */
export const TunnelType = { L2tpv3: 1, Gre: 2, Vxlan: 8, Nvgre: 9, MplsInGre: 11, SrPolicy: 15 } as const;

/** IANA, BGP Tunnel Encapsulation Attribute Sub-TLVs. */
const SubTlvType = {
  Encapsulation: 1,
  ProtocolType: 2,
  Color: 4,
  EgressEndpoint: 6,
  DsField: 7,
  UdpDestinationPort: 8,
  EmbeddedLabelHandling: 9,
  MplsLabelStack: 10,
  PrefixSid: 11,
} as const;

/** RFC 9012 §3.4.2: the sub-TLV holds what the extended community of that type does. */
const COLOR_COMMUNITY = 0x030b;

/** The sub-TLVs of a tunnel of that type. */
export const tunnelSubTlvs = (tunnel: number): TlvCodec<TunnelSubTlv> => BY_TUNNEL.get(tunnel) ?? OTHERS;

type Common = Exclude<TunnelSubTlv, Encapsulation | SrPolicySubTlv | OpaqueTlv>;
type Of<Type extends TunnelSubTlv["type"]> = Extract<TunnelSubTlv, { readonly type: Type }>;

/** Those that mean the same in every tunnel. */
const common: TlvLayouts<Common> = {
  "protocol-type": fixedLayout(
    SubTlvType.ProtocolType,
    2,
    (msg, at): Of<"protocol-type"> => ({ type: "protocol-type", etherType: u16(msg, at) }),
    ({ etherType }, out, at) => setU16(out, at, within(0xffff, etherType, "an Ethernet type")),
  ),

  color: {
    code: SubTlvType.Color,
    read: (msg, start, end) =>
      end - start === 8 && u16(msg, start) === COLOR_COMMUNITY
        ? { type: "color", flags: u16(msg, start + 2), color: u32(msg, start + 4) }
        : null,
    size: () => 8,
    write({ flags, color }, out, start) {
      const at = setU16(out, setU16(out, start, COLOR_COMMUNITY), within(0xffff, flags, "the flags of a color"));
      return setU32(out, at, within(0xffffffff, color, "a color"));
    },
  },

  "egress-endpoint": {
    code: SubTlvType.EgressEndpoint,
    read(msg, start, end) {
      if (end - start < 6) return null;
      const afi = u16(msg, start + 4);
      if (end - start - 6 !== addressLength(afi)) return null;
      return { type: "egress-endpoint", reserved: u32(msg, start), afi, address: copyOctets(msg, start + 6, end) };
    },
    size: ({ address }) => 6 + address.length,
    write({ reserved, afi, address }, out, start) {
      if (address.length !== addressLength(afi)) {
        throw new RangeError(`an egress endpoint of family ${afi} has no address of ${address.length} octets`);
      }
      const at = setU32(out, start, within(0xffffffff, reserved, "the reserved octets"));
      return setOctets(out, setU16(out, at, afi), address);
    },
  },

  "ds-field": fixedLayout(
    SubTlvType.DsField,
    1,
    (msg, at): Of<"ds-field"> => ({ type: "ds-field", ds: u8(msg, at) }),
    ({ ds }, out, at) => setU8(out, at, within(0xff, ds, "a DS field")),
  ),

  "udp-destination-port": fixedLayout(
    SubTlvType.UdpDestinationPort,
    2,
    (msg, at): Of<"udp-destination-port"> => ({ type: "udp-destination-port", port: u16(msg, at) }),
    ({ port }, out, at) => setU16(out, at, within(0xffff, port, "a port")),
  ),

  "embedded-label-handling": {
    code: SubTlvType.EmbeddedLabelHandling,
    read: (msg, start, end) =>
      end - start === 1 && isHandling(u8(msg, start))
        ? { type: "embedded-label-handling", handling: u8(msg, start) }
        : null,
    size: () => 1,
    write({ handling }, out, at) {
      if (!isHandling(handling)) throw new RangeError(`embedded label handling is 1 or 2, not ${handling}`);
      return setU8(out, at, handling);
    },
  },

  "mpls-label-stack": {
    code: SubTlvType.MplsLabelStack,
    read(msg, start, end) {
      if (end === start || (end - start) % 4 !== 0) return null;
      const entries: LabelStackEntry[] = [];
      for (let at = start; at < end; at += 4) entries.push(readEntry(msg, at));
      return { type: "mpls-label-stack", entries };
    },
    size: ({ entries }) => 4 * entries.length,
    write({ entries }, out, start) {
      if (entries.length === 0) throw new RangeError("a label stack has at least one entry");
      return entries.reduce((at, entry) => writeEntry(entry, out, at), start);
    },
  },

  // RFC 9012 §3.7: the value of a Prefix-SID attribute.
  "prefix-sid": {
    code: SubTlvType.PrefixSid,
    read: (msg, start, end) =>
      checkPrefixSid(msg, start, end) === null
        ? { type: "prefix-sid", tlvs: readTlvs(prefixSidTlvs, msg, start, end) }
        : null,
    size: ({ tlvs }) => sizeOfTlvs(prefixSidTlvs, tlvs),
    write({ tlvs }, out, at) {
      if (tlvs.length === 0) throw new RangeError("a Prefix-SID has at least one TLV");
      return writeTlvs(prefixSidTlvs, tlvs, out, at);
    },
  },
};

const virtualNetwork: TlvLayout<VirtualNetwork> = fixedLayout(
  SubTlvType.Encapsulation,
  12,
  (msg, at) => ({
    type: "virtual-network",
    flags: u8(msg, at),
    identifier: u24(msg, at + 1),
    mac: copyOctets(msg, at + 4, at + 10),
    reserved: u16(msg, at + 10),
  }),
  ({ flags, identifier, mac, reserved }, out, start) => {
    let at = setU8(out, start, within(0xff, flags, "the flags of a virtual network"));
    at = setU24(out, at, within(0xffffff, identifier, "a virtual network identifier"));
    at = setOctets(out, at, ofWidth([6], mac, "a MAC address"));
    return setU16(out, at, within(0xffff, reserved, "the reserved octets"));
  },
);

const l2tpv3: TlvLayout<Of<"l2tpv3">> = {
  code: SubTlvType.Encapsulation,
  // RFC 9012 §3.2.3: a cookie of up to 64 bits, which may be left out.
  read: (msg, start, end) =>
    end - start >= 4 && end - start <= 12
      ? { type: "l2tpv3", session: u32(msg, start), cookie: copyOctets(msg, start + 4, end) }
      : null,
  size: ({ cookie }) => 4 + cookie.length,
  write({ session, cookie }, out, at) {
    if (cookie.length > 8) throw new RangeError("an L2TPv3 cookie has 8 octets at most");
    return setOctets(out, setU32(out, at, within(0xffffffff, session, "an L2TPv3 session")), cookie);
  },
};

const gre: TlvLayout<Of<"gre">> = fixedLayout(
  SubTlvType.Encapsulation,
  4,
  (msg, at) => ({ type: "gre", key: u32(msg, at) }),
  ({ key }, out, at) => setU32(out, at, within(0xffffffff, key, "a GRE key")),
);

/** RFC 9012 §3.1: octets of an egress endpoint's address; NaN for a family that must not be there. */
const addressLength = (afi: number): number => [0, 4, 16][afi] ?? Number.NaN;

/** RFC 9012 §3.5: 1 and 2; any other value is malformed. */
const isHandling = (value: number): boolean => value === 1 || value === 2;

const OTHERS: TlvCodec<TunnelSubTlv> = lenientCodec<Common>(tlv8x8or16, common);
const ofVirtualNetwork = lenientCodec<Common | VirtualNetwork>(tlv8x8or16, {
  ...common,
  "virtual-network": virtualNetwork,
});
const ofGre = lenientCodec<Common | Of<"gre">>(tlv8x8or16, { ...common, gre });

const BY_TUNNEL: ReadonlyMap<number, TlvCodec<TunnelSubTlv>> = new Map<number, TlvCodec<TunnelSubTlv>>([
  [TunnelType.L2tpv3, lenientCodec<Common | Of<"l2tpv3">>(tlv8x8or16, { ...common, l2tpv3 })],
  [TunnelType.Gre, ofGre],
  [TunnelType.Vxlan, ofVirtualNetwork],
  [TunnelType.Nvgre, ofVirtualNetwork],
  [TunnelType.MplsInGre, ofGre],
  [TunnelType.SrPolicy, lenientCodec<Common | SrPolicySubTlv>(tlv8x8or16, { ...common, ...srPolicyLayouts })],
]);
