import type { Fault } from "../fault.js";
import { Afi, family, Safi } from "../iana.js";
import { copyOctets, ofWidth, setOctets, setU8, setU24, u8, u24, within } from "../octets.js";
import { routeDiscarded, unparsable } from "./fault.js";
import type { WithPathId } from "./path-id.js";
import {
  CUT,
  counted,
  distinguisher,
  laidOut,
  octets,
  type Part,
  unsigned8,
  unsigned24,
  unsigned32,
  WRONG,
} from "./typed/layout.js";
import { type TypedSpec, typed } from "./typed/typed.js";

/** RFC 7432 §7, RFC 9136 §3, RFC 9251 §9. */
export type EvpnRoute =
  | EthernetAutoDiscovery
  | MacIpAdvertisement
  | InclusiveMulticast
  | EthernetSegment
  | IpPrefix
  | SelectiveMulticast
  | MulticastJoinSynch
  | MulticastLeaveSynch;

interface InSegment extends InInstance {
  /** Ethernet Segment Identifier, 10 octets. */
  readonly esi: Uint8Array;
}

interface InInstance extends WithPathId {
  /** Route Distinguisher, 8 octets. */
  readonly rd: Uint8Array;
}

/** RFC 7432 §7.1. */
export interface EthernetAutoDiscovery extends InSegment {
  readonly type: 1;
  readonly ethernetTag: number;
  /** All 24 bits: a label and the 4 bits behind it, or a VNI (RFC 8365 §5.1.3). */
  readonly label: number;
}

/** RFC 7432 §7.2. */
export interface MacIpAdvertisement extends InSegment {
  readonly type: 2;
  readonly ethernetTag: number;
  /** 6 octets. */
  readonly mac: Uint8Array;
  /** 0, 4 or 16 octets. */
  readonly ip: Uint8Array;
  /** One or two, each all 24 bits. */
  readonly labels: readonly number[];
}

/** RFC 7432 §7.3. */
export interface InclusiveMulticast extends InInstance {
  readonly type: 3;
  readonly ethernetTag: number;
  /** 4 or 16 octets, here and in the types below. */
  readonly originator: Uint8Array;
}

/** RFC 7432 §7.4. */
export interface EthernetSegment extends InSegment {
  readonly type: 4;
  readonly originator: Uint8Array;
}

/** RFC 9136 §3.1. */
export interface IpPrefix extends InSegment {
  readonly type: 5;
  readonly ethernetTag: number;
  readonly prefix: {
    /** Bits of the prefix. */
    readonly length: number;
    /** 4 or 16 octets; the bits after `length` are kept, too. */
    readonly address: Uint8Array;
  };
  /** As many octets as the prefix has. */
  readonly gateway: Uint8Array;
  readonly label: number;
}

interface Membership extends InInstance {
  readonly ethernetTag: number;
  /** 4 or 16 octets; none for any. */
  readonly source: Uint8Array;
  readonly group: Uint8Array;
  readonly originator: Uint8Array;
  /** Of IGMP or MLD versions, RFC 9251 §9.1. */
  readonly flags: number;
}

/** SMET, RFC 9251 §9.1. */
export interface SelectiveMulticast extends Membership {
  readonly type: 6;
}

/** RFC 9251 §9.2. */
export interface MulticastJoinSynch extends Membership, InSegment {
  readonly type: 7;
}

/** RFC 9251 §9.3. */
export interface MulticastLeaveSynch extends Membership, InSegment {
  readonly type: 8;
  /** 32 bits that were a sequence number in drafts. */
  readonly reserved: number;
  readonly maxResponseTime: number;
}

// RFC 7606 §5.4: a type that is not known spoils nothing but itself.
export const evpnUnknownType: Fault = routeDiscarded("evpn", "unknown-type");
export const evpnBadLength: Fault = unparsable("evpn", "bad-length");
export const evpnBadMacLength: Fault = unparsable("evpn", "bad-mac-length");
export const evpnBadAddressLength: Fault = unparsable("evpn", "bad-address-length");
export const evpnPrefixTooLong: Fault = unparsable("evpn", "prefix-too-long");

