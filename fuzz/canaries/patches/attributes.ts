import type { Canary } from "../canary.js";

const AS_PATH = "src/codec/attribute/02-as-path.ts";
const MP_REACH = "src/codec/attribute/14-mp-reach-nlri.ts";
const COMMUNITIES = "src/codec/attribute/08-communities.ts";
const PREFIX_SID = "src/codec/attribute/40-prefix-sid.ts";

const NOTHING_WITHDRAWN = "0000 0000";

/** The values of attributes. */
export const attributes: readonly Canary[] = [
  {
    id: "B28",
    area: "AS_PATH",
    title: "an unknown type of segment has no row in the table that is asked what it means",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: AS_PATH,
        find: "if (type < SegmentType.Set || type > SegmentType.ConfedSet) return unknownSegment;\n    if (type > lastType) return confederationSegment;",
        replace: "if (SEGMENTS[type].confederation && lastType < type) return confederationSegment;",
      },
      {
        file: AS_PATH,
        find: "/** Judges a run of segments.",
        replace:
          "const SEGMENTS = {\n" +
          "  [SegmentType.Set]: { confederation: false },\n" +
          "  [SegmentType.Sequence]: { confederation: false },\n" +
          "  [SegmentType.ConfedSequence]: { confederation: true },\n" +
          "  [SegmentType.ConfedSet]: { confederation: true },\n" +
          "};\n\n" +
          "/** Judges a run of segments.",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0005 40 02 02 00 00`,
  },
  {
    id: "B29",
    area: "AS_PATH",
    title: "a sequence that needed two segments is written as one, and its count wraps",
    seenIn: "CVE-2025-20115",
    symptoms: ["RT"],
    reach: ["M"],
    target: "message-update",
    note: "Cisco: on prepending to a full segment. In our codec a path is written as it was read, so here the reader joins what one segment could not hold.",
    edits: [
      {
        file: AS_PATH,
        find: "path.push({ type, asns });",
        replace:
          "// More than one segment can hold: the sender had to cut the sequence in two.\n" +
          "    const before = path.at(-1);\n" +
          "    if (before?.type === type && before.asns.length + count > 255) (before.asns as number[]).push(...asns);\n" +
          "    else path.push({ type, asns });",
      },
      {
        file: AS_PATH,
        find: "if (asns.length === 0 || asns.length > 255) {",
        replace: "if (asns.length === 0) {",
      },
    ],
    trigger: "0100 0000 0208 50 02 0204 02 ff (0001)x255 02 01 0001",
  },
  {
    id: "B32",
    area: "next hop",
    title: "that the next hop fits is asked without the reserved octet behind it",
    seenIn: "OpenBGPD",
    symptoms: ["RE", "RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: MP_REACH,
        find: "if (nlri > end) return mpReachNextHopOverrun;",
        replace: "if (mpReachNextHopStart(start) + mpReachNextHopSize(msg, start) > end) return mpReachNextHopOverrun;",
      },
    ],
    trigger: "2000 0000 0008 80 0e 05 0001f1 01 00",
  },
  {
    id: "B33",
    area: "next hop",
    title: "a next hop of no octets is accepted",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: MP_REACH,
        find: "  nlriOf(family)?.isNextHopLength(length, extendedNextHop.has(family)) ?? true;",
        replace: "  length === 0 || (nlriOf(family)?.isNextHopLength(length, extendedNextHop.has(family)) ?? true);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 80 0e 06 000101 00 00 00`,
  },
  {
    id: "B42",
    area: "Prefix-SID",
    title: "a Label-Index of another length is noted as a fault of its own only, and read",
    seenIn: "CVE-2024-31948",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: PREFIX_SID,
        find: "    prefixSidService,\n  ],\n",
        replace: "    prefixSidService,\n  ],\n  partial: [prefixSidLabelIndexLength],\n",
      },
      {
        file: PREFIX_SID,
        find: "index: u32(msg, start + 3) };",
        replace: "index: new DataView(msg.buffer, msg.byteOffset + start, end - start).getUint32(3) };",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 c0 28 03 01 0000`,
  },
  {
    id: "B43",
    area: "tunnel encapsulation",
    title: "a tunnel may reach as far as the message does, past the attribute",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/23-tunnel-encapsulation.ts",
        find: "const next = tlvEnd(tlv16x16, msg, at, end);",
        replace: "const next = tlvEnd(tlv16x16, msg, at, msg.length);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0007 c0 17 04 0000 0001`,
  },
  {
    id: "B45",
    area: "communities",
    title: "a length that is no multiple of four is rounded down",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["EH", "RT"],
    reach: ["S"],
    target: "message-update",
    edits: [
      {
        file: COMMUNITIES,
        find: "return isListOf(4, start, end) ? null : communitiesLength;",
        replace: "return Math.floor((end - start) / 4) > 0 ? null : communitiesLength;",
      },
      {
        file: COMMUNITIES,
        find: '...listOfUnsigned32("COMMUNITIES"),',
        replace:
          "...list,\n\n  read: (msg, start, end, session) => list.read(msg, start, start + 4 * Math.floor((end - start) / 4), session),",
      },
      {
        file: COMMUNITIES,
        find: "/** COMMUNITIES, RFC 1997: values",
        replace: 'const list = listOfUnsigned32("COMMUNITIES");\n\n/** COMMUNITIES, RFC 1997: values',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0008 c0 08 05 0000000000`,
  },
];
