import type { Canary } from "../canary.js";

const AS_PATH = "src/codec/attribute/02-as-path.ts";
const CLUSTER_LIST = "src/codec/attribute/10-cluster-list.ts";
const MP_REACH = "src/codec/attribute/14-mp-reach-nlri.ts";
const EXTENDED_COMMUNITIES = "src/codec/attribute/16-extended-communities.ts";
const AS4_PATH = "src/codec/attribute/17-as4-path.ts";
const PMSI_TUNNEL = "src/codec/attribute/22-pmsi-tunnel.ts";
const AIGP = "src/codec/attribute/26-aigp.ts";
const SFP = "src/codec/attribute/37-sfp.ts";
const D_PATH = "src/codec/attribute/36-d-path.ts";
const ATTR_SET = "src/codec/attribute/128-attr-set.ts";
const SHAPE = "src/codec/attribute/shape.ts";

const NOTHING_WITHDRAWN = "0000 0000";
/** The same from a speaker of two-octet AS numbers, and from an internal peer. */
const TWO_OCTET = "0100 0000";
const INTERNAL = "0200 0000";

/** Further instances of bugs in the values of attributes. */
export const furtherAttributes: readonly Canary[] = [
  {
    id: "B21.2",
    area: "AS_PATH",
    title: "the count of a segment that passes the attribute is cut to the AS numbers there are",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: AS_PATH,
        find: "const count = u8(msg, at + 1);\n    if (type <",
        replace: "const count = Math.min(u8(msg, at + 1), Math.floor((end - at - 2) / asnSize));\n    if (type <",
      },
      {
        file: AS_PATH,
        find: "const count = u8(msg, at + 1);\n    const asns",
        replace: "const count = Math.min(u8(msg, at + 1), Math.floor((end - at - 2) / asnSize));\n    const asns",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 40 02 06 01 02 00000001`,
  },
  {
    id: "B21.3",
    area: "next hop",
    title: "a next hop that passes MP_REACH_NLRI is cut to what there is",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["EH", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: MP_REACH,
        find: "const nlri = mpReachNlriStart(msg, start);\n    if (nlri > end) return mpReachNextHopOverrun;",
        replace: "const nlri = Math.min(mpReachNlriStart(msg, start), end);",
      },
      {
        file: MP_REACH,
        find: "const nlri = mpReachNlriStart(msg, start);\n    return {",
        replace: "const nlri = Math.min(mpReachNlriStart(msg, start), end);\n    return {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0008 80 0e 05 000101 04 00`,
  },
  {
    id: "B23.2",
    area: "MP_REACH_NLRI",
    title: "the reserved octet is compared as well",
    seenIn: "OpenBGPD",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: MP_REACH,
        find: "if (nlri > end) return mpReachNextHopOverrun;",
        replace: "if (nlri > end || u8(msg, nlri - 1) !== 0) return mpReachNextHopOverrun;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000c 80 0e 09 000101 04 00000000 01`,
  },
  {
    id: "B23.3",
    area: "ATTR_SET",
    title: "the unused bits of the flags are compared as well",
    seenIn: "OpenBGPD",
    symptoms: ["EH"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [
      {
        file: ATTR_SET,
        find: "if (((flags ^ spec.flags) & (Flag.Optional | Flag.Transitive)) !== 0) return attrSetBadAttribute;",
        replace: "if ((flags & ~(Flag.Partial | Flag.ExtendedLength)) !== spec.flags) return attrSetBadAttribute;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000a c0 80 07 00000000 41 06 00`,
  },
  {
    id: "B24.2",
    area: "AS_PATH",
    title: "one call in another for each segment, on a copy of those that are left",
    seenIn: "ExaBGP",
    symptoms: ["RE", "QT", "EA"],
    reach: ["M"],
    target: "message-update",
    edits: [
      {
        file: AS_PATH,
        find: "for (let at = start; at < end; ) {\n    const type = u8(msg, at);\n    const count = u8(msg, at + 1);\n    const asns",
        replace:
          "if (start < end) {\n    let at = start;\n    const type = u8(msg, at);\n    const count = u8(msg, at + 1);\n    const asns",
      },
      {
        file: AS_PATH,
        find: "path.push({ type, asns });",
        replace: "path.push({ type, asns }, ...readAsPath(copyOctets(msg, at, end), 0, end - at, asnSize));",
      },
      {
        file: AS_PATH,
        find: 'import { setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";',
        replace: 'import { copyOctets, setU8, setU16, setU32, u8, u16, u32, within } from "../octets.js";',
      },
    ],
    trigger: `${TWO_OCTET} 09b4 50 02 09b0 (02010001)x620`,
  },
  {
    id: "B24.3",
    area: "communities",
    title: "one call in another for each community, on a copy of those that are left",
    seenIn: "ExaBGP",
    symptoms: ["RE", "QT", "EA"],
    reach: ["M"],
    target: "message-update",
    note: "The passage is shared by all attributes that list items of one width.",
    edits: [
      {
        file: SHAPE,
        find: "  read(msg, start, end) {\n    const items: Item[] = [];\n    for (let at = start; at < end; at += width) items.push(read(msg, at));\n    return items;\n  },",
        replace:
          "  read(msg, start, end, session) {\n" +
          "    if (start >= end) return [];\n" +
          "    const left = copyOctets(msg, start + width, end);\n" +
          "    return [read(msg, start), ...listOf(name, width, read, write).read(left, 0, left.length, session)];\n" +
          "  },",
      },
      {
        file: SHAPE,
        find: 'import { setU32, u32, within } from "../octets.js";',
        replace: 'import { copyOctets, setU32, u32, within } from "../octets.js";',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 09b4 d0 08 09b0 (00000000)x620`,
  },
  {
    id: "B26.2",
    area: "AIGP",
    title: "of several metrics the last one counts",
    seenIn: "FRR #14175",
    symptoms: ["EH", "RT"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [{ file: AIGP, find: "if (isFirst) isMaximum =", replace: "isMaximum =" }],
    trigger: `${NOTHING_WITHDRAWN} 0019 80 1a 16 01 000b (ff)x8 01 000b (00)x8`,
  },
  {
    id: "B26.3",
    area: "communities",
    title: "a second instance of a large community is kept beside the first",
    seenIn: "FRR #14175",
    symptoms: ["WV", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/32-large-communities.ts",
        find: "return !seen.has(text) && seen.add(text);",
        replace: "return seen.add(text);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 20 18 (00)x24`,
  },
  {
    id: "B27.2",
    area: "Prefix-SID",
    title: "of several TLVs the first fault counts, not the strongest",
    seenIn: "RFC 7606 §3 (h)",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/40-prefix-sid.ts",
        find: "fault ??= lengthFault(u8(msg, at), next - at - 3);\n",
        replace: "fault ??= lengthFault(u8(msg, at), next - at - 3);\n    if (fault !== null) return fault;\n",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 c0 28 06 01 0000 05 0000`,
  },
  {
    id: "B28.2",
    area: "AS4_PATH",
    title: "that a type of segment is unknown has no row in the table of what faults are called here",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["L", "M"],
    target: "message-update",
    edits: [
      { file: AS4_PATH, find: "  [unknownSegment, as4PathUnknownSegment],\n", replace: "" },
      {
        file: AS4_PATH,
        find: "if (fault !== null) return here.get(fault) ?? as4PathLength;",
        replace: "if (fault !== null) return here.get(fault) as Fault;",
      },
    ],
    trigger: `${TWO_OCTET} 0009 c0 11 06 00 00 00000000`,
  },
  {
    id: "B28.3",
    area: "PMSI_TUNNEL",
    title: "an unknown type of tunnel has no row in the table that is asked for its layout",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-update",
    note: "Where values are read only: arbitraries make inputs by the encoder, and one that throws ends an engine before it begins.",
    edits: [
      {
        file: PMSI_TUNNEL,
        find: "return isIdentifier(u8(msg, start + 1), msg,",
        replace: "return isIdentifier(LAYOUTS[u8(msg, start + 1)].type, msg,",
      },
      {
        file: PMSI_TUNNEL,
        find: "const isIdentifier = (",
        replace:
          "const LAYOUTS = Object.fromEntries(Object.values(TunnelType).map((type) => [type, { type }]));\n\n" +
          "const isIdentifier = (",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0008 c0 16 05 00 08 000000`,
  },
  {
    id: "B29.2",
    area: "AS4_PATH",
    title: "a sequence that needed two segments is written as one, and its count wraps",
    seenIn: "CVE-2025-20115",
    symptoms: ["RT"],
    reach: ["M"],
    target: "message-update",
    note: "As B29, for neighbours that are left when confederation segments were dropped.",
    edits: [
      {
        file: AS4_PATH,
        find: "return readAsPath(msg, start, end, 4).filter(({ type }) => !isConfederation(type));",
        replace:
          "const path: { type: number; asns: number[] }[] = [];\n" +
          "    for (const { type, asns } of readAsPath(msg, start, end, 4)) {\n" +
          "      if (isConfederation(type)) continue;\n" +
          "      // More than one segment can hold: the sender had to cut the sequence in two.\n" +
          "      const before = path.at(-1);\n" +
          "      if (before?.type === type && before.asns.length + asns.length > 255) before.asns.push(...asns);\n" +
          "      else path.push({ type, asns: [...asns] });\n" +
          "    }\n" +
          "    return path;",
      },
      {
        file: AS_PATH,
        find: "if (asns.length === 0 || asns.length > 255) {",
        replace: "if (asns.length === 0) {",
      },
    ],
    trigger: `${TWO_OCTET} 0408 d0 11 0404 02 ff (00000001)x255 02 01 00000001`,
  },
  {
    id: "B29.3",
    area: "D-PATH",
    title: "domains that needed two segments are written as one, and its count wraps",
    seenIn: "CVE-2025-20115",
    symptoms: ["RT"],
    reach: ["M"],
    target: "message-update",
    note: "As B29.",
    edits: [
      {
        file: D_PATH,
        find: "path.push(segment);",
        replace:
          "// More than one segment can hold: the sender had to cut it in two.\n" +
          "      const before = path.at(-1);\n" +
          "      if (before !== undefined && before.length + segment.length > 255) (before as Domain[]).push(...segment);\n" +
          "      else path.push(segment);",
      },
      {
        file: D_PATH,
        find: 'at = setU8(out, at, within(0xff, segment.length, "the domains of a segment"));',
        replace: "at = setU8(out, at, segment.length);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0706 d0 24 0702 ff (00000000000000)x255 01 (00)x7`,
  },
  {
    id: "B32.2",
    area: "PMSI_TUNNEL",
    title: "that the root node fits is asked without the length behind it",
    seenIn: "OpenBGPD",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: PMSI_TUNNEL,
        find: "return opaque <= end && opaque + u16(msg, opaque - 2) === end;",
        replace:
          "const octets = new DataView(msg.buffer, msg.byteOffset, msg.byteLength);\n" +
          "  return start + 4 + root <= end && opaque + octets.getUint16(opaque - 2) === end;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000e c0 16 0b 00 02 000000 00 0000 02 0000`,
  },
  {
    id: "B33.2",
    area: "next hop",
    title: "a NEXT_HOP of no octets is accepted",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/03-next-hop.ts",
        find: "return end - start === 4 ? null : nextHopLength;",
        replace: "return end === start || end - start === 4 ? null : nextHopLength;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 40 03 00`,
  },
  {
    id: "B33.3",
    area: "PMSI_TUNNEL",
    title: "an endpoint of ingress replication of no octets is accepted",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: PMSI_TUNNEL,
        find: "case TunnelType.IngressReplication:\n      return length === 4",
        replace: "case TunnelType.IngressReplication:\n      return length === 0 || length === 4",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0008 c0 16 05 00 06 000000`,
  },
  {
    id: "B42.2",
    area: "AIGP",
    title: "a metric of another length is noted as a fault of its own only, and read",
    seenIn: "CVE-2024-31948",
    symptoms: ["RE", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: AIGP,
        find: "aigpMetricLength, aigpMaximumMetric],\n",
        replace: "aigpMetricLength, aigpMaximumMetric],\n  partial: [aigpMetricLength],\n",
      },
      {
        file: AIGP,
        find: "metric: (BigInt(u32(msg, at + 3)) << 32n) | BigInt(u32(msg, at + 7)) });",
        replace: "metric: new DataView(msg.buffer, msg.byteOffset + at, next - at).getBigUint64(HEAD) });",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 80 1a 03 01 0003`,
  },
  {
    id: "B42.3",
    area: "SFP",
    title: "an association of another length is noted as a fault of its own only, and read",
    seenIn: "CVE-2024-31948",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SFP,
        find: "sfpMplsNotEmpty, sfpNoHop],\n",
        replace: "sfpMplsNotEmpty, sfpNoHop],\n  partial: [sfpAssociation],\n",
      },
      {
        file: SFP,
        find: "spi: u24(msg, spi),",
        replace: "spi: new DataView(msg.buffer, msg.byteOffset + value, next - value).getUint32(RD) & 0xffffff,",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 c0 25 03 01 0000 00`,
  },
  {
    id: "B43.2",
    area: "AIGP",
    title: "a TLV may reach as far as the message does, past the attribute",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: AIGP,
        find: "if (length > end - at) return aigpOverrun;",
        replace: "if (length > msg.length - at) return aigpOverrun;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 80 1a 03 00 0004 00`,
  },
  {
    id: "B43.3",
    area: "BGP-LS",
    title: "a TLV may reach as far as the message does, past the attribute",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/bgp-ls.ts",
        find: 'if (at > end) return "overrun";',
        replace: 'if (at > (depth === 0 ? msg.length : end)) return "overrun";',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0007 80 1d 04 0000 0001 00`,
  },
  {
    id: "B45.2",
    area: "CLUSTER_LIST",
    title: "a length that is no multiple of four is rounded down",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["EH", "RT"],
    reach: ["L", "M"],
    target: "message-update",
    edits: [
      {
        file: CLUSTER_LIST,
        find: "return isListOf(4, start, end) ? null : clusterListLength;",
        replace: "return Math.floor((end - start) / 4) > 0 ? null : clusterListLength;",
      },
      {
        file: CLUSTER_LIST,
        find: '...listOfUnsigned32("CLUSTER_LIST"),',
        replace:
          "...list,\n\n  read: (msg, start, end, session) => list.read(msg, start, start + 4 * Math.floor((end - start) / 4), session),",
      },
      {
        file: CLUSTER_LIST,
        find: "/** CLUSTER_LIST, RFC 4456 §8",
        replace: 'const list = listOfUnsigned32("CLUSTER_LIST");\n\n/** CLUSTER_LIST, RFC 4456 §8',
      },
    ],
    trigger: `${INTERNAL} 0008 80 0a 05 0000000000`,
  },
  {
    id: "B45.3",
    area: "communities",
    title: "a length of extended communities that is no multiple of eight is rounded down",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["EH", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: EXTENDED_COMMUNITIES,
        find: "return isListOf(8, start, end) ? null : extendedCommunitiesLength;",
        replace: "return Math.floor((end - start) / 8) > 0 ? null : extendedCommunitiesLength;",
      },
      {
        file: EXTENDED_COMMUNITIES,
        find: '...listOf("EXTENDED COMMUNITIES", 8, read, write),',
        replace:
          "...list,\n\n  read: (msg, start, end, session) => list.read(msg, start, start + 8 * Math.floor((end - start) / 8), session),",
      },
      {
        file: EXTENDED_COMMUNITIES,
        find: "/**\n * EXTENDED COMMUNITIES, RFC 4360 §2.\n",
        replace:
          'const list = listOf("EXTENDED COMMUNITIES", 8, read, write);\n\n/**\n * EXTENDED COMMUNITIES, RFC 4360 §2.\n',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000c c0 10 09 (00)x9`,
  },
  {
    id: "B46.2",
    area: "tunnel encapsulation",
    title: "the width of a sub-TLV's length goes by the length, not by the type",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["RT"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/tlv.ts",
        find: "(code < 128 ? tlv8x8 : tlv8x16).write(",
        replace: "(length < 256 ? tlv8x8 : tlv8x16).write(",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000b c0 17 08 0000 0004 80 0001 00`,
  },
  {
    id: "B46.3",
    area: "ATTR_SET",
    title: "the Extended Length bit is passed on as it came, the width goes by the length",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: ATTR_SET,
        find: "flags: flags & KEPT_FLAGS,",
        replace: "flags: flags & (KEPT_FLAGS | Flag.ExtendedLength),",
      },
      {
        file: ATTR_SET,
        find: 'within(0xff, one.flags, "the attribute flags") & KEPT_FLAGS;',
        replace: 'within(0xff, one.flags, "the attribute flags") & (KEPT_FLAGS | Flag.ExtendedLength);',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000b c0 80 08 00000000 90 00 0000`,
  },
];
