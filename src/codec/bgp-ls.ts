import { setOctets, setU16, u16, within } from "./octets.js";

/**
 * What the routes and the attribute of BGP-LS share: TLVs of two octets of type and two of length (RFC 9552 §5.1), not
 * padded, and the one registry of their types.
 */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** What the registry says of a type: its name, and how many octets its value may have. */
export interface TlvRule {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Lengths go up from `least` in steps. */
  readonly step: number;
  /** Where in the value sub-TLVs begin, when it has some. */
  readonly contents?: number;
  /** Octets in front of each sub-TLV. */
  readonly lead?: number;
}

export const TLV_HEADER = 4;

export const LOCAL_NODE_DESCRIPTORS = 256;
export const REMOTE_NODE_DESCRIPTORS = 257;

/** The rule for a type; of one that is not known, none: its value may be anything (RFC 9552 §5.1). */
export const tlvRule = (type: number): TlvRule | undefined => RULES.get(type);

/** Whether a TLV of this type may have a value of so many octets. */
export const fitsRule = (type: number, length: number): boolean => {
  const rule = RULES.get(type);
  return rule === undefined || (length >= rule.least && length <= rule.most && (length - rule.least) % rule.step === 0);
};

/** What is wrong with a run of TLVs: their lengths do not add up to it, or one has a length that its type cannot have. */
export type Flaw = "overrun" | "length" | null;

/**
 * Judges octets [start, end), TLVs side by side with `lead` octets in front of each, and what is in those that are
 * known to have sub-TLVs. Deeper than any document nests them, nothing is looked at: a value is octets there.
 */
export const flawOf = (msg: Uint8Array, start: number, end: number, lead = 0, depth = 0): Flaw => {
  let flaw: Flaw = null;
  for (let at = start; at < end; ) {
    at += lead;
    if (end - at < TLV_HEADER) return "overrun";
    const type = u16(msg, at);
    const value = at + TLV_HEADER;
    at = value + u16(msg, at + 2);
    if (at > end) return "overrun";
    if (!fitsRule(type, at - value)) flaw = "length";
    else if (depth < DEEPEST && hasFlawInside(msg, value, at, type, depth)) flaw = "length";
  }
  return flaw;
};

export const writeTlv = ({ type, value }: Tlv, out: Uint8Array, start: number): number => {
  const at = setU16(out, start, within(0xffff, type, "the type of a TLV"));
  return setOctets(out, setU16(out, at, within(0xffff, value.length, "the length of a TLV")), value);
};

// Link attributes of a bundle member (RFC 9085 §2.2.3), an SRv6 SID among them, and its structure (RFC 9514 §8).
const DEEPEST = 2;

const hasFlawInside = (msg: Uint8Array, start: number, end: number, type: number, depth: number): boolean => {
  const rule = RULES.get(type);
  return rule?.contents !== undefined && flawOf(msg, start + rule.contents, end, rule.lead ?? 0, depth + 1) !== null;
};

const ANY = 0xffff;

const rule = (name: string, least: number, most: number = least, step = 1): TlvRule => ({ name, least, most, step });
/** One or more items of `width` octets. */
const items = (name: string, width: number): TlvRule => rule(name, width, ANY, width);
/** Sub-TLVs behind `contents` octets of other fields. */
const nest = (name: string, contents: number): TlvRule => ({ ...rule(name, contents, ANY), contents });
/** RFC 9085 §2.1.2: flags, a reserved octet, then one or more of: size of a range (3), its first SID as a sub-TLV. */
const ranges = (name: string): TlvRule => ({ ...rule(name, 12, ANY), contents: 2, lead: 3 });

