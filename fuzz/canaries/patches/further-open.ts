import type { SourceEdit } from "../../engines/patched.js";
import type { Canary } from "../canary.js";

const OPEN = "src/codec/message/open.ts";
const TUPLES = "src/codec/capability/tuples.ts";
const MULTIPROTOCOL = "src/codec/capability/01-multiprotocol.ts";
const ROUTE_FILTERING = "src/codec/capability/route-filtering.ts";
const EXTENDED_NEXT_HOP = "src/codec/capability/05-extended-next-hop.ts";
const BGPSEC = "src/codec/capability/07-bgpsec.ts";
const MULTIPLE_LABELS = "src/codec/capability/08-multiple-labels.ts";
const SOFTWARE_VERSION = "src/codec/capability/75-software-version.ts";

/** Version, AS 1, hold time 0, identifier 1. */
const FIXED = "04 0001 0000 00000001";

/** The loop over tuples asks for as many octets as the layout says. */
const LEAST_LEFT: SourceEdit = {
  file: TUPLES,
  find: "if (end - start < least * width || (end - start) % width !== 0) return wrongLength;",
  replace:
    "let last = start;\n" +
    "      while (last + (layout.leastLeft ?? width) <= end) last += width;\n" +
    "      if (last === start && least > 0) return wrongLength;\n" +
    "      if (last < end) return wrongLength;",
};