const esi = octets("an Ethernet segment identifier", 10);
const ethernetTag = unsigned32("the Ethernet tag");
const label = unsigned24("a label");
// RFC 7432 §9.2.1: lengths other than 48 are outside the scope of the document, and no other has one in it.
const mac = counted("a MAC address", [6], evpnBadMacLength);
const originator = counted("the originating router's address", [4, 16], evpnBadAddressLength);
// RFC 9251 §9.1; none stands for any: of sources there, of groups in RFC 9625.
const source = counted("a multicast source", [0, 4, 16], evpnBadAddressLength);
const group = counted("a multicast group", [0, 4, 16], evpnBadAddressLength);
const flags = unsigned8("the flags");

/** RFC 7432 §7.2: one label or two, by what the route's length leaves. */
const labels: Part<readonly number[]> = {
  skip: (_msg, at, end) => (end - at === 3 || end - at === 6 ? end : CUT),
  read: (msg, at, end) => (end - at === 3 ? [u24(msg, at)] : [u24(msg, at), u24(msg, at + 3)]),
  size: ({ length }) => 3 * length,
  write: (value, out, at) => value.reduce((next, one) => setU24(out, next, within(0xffffff, one, "a label")), at),
};

/** Octets of a prefix, of which there are as many as of the gateway: length, prefix, gateway, label are 12 or 36. */
const prefixWidth = (at: number, end: number): number => (end - at - 4) / 2;

/** RFC 9136 §3.1: the route's length, 34 or 58, says which addresses it has. */
const prefix: Part<IpPrefix["prefix"]> = {
  fault: evpnPrefixTooLong,
  skip(msg, at, end) {
    const width = prefixWidth(at, end);
    if (width !== 4 && width !== 16) return CUT;
    return u8(msg, at) > width * 8 ? WRONG : at + 1 + width;
  },
  read: (msg, at, end) => ({
    length: u8(msg, at),
    address: copyOctets(msg, at + 1, at + 1 + prefixWidth(at, end)),
  }),
  size: ({ address }) => 1 + address.length,
  write({ length, address }, out, at) {
    const width = ofWidth([4, 16], address, "a prefix").length;
    return setOctets(out, setU8(out, at, within(width * 8, length, "the prefix length")), address);
  },
};

/** All that stands before the label. */
const gateway: Part<Uint8Array> = {
  skip: (_msg, _at, end) => end - 3,
  read: (msg, at, end) => copyOctets(msg, at, end - 3),
  size: ({ length }) => length,
  write: (value, out, at) => setOctets(out, at, ofWidth([4, 16], value, "a gateway")),
};

/**
 * EVPN, RFC 7432 §7: type (1), length (1) and what the type says.
 *
 * A length within the route has to agree with that of the route to the octet; else neither can be believed.
 */
export const evpn: TypedSpec<EvpnRoute> = typed({
  family: family(Afi.L2vpn, Safi.Evpn),
  name: "evpn",
  faults: [evpnUnknownType, evpnBadLength, evpnBadMacLength, evpnBadAddressLength, evpnPrefixTooLong],
  partial: [evpnUnknownType],
  ...laidOut<EvpnRoute>(
    {
      1: { rd: distinguisher, esi, ethernetTag, label },
      2: {
        rd: distinguisher,
        esi,
        ethernetTag,
        mac,
        ip: counted("an IP address", [0, 4, 16], evpnBadAddressLength),
        labels,
      },
      3: { rd: distinguisher, ethernetTag, originator },
      4: { rd: distinguisher, esi, originator },
      5: { rd: distinguisher, esi, ethernetTag, prefix, gateway, label },
      6: { rd: distinguisher, ethernetTag, source, group, originator, flags },
      7: { rd: distinguisher, esi, ethernetTag, source, group, originator, flags },
      8: {
        rd: distinguisher,
        esi,
        ethernetTag,
        source,
        group,
        originator,
        reserved: unsigned32("the reserved field"),
        maxResponseTime: unsigned8("the maximum response time"),
        flags,
      },
    },
    evpnUnknownType,
    evpnBadLength,
  ),
});