const RULES: ReadonlyMap<number, TlvRule> = new Map<number, TlvRule>([
  // RFC 9552 §5.2.1: node descriptors, and what stands in them.
  [LOCAL_NODE_DESCRIPTORS, nest("Local Node Descriptors", 0)],
  [REMOTE_NODE_DESCRIPTORS, nest("Remote Node Descriptors", 0)],
  [512, rule("Autonomous System", 4)],
  [513, rule("BGP-LS Identifier", 4)],
  [514, rule("OSPF Area-ID", 4)],
  [515, rule("IGP Router-ID", 0, ANY)],
  // RFC 9086 §4.1
  [516, rule("BGP Router-ID", 4)],
  [517, rule("Confederation Member", 4)],
  // RFC 9552 §5.2.2 and §5.2.3: link and prefix descriptors.
  [258, rule("Link Local/Remote Identifiers", 8)],
  [259, rule("IPv4 interface address", 4)],
  [260, rule("IPv4 neighbor address", 4)],
  [261, rule("IPv6 interface address", 16)],
  [262, rule("IPv6 neighbor address", 16)],
  [263, items("Multi-Topology Identifier", 2)],
  [264, rule("OSPF Route Type", 1)],
  [265, rule("IP Reachability Information", 1, 17)],
  // RFC 8814 §3 and §4
  [266, items("Node MSD", 2)],
  [267, items("Link MSD", 2)],
  // RFC 9514 §6.1
  [518, rule("SRv6 SID Information", 16)],
  // RFC 9552 §5.3.1: node attributes.
  [1024, rule("Node Flag Bits", 1)],
  [1025, rule("Opaque Node Attribute", 0, ANY)],
  [1026, rule("Node Name", 0, 255)],
  [1027, rule("IS-IS Area Identifier", 0, ANY)],
  [1028, rule("IPv4 Router-ID of Local Node", 4)],
  [1029, rule("IPv6 Router-ID of Local Node", 16)],
  [1030, rule("IPv4 Router-ID of Remote Node", 4)],
  [1031, rule("IPv6 Router-ID of Remote Node", 16)],
  // RFC 9085 §2.1
  [1034, ranges("SR Capabilities")],
  [1035, items("SR Algorithm", 1)],
  [1036, ranges("SR Local Block")],
  [1037, rule("SRMS Preference", 1)],
  // RFC 9514 §3.1
  [1038, rule("SRv6 Capabilities", 4)],
  // RFC 9552 §5.3.2: link attributes.
  [1088, rule("Administrative group (color)", 4)],
  [1089, rule("Maximum link bandwidth", 4)],
  [1090, rule("Maximum reservable link bandwidth", 4)],
  [1091, rule("Unreserved bandwidth", 32)],
  [1092, rule("TE Default Metric", 4)],
  [1093, rule("Link Protection Type", 2)],
  [1094, rule("MPLS Protocol Mask", 1)],
  [1095, rule("IGP Metric", 1, 3)],
  [1096, rule("Shared Risk Link Group", 0, ANY, 4)],
  [1097, rule("Opaque Link Attribute", 0, ANY)],
  [1098, rule("Link Name", 0, 255)],
  // RFC 9085 §2.2
  [1099, rule("Adjacency SID", 7, 8)],
  [1100, rule("LAN Adjacency SID", 11, 14)],
  // RFC 9086 §5
  [1101, rule("PeerNode SID", 7, 8)],
  [1102, rule("PeerAdj SID", 7, 8)],
  [1103, rule("PeerSet SID", 7, 8)],
  // RFC 9514 §4: fixed fields and a SID, then sub-TLVs.
  [1106, nest("SRv6 End.X SID", 22)],
  [1107, nest("IS-IS SRv6 LAN End.X SID", 28)],
  [1108, nest("OSPFv3 SRv6 LAN End.X SID", 26)],
  // RFC 8571 §2
  [1114, rule("Unidirectional Link Delay", 4)],
  [1115, rule("Min/Max Unidirectional Link Delay", 8)],
  [1116, rule("Unidirectional Delay Variation", 4)],
  [1117, rule("Unidirectional Link Loss", 4)],
  [1118, rule("Unidirectional Residual Bandwidth", 4)],
  [1119, rule("Unidirectional Available Bandwidth", 4)],
  [1120, rule("Unidirectional Utilized Bandwidth", 4)],
  // RFC 9552 §5.3.3: prefix attributes.
  [1152, rule("IGP Flags", 1)],
  [1153, items("IGP Route Tag", 4)],
  [1154, items("IGP Extended Route Tag", 8)],
  [1155, rule("Prefix Metric", 4)],
  [1156, rule("OSPF Forwarding Address", 4, 16, 12)],
  [1157, rule("Opaque Prefix Attribute", 0, ANY)],
  // RFC 9085 §2.3. Of Range it says "11 or 12", which counts a sub-TLV without its header: 15 and 16 are sent.
  [1158, rule("Prefix-SID", 7, 8)],
  [1159, nest("Range", 4)],
  [1161, rule("SID/Label", 3, 4)],
  [1162, nest("SRv6 Locator", 8)],
  [1170, rule("Prefix Attribute Flags", 0, ANY)],
  [1171, rule("Source Router Identifier", 4, 16, 12)],
  [1172, nest("L2 Bundle Member Attributes", 4)],
  // RFC 9104 §2
  [1173, items("Extended Administrative Group", 4)],
  [1174, rule("Source OSPF Router-ID", 4)],
  // RFC 9514 §7 and §8
  [1250, rule("SRv6 Endpoint Behavior", 4)],
  [1251, rule("SRv6 BGP PeerNode SID", 12)],
  [1252, rule("SRv6 SID Structure", 4)],
]);