/** Further instances of the bugs in `open.ts`: other capabilities. */
export const furtherOpen: readonly Canary[] = [
  {
    id: "B07.2",
    area: "capabilities",
    title: "the types of a route filter are counted up to the end of the message, not of the capability",
    seenIn: "GoBGP",
    symptoms: ["WV", "RT"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: ROUTE_FILTERING,
        find: "while (end - at >= HEAD) at += HEAD + 2 * u8(msg, at + 4);\n      return at === end && end > start ? null : length;",
        replace:
          "while (at < end && msg.length - at >= HEAD) at += HEAD + 2 * u8(msg, at + 4);\n" +
          "      return at >= end && at <= msg.length && end > start ? null : length;",
      },
    ],
    trigger: `${FIXED} 0b 02 09 03 05 0000 00 00 01 02 00`,
  },
  {
    id: "B07.3",
    area: "capabilities",
    title:
      "a software version has the length that its first octet says, if that is no character and the message has so much",
    seenIn: "GoBGP",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    note: "In a seed a text begins with a character that would do as a length, so here it is one that is no character.",
    edits: [
      {
        file: SOFTWARE_VERSION,
        find: "const prefixed = isPrefixed(u8(msg, start), end - start);\n    const octets = copyOctets(msg, prefixed ? start + 1 : start, end);",
        replace:
          "// No text begins with a control character.\n" +
          "    const last = start + 1 + u8(msg, start);\n" +
          "    const prefixed = last === end || (u8(msg, start) < 0x20 && last > end && last <= msg.length);\n" +
          "    const octets = prefixed ? copyOctets(msg, start + 1, last) : copyOctets(msg, start, end);",
      },
    ],
    trigger: `${FIXED} 07 02 05 4b 01 01 02 00`,
  },
  {
    id: "B09.2",
    area: "capabilities",
    title: "a list of route filters that lists nothing counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: ROUTE_FILTERING,
        find: "return at === end && end > start ? null : length;",
        replace: "return at === end ? null : length;",
      },
    ],
    trigger: `${FIXED} 04 02 02 03 00`,
  },
  {
    id: "B09.3",
    area: "capabilities",
    title: "Extended Next Hop Encoding for no family counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    edits: [{ file: EXTENDED_NEXT_HOP, find: "least: 1,", replace: "least: 0," }],
    trigger: `${FIXED} 04 02 02 05 00`,
  },
  {
    id: "B10.2",
    area: "capabilities",
    title: "the loop over Extended Next Hop Encoding asks for four octets and reads six",
    seenIn: "CVE-2023-31489",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-open",
    edits: [
      LEAST_LEFT,
      { file: EXTENDED_NEXT_HOP, find: "width: 6,", replace: "width: 6,\n  leastLeft: 4," },
      {
        file: EXTENDED_NEXT_HOP,
        find: "nextHopAfi: u16(msg, at + 4) }),",
        replace: "nextHopAfi: new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint16(at + 4) }),",
      },
    ],
    trigger: `${FIXED} 08 02 06 05 04 0000 0000`,
  },
  {
    id: "B10.3",
    area: "capabilities",
    title: "the loop over Multiple Labels asks for three octets and reads four",
    seenIn: "CVE-2023-31489",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-open",
    edits: [
      LEAST_LEFT,
      { file: MULTIPLE_LABELS, find: "width: 4,", replace: "width: 4,\n  leastLeft: 3," },
      {
        file: MULTIPLE_LABELS,
        find: "count: u8(msg, at + 3) }),",
        replace: "count: new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint8(at + 3) }),",
      },
    ],
    trigger: `${FIXED} 07 02 05 08 03 000000`,
  },
  {
    id: "B13.2",
    area: "capabilities",
    title: "Multiprotocol Extensions of another length are read as family 0 and used",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: MULTIPROTOCOL,
        find: "check: (_msg, start, end) => (end - start === 4 ? null : multiprotocolLength),\n  read: (msg, start) => family(u16(msg, start), u8(msg, start + 3)),",
        replace:
          "check: () => null,\n" +
          "  read: (msg, start, end) => (end - start === 4 ? family(u16(msg, start), u8(msg, start + 3)) : 0),",
      },
    ],
    trigger: `${FIXED} 04 02 02 01 00`,
  },
  {
    id: "B13.3",
    area: "capabilities",
    title: "BGPsec of another length is read as -1 in all of its fields and used",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: BGPSEC,
        find: "check: (_msg, start, end) => (end - start === 3 ? null : bgpsecLength),\n  read: (msg, start) => ({\n    version: u8(msg, start) >> 4,",
        replace:
          "check: () => null,\n" +
          "  read: (msg, start, end) => end - start !== 3 ? { version: -1 & 0xf, sends: true, afi: -1 & 0xffff } : ({\n" +
          "    version: u8(msg, start) >> 4,",
      },
    ],
    trigger: `${FIXED} 04 02 02 07 00`,
  },
  {
    id: "B14.2",
    area: "capabilities",
    title: "a SAFI above 255 in Extended Next Hop Encoding is cut to its low octet, and that family is meant",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["L", "V"],
    target: "message-open",
    edits: [
      {
        file: EXTENDED_NEXT_HOP,
        find: "  ignoredTuple: { fault: noSuchSafi, is: (msg, at) => u16(msg, at + 2) > 0xff },\n",
        replace: "",
      },
      {
        file: EXTENDED_NEXT_HOP,
        find: "family: family(u16(msg, at), u16(msg, at + 2)),",
        replace: "family: family(u16(msg, at), u16(msg, at + 2) & 0xff),",
      },
    ],
    trigger: `${FIXED} 0a 02 08 05 06 0000 0100 0000`,
  },
  {
    id: "B14.3",
    area: "capabilities",
    title: "a count of one label is taken for one of several",
    seenIn: "FRR",
    symptoms: ["RE"],
    reach: ["L", "V"],
    target: "message-open",
    edits: [{ file: MULTIPLE_LABELS, find: "u8(msg, at + 3) < 2 }", replace: "u8(msg, at + 3) === 0 }" }],
    trigger: `${FIXED} 08 02 06 08 04 000000 01`,
  },
  {
    id: "B52.2",
    area: "compare",
    title: "an instance is no other than the last one when it begins with that",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["M"],
    target: "message-open",
    note: "Compared over the length of the last one: a seed has two where the last is the longer.",
    edits: [
      {
        file: OPEN,
        find: "if (octets !== octetsOf(last)) found.push(",
        replace:
          "// Code and length stand in front of the value.\n" +
          "      if (!octets.slice(4).startsWith(octetsOf(last).slice(4))) found.push(",
      },
    ],
    trigger: `${FIXED} 07 02 05 43 01 01 43 00`,
  },
];
