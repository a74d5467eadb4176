import type { Canary } from "../canary.js";

const BGP_LS = "src/codec/nlri/bgp-ls.ts";
const EVPN = "src/codec/nlri/evpn.ts";
const FLOWSPEC = "src/codec/nlri/flowspec.ts";
const FLOWSPEC_COMPONENTS = "src/codec/nlri/flowspec-components.ts";
const MCAST_VPN = "src/codec/nlri/mcast-vpn.ts";
const VPN = "src/codec/nlri/vpn.ts";

/** Every family beside IPv4 and IPv6 unicast, nothing withdrawn. */
const ALL_FAMILIES = "2000 0000";
/** The same, with stacks of labels. */
const STACKS = "2008 0000";

/** The inner places of routes: within TLVs, components, lists and counted fields of NLRI. */
export const innerRoutes: readonly Canary[] = [
  {
    id: "B14.4",
    area: "MUP",
    title: "a type above 255 is cut to its low octet, and that type is meant",
    seenIn: "FRR",
    symptoms: ["WV", "RT"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/mup.ts",
        find: "u8(msg, head) === 1 && u16(msg, head + 1) >= 1 && u16(msg, head + 1) <= 4;",
        replace: "u8(msg, head) === 1 && u8(msg, head + 2) >= 1 && u8(msg, head + 2) <= 4;",
      },
      {
        file: "src/codec/nlri/mup.ts",
        find: 'type: u16(msg, head + 1) as MupRoute["type"],',
        replace: 'type: u8(msg, head + 2) as MupRoute["type"],',
      },
    ],
    trigger: `${ALL_FAMILIES} 0012 80 0f 0f 000155 01 0101 08 (00)x8`,
  },
  {
    id: "B19.3",
    area: "link-state",
    title: "a route that passes its attribute is left out as a malformed one is, and an empty UPDATE is what remains",
    seenIn: "CVE-2023-46752",
    symptoms: ["EH", "WV"],
    reach: ["N"],
    target: "message-update",
    note: "RFC 9552 §8.2.2 has NLRI discard for what is wrong within a route, not for where it ends.",
    edits: [
      {
        file: BGP_LS,
        find: 'const overrun = unparsable(name, "overrun", "RFC 9552 §8.2.2");',
        replace: 'const overrun = routeDiscarded(name, "overrun", "RFC 9552 §8.2.2");',
      },
    ],
    trigger: `${ALL_FAMILIES} 000a 80 0f 07 400447 0000 0001`,
  },
  {
    id: "B21.6",
    area: "link-state",
    title: "a sub-TLV that passes its node descriptors is cut to what there is",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BGP_LS,
        find: "const next = at + TLV_HEADER + u16(msg, at + 2);\n      if (next > end) return tlvOverrun;\n      const of = u16(msg, at);\n      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;\n      if (of === before) return duplicate;",
        replace:
          "const next = Math.min(at + TLV_HEADER + u16(msg, at + 2), end);\n      const of = u16(msg, at);\n      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;\n      if (of === before) return duplicate;",
      },
      {
        file: BGP_LS,
        find: "const next = value + u16(msg, at + 2);\n    yield",
        replace: "const next = Math.min(value + u16(msg, at + 2), end);\n    yield",
      },
    ],
    trigger: `${ALL_FAMILIES} 001b 80 0f 18 400447 0001 0011 00 (00)x8 0100 0004 0203 0001`,
  },
  {
    id: "B21.7",
    area: "MCAST-VPN",
    title: "a route key that leaves no room for the originator is cut so that it does",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: MCAST_VPN,
        find: "return type >= 1 && type <= 3 ? at + 2 + u8(msg, at + 1) : WRONG;",
        replace:
          "// An IPv4 address stands behind it.\n" +
          "    return type >= 1 && type <= 3 ? Math.min(at + 2 + u8(msg, at + 1), Math.max(at + 2, end - 4)) : WRONG;",
      },
      {
        file: MCAST_VPN,
        find: "read: (msg, at) => copyOctets(msg, at, at + 2 + u8(msg, at + 1)),",
        replace:
          "read: (msg, at, end) => copyOctets(msg, at, Math.min(at + 2 + u8(msg, at + 1), Math.max(at + 2, end - 4))),",
      },
    ],
    trigger: `${ALL_FAMILIES} 000e 80 0f 0b 000105 04 06 01 01 00000000`,
  },
  {
    id: "B23.5",
    area: "FlowSpec",
    title: "the padding of a pattern is counted from the first bit of the address, not from the offset",
    seenIn: "OpenBGPD",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    note: "OpenBGPD kept bits that are to be ignored; here some that are not are cleared with them.",
    edits: [
      {
        file: FLOWSPEC_COMPONENTS,
        find: "clearPadding(pattern, length - offset);\n  return { type:",
        replace: "clearPadding(pattern, length);\n  return { type:",
      },
    ],
    trigger: `${ALL_FAMILIES} 000b 80 0f 08 000285 04 01 09 04 08`,
  },
  {
    id: "B26.8",
    area: "FlowSpec",
    title: "a component may stand twice in a rule, as long as the types do not decrease",
    seenIn: "FRR #14175",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: FLOWSPEC_COMPONENTS,
        find: "if (type <= previous) return faults.componentOrder;",
        replace: "if (type < previous) return faults.componentOrder;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000d 80 0f 0a 000185 06 03 80 00 03 80 00`,
  },
  {
    id: "B26.9",
    area: "link-state",
    title: "a sub-TLV may stand twice in node descriptors, as long as the types do not decrease",
    seenIn: "FRR #14175",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    note: "RFC 9552 §5.2.1.4: at most one of each, so that nodes compare octet by octet.",
    edits: [{ file: BGP_LS, find: "      if (of === before) return duplicate;\n", replace: "" }],
    trigger: `${ALL_FAMILIES} 001f 80 0f 1c 400447 0001 0015 00 (00)x8 0100 0008 0203 0000 0203 0000`,
  },
  {
    id: "B28.8",
    area: "link-state",
    title: "a sub-TLV of node descriptors is looked up in the table of types, and one of no type is not expected",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BGP_LS,
        find: "if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;\n      if (of === before) return duplicate;",
        replace:
          "const { least, most } = tlvRule(of);\n" +
          "      if (next - at - TLV_HEADER < least || next - at - TLV_HEADER > most) return tlvLength;\n" +
          "      if (of === before) return duplicate;",
      },
      { file: BGP_LS, find: "  type Tlv,\n  writeTlv,", replace: "  type Tlv,\n  tlvRule,\n  writeTlv," },
    ],
    trigger: `${ALL_FAMILIES} 001b 80 0f 18 400447 0001 0011 00 (00)x8 0100 0004 0000 0000`,
  },
  {
    id: "B28.9",
    area: "FlowSpec",
    title: "the types of components are those of IPv6, in rules for IPv4 as well",
    seenIn: "CVE-2010-2949",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    note: "The original had no handler for a type that was not in its table; ours has one that should not be there.",
    edits: [
      {
        file: FLOWSPEC_COMPONENTS,
        find: "type >= FlowSpecType.DestinationPrefix && type <= (width === 16 ? FlowSpecType.FlowLabel : FlowSpecType.Fragment);",
        replace: "type >= FlowSpecType.DestinationPrefix && type <= FlowSpecType.FlowLabel;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000a 80 0f 07 000185 03 0d 80 00`,
  },
  {
    id: "B33.7",
    area: "next hop",
    title: "the link-local companion of a next hop in a VPN needs no distinguisher",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: VPN,
        find: "const isIpv6NextHop = (length: number): boolean => length === 24 || length === 48;",
        replace: "const isIpv6NextHop = (length: number): boolean => length === 24 || length === 40 || length === 48;",
      },
    ],
    trigger: `${ALL_FAMILIES} 0030 80 0e 2d 000280 28 (00)x40 00`,
  },
  {
    id: "B33.8",
    area: "next hop",
    title: "routes of an IPv4 VPN have an IPv6 next hop in sessions without that capability",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "EH"],
    reach: ["N", "M"],
    target: "message-update",
    edits: [
      {
        file: VPN,
        find: "length === 12 || (extended && isIpv6NextHop(length));",
        replace: "length === 12 || isIpv6NextHop(length);",
      },
    ],
    trigger: `${ALL_FAMILIES} 0020 80 0e 1d 000180 18 (00)x24 00`,
  },
  {
    id: "B33.9",
    area: "next hop",
    title: "routes with a type have a link-local address beside their next hop, as those of IPv6 have",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/typed/typed.ts",
        find: "isNextHopLength: (length) => length === 4 || length === 16,",
        replace: "isNextHopLength: (length) => length === 4 || length === 16 || length === 32,",
      },
    ],
    trigger: `${ALL_FAMILIES} 0028 80 0e 25 000105 20 (00)x32 00`,
  },
  {
    id: "B34.4",
    area: "FlowSpec",
    title: "the bits of a pattern are compared with those of an address, not where they end",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: FLOWSPEC_COMPONENTS,
        find: "(offset < length && length <= 8 * width);",
        replace: "(offset < length && length - offset <= 8 * width);",
      },
    ],
    trigger: `${ALL_FAMILIES} 000b 80 0f 08 000285 04 01 81 80 00`,
  },
  {
    id: "B34.5",
    area: "ORF",
    title: "the prefixes of a filter for IPv4 routes other than unicast have as many bits as IPv6 addresses",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-route-refresh",
    edits: [
      {
        file: "src/codec/message/orf.ts",
        find: "if (afiOf(of) === Afi.Ipv4) return 32;\n  return afiOf(of) === Afi.Ipv6 ? 128 : null;",
        replace:
          "if (of === Ipv4Unicast) return 32;\n  return afiOf(of) === Afi.Ipv4 || afiOf(of) === Afi.Ipv6 ? 128 : null;",
      },
      {
        file: "src/codec/message/orf.ts",
        find: "type Family, Safi, safiOf }",
        replace: "type Family, Ipv4Unicast, Safi, safiOf }",
      },
    ],
    trigger: "00 0001 00 02 01 40 000d 00 00000000 00 00 21 0000000000",
  },
  {
    id: "B34.6",
    area: "route target",
    title: "whether the origin AS is there is asked of its octets, not of its bits",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/route-target.ts",
        find: "length > 0 && length < ORIGIN_BITS;",
        replace: "length > 0 && prefixOctets(length) * 8 < ORIGIN_BITS;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000b 80 0f 08 000184 19 00000000`,
  },
  {
    id: "B37.3",
    area: "VPN",
    title: "a stack of labels counts for the length, and the distinguisher is read behind the first of them",
    seenIn: "OpenBGPD",
    symptoms: ["WV", "RT"],
    reach: ["N", "M"],
    target: "message-update",
    note: "As B37, in a route that is announced with several labels.",
    edits: [
      {
        file: VPN,
        find: "return { labels, rd: readRd(msg, at + sizeLabels(labels, form)) };",
        replace: "return { labels, rd: readRd(msg, at + sizeLabels(labels.slice(0, 1), form)) };",
      },
    ],
    trigger: `${STACKS} 0023 80 0e 20 000180 0c (00)x12 00 70 000000 000001 (00)x8`,
  },
  {
    id: "B38.4",
    area: "EVPN",
    title: "the originator of a multicast leave may be left out, as its source and group may",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: EVPN,
        find: 'originator,\n        reserved: unsigned32("the reserved field"),',
        replace: 'originator: source,\n        reserved: unsigned32("the reserved field"),',
      },
    ],
    trigger: `${ALL_FAMILIES} 0027 80 0f 24 001946 08 1f (00)x8 (00)x10 00000000 00 00 00 00000000 00 00`,
  },
  {
    id: "B38.5",
    area: "EVPN",
    title: "the length of the address beside a MAC address is bounded by 128, whatever the labels leave",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: EVPN,
        find: 'ip: counted("an IP address", [0, 4, 16], evpnBadAddressLength),',
        replace:
          "ip: {\n" +
          '          ...counted("an IP address", [0, 4, 16], evpnBadAddressLength),\n' +
          "          skip: (msg, at, end) => (at >= end ? CUT : u8(msg, at) > 128 ? WRONG : at + 1 + (u8(msg, at) >>> 3)),\n" +
          "        },",
      },
    ],
    trigger: `${ALL_FAMILIES} 002a 80 0f 27 001946 02 22 (00)x8 (00)x10 00000000 30 (00)x6 08 00 000000`,
  },
  {
    id: "B38.6",
    area: "MCAST-VPN",
    title: "a multicast group of a selective tunnel has the length of either version, whatever the address family",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: MCAST_VPN,
        find: 'const anyGroup = counted("a multicast group", [0, width], badAddressLength);',
        replace: 'const anyGroup = counted("a multicast group", [0, 4, 16], badAddressLength);',
      },
    ],
    trigger: `${ALL_FAMILIES} 0026 80 0f 23 000105 03 1e (00)x8 00 80 (00)x16 (00)x4`,
  },
  {
    id: "B39.4",
    area: "link-state",
    title: "an object of no octets is not asked whether its fixed fields are there, and is read",
    seenIn: "BIRD, CVE-2023-38406",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BGP_LS,
        find: "if (end - start < lead + FIXED) return tooShort;",
        replace: "if (end > start && end - start < lead + FIXED) return tooShort;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000a 80 0f 07 400447 0001 0000`,
  },
  {
    id: "B39.5",
    area: "FlowSpec",
    title: "a rule of a VPN that has a distinguisher and no component counts as one",
    seenIn: "BIRD, CVE-2023-38406",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: FLOWSPEC,
        find: "if (at - value <= lead) return noComponent;",
        replace: "if (at === value) return noComponent;",
      },
    ],
    trigger: `${ALL_FAMILIES} 0008 80 0f 05 000186 01 00`,
  },
  {
    id: "B40.3",
    area: "VPN",
    title: "a stack of labels goes on to its bottom, into the room of the distinguisher",
    seenIn: "FRR",
    symptoms: ["IL", "WV"],
    reach: ["N", "M"],
    target: "message-update",
    note: "The room is that behind one label; with more of them what is left for the prefix is negative.",
    edits: [
      {
        file: VPN,
        find: "return bits - labels * 8 < RD_BITS ? cut : labels + RD_OCTETS;",
        replace: "return bits - 24 < RD_BITS ? cut : labels + RD_OCTETS;",
      },
    ],
    trigger: `${STACKS} 0020 80 0e 1d 000180 0c (00)x12 00 58 000000 000001 (00)x5`,
  },
  {
    id: "B42.9",
    area: "VPLS",
    title: "what stands behind the fields of a label block is left to later documents, and is lost",
    seenIn: "CVE-2024-31948",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    note: "FRR took a TLV for what it should be before its length was known to fit.",
    edits: [
      {
        file: "src/codec/nlri/vpls.ts",
        find: "if (length !== LABEL_BLOCK && length !== DISCOVERY) return vplsBadLength;",
        replace: "if (length < LABEL_BLOCK && length !== DISCOVERY) return vplsBadLength;",
      },
    ],
    trigger: `${ALL_FAMILIES} 001a 80 0f 17 001941 0012 (00)x18`,
  },
  {
    id: "B42.10",
    area: "FlowSpec",
    title: "a bitmask of fragments has any width that an operator can say",
    seenIn: "CVE-2024-31948",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    note: "RFC 8955 §4.2.2.12: one octet.",
    edits: [
      {
        file: FLOWSPEC_COMPONENTS,
        find: "return type === FlowSpecType.Dscp || type === FlowSpecType.Fragment ? 1 : 8;",
        replace: "return type === FlowSpecType.Dscp ? 1 : 8;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000b 80 0f 08 000185 04 0c 90 0000`,
  },
  {
    id: "B43.9",
    area: "link-state",
    title: "a sub-TLV of node descriptors may go on to the end of the message",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BGP_LS,
        find: "if (next > end) return tlvOverrun;\n      const of = u16(msg, at);\n      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;\n      if (of === before) return duplicate;",
        replace:
          "if (next > msg.length) return tlvOverrun;\n      const of = u16(msg, at);\n      if (!fitsRule(of, next - at - TLV_HEADER)) return tlvLength;\n      if (of === before) return duplicate;",
      },
    ],
    trigger: `${ALL_FAMILIES} 001f 80 0f 1c 400447 0001 0011 00 (00)x8 0100 0004 0203 0001 0000 0000`,
  },
  {
    id: "B45.8",
    area: "EVPN",
    title: "octets behind the labels that make no whole one are left over",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: EVPN,
        find: "skip: (_msg, at, end) => (end - at === 3 || end - at === 6 ? end : CUT),\n  read: (msg, at, end) => (end - at === 3 ?",
        replace:
          "skip: (_msg, at, end) => (end - at >= 3 && end - at <= 6 ? end : CUT),\n  read: (msg, at, end) => (end - at < 6 ?",
      },
    ],
    trigger: `${ALL_FAMILIES} 002a 80 0f 27 001946 02 22 (00)x8 (00)x10 00000000 30 (00)x6 00 00000000`,
  },
  {
    id: "B46.6",
    area: "FlowSpec",
    title: "a rule has a length of one octet as long as that holds it, though from 240 on it says that there are two",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: FLOWSPEC,
        find: "return (addPath ? 4 : 0) + (size < EXTENDED_LENGTH ? 1 : 2) + size;",
        replace: "return (addPath ? 4 : 0) + (size <= 0xff ? 1 : 2) + size;",
      },
      {
        file: FLOWSPEC,
        find: "at = size < EXTENDED_LENGTH ? setU8(out, at, size)",
        replace: "at = size <= 0xff ? setU8(out, at, size)",
      },
    ],
    trigger: `${ALL_FAMILIES} 00f8 80 0f f5 000185 f0f0 03 11 0000 (01 00)x117 81 00`,
  },
];
