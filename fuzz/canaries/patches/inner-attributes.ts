import type { Canary } from "../canary.js";

const PMSI_TUNNEL = "src/codec/attribute/22-pmsi-tunnel.ts";
const BGPSEC_PATH = "src/codec/attribute/33-bgpsec-path.ts";
const CONTAINER = "src/codec/attribute/34-community-container.ts";
const D_PATH = "src/codec/attribute/36-d-path.ts";
const BFD = "src/codec/attribute/38-bfd-discriminator.ts";
const PREFIX_SID = "src/codec/attribute/40-prefix-sid.ts";
const BIER = "src/codec/attribute/41-bier.ts";
const ATTR_SET = "src/codec/attribute/128-attr-set.ts";
const TUNNEL_SUB_TLV = "src/codec/attribute/tunnel-sub-tlv.ts";
const SR_POLICY = "src/codec/attribute/sr-policy.ts";
const SRV6_SERVICE = "src/codec/attribute/srv6-service.ts";

const NOTHING_WITHDRAWN = "0000 0000";
/** The same from a speaker of two-octet AS numbers. */
const TWO_OCTET = "0100 0000";

/** Instances at inner places of attributes: sub-TLVs, what is in those, and attributes within a set. */
export const innerAttributes: readonly Canary[] = [
  {
    id: "B07.4",
    area: "community container",
    title: "the prefixes of an atom are compared with the end of the message, not of the atom",
    seenIn: "GoBGP",
    symptoms: ["WV", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "at += 1 + octetsFor(bits);\n  }\n  return at === end;",
        replace: "at += 1 + octetsFor(bits);\n  }\n  return at <= msg.length;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001c c0 22 19 0001 00 00 0019 (00)x12 01 0004 02 0001 08`,
  },
  {
    id: "B07.5",
    area: "BGPsec_Path",
    title: "the length of a signature is compared with the end of the message, not of its block",
    seenIn: "GoBGP",
    symptoms: ["WV", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: BGPSEC_PATH,
        find: "return at === end ? count : -1;",
        replace: "return at <= msg.length ? count : -1;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0024 80 21 21 0008 00 00 00000000 0019 00 (00)x20 0001`,
  },
  {
    id: "B07.6",
    area: "PMSI_TUNNEL",
    title: "the lengths within a FEC element are compared with the end of the message, not of the attribute",
    seenIn: "GoBGP",
    symptoms: ["WV", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: PMSI_TUNNEL,
        find: "return opaque <= end && opaque + u16(msg, opaque - 2) === end;",
        replace: "return opaque <= msg.length && opaque + u16(msg, opaque - 2) <= msg.length;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000e c0 16 0b 00 02 000000 00 0000 00 0001`,
  },
  {
    id: "B09.4",
    area: "community container",
    title: "an atom that lists no number counts as a list",
    seenIn: "CVE-2025-43971",
    symptoms: ["RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "if (holdsNumbers(type)) return isListOf(4, start, end);",
        replace: "if (holdsNumbers(type)) return (end - start) % 4 === 0;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 22 18 0001 00 00 0018 (00)x12 01 0003 01 0000`,
  },
  {
    id: "B09.5",
    area: "tunnel encapsulation",
    title: "a label stack without an entry counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: TUNNEL_SUB_TLV,
        find: "if (end === start || (end - start) % 4 !== 0) return null;",
        replace: "if ((end - start) % 4 !== 0) return null;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 c0 17 06 0000 0002 0a 00`,
  },
  {
    id: "B09.6",
    area: "Prefix-SID",
    title: "an SRv6 service without even its reserved octet counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "  if (start === end) return false;\n  for (let at = start + 1; at < end; ) {",
        replace: "  for (let at = start + 1; at < end; ) {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 c0 28 03 05 0000`,
  },
  {
    id: "B09.7",
    area: "D-PATH",
    title: "a segment without a domain counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [{ file: D_PATH, find: "if (count === 0) return dPathEmptySegment;\n", replace: "" }],
    trigger: `${NOTHING_WITHDRAWN} 000b c0 24 08 (00)x8`,
  },
  {
    id: "B10.4",
    area: "ATTR_SET",
    title: "AS numbers within the set are judged as wide as those of the session it comes in",
    seenIn: "CVE-2023-31489",
    symptoms: ["EH", "WV"],
    reach: ["M", "N"],
    target: "message-update",
    note: "FRR: tuples of another width than those that are read. Here judged and read by two widths, where the session has two octets.",
    edits: [
      {
        file: ATTR_SET,
        find: "const check = (msg: Uint8Array, start: number, end: number, depth: number): Fault | null => {",
        replace:
          "const narrow: SessionContext = { ...customerSession, asnSize: 2 };\n\n" +
          "  const check = (\n    msg: Uint8Array,\n    start: number,\n    end: number,\n    depth: number,\n    within: SessionContext,\n  ): Fault | null => {",
      },
      {
        file: ATTR_SET,
        find: "const fault = judge(msg, flags, code, value, next, depth);",
        replace: "const fault = judge(msg, flags, code, value, next, depth, within);",
      },
      {
        file: ATTR_SET,
        find: "    depth: number,\n  ): Fault | null => {\n    const spec",
        replace: "    depth: number,\n    within: SessionContext,\n  ): Fault | null => {\n    const spec",
      },
      {
        file: ATTR_SET,
        find: "return check(msg, start, end, depth + 1);\n    return spec.check(msg, start, end, customerSession)",
        replace: "return check(msg, start, end, depth + 1, within);\n    return spec.check(msg, start, end, within)",
      },
      {
        file: ATTR_SET,
        find: "check(msg, start, end) {\n      return check(msg, start, end, 0);",
        replace:
          "check(msg, start, end, { asnSize }) {\n      return check(msg, start, end, 0, asnSize === 2 ? narrow : customerSession);",
      },
    ],
    trigger: `${TWO_OCTET} 0010 c0 80 0d 00000000 40 02 06 02 01 00000001`,
  },
  {
    id: "B10.5",
    area: "Prefix-SID",
    title: "the ranges of an SRGB are asked for three octets each, and six are read",
    seenIn: "CVE-2023-31489",
    symptoms: ["EH", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: PREFIX_SID,
        find: "(length < 8 || length % 6 !== 2)) return prefixSidSrgbLength;",
        replace: "(length < 5 || length % 3 !== 2)) return prefixSidSrgbLength;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000b c0 28 08 03 0005 0000 000000`,
  },
  {
    id: "B13.4",
    area: "tunnel encapsulation",
    title: "the weight of a segment list that has another length is read as -1 and used",
    seenIn: "FRR",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SR_POLICY,
        find:
          '  weight: fixedLayout(\n    SegmentListType.Weight,\n    6,\n    (msg, at): Of<"weight"> => ({\n' +
          '      type: "weight",\n      flags: u8(msg, at),\n      reserved: u8(msg, at + 1),\n      weight: u32(msg, at + 2),\n    }),\n' +
          '    (tlv, out, at) => setU32(out, writeHead(tlv, out, at), within(0xffffffff, tlv.weight, "a weight")),\n  ),',
        replace:
          '  weight: {\n    code: SegmentListType.Weight,\n    size: () => 6,\n    read: (msg, start, end): Of<"weight"> | null =>\n' +
          '      end - start < 2\n        ? null\n        : {\n            type: "weight",\n            flags: u8(msg, start),\n            reserved: u8(msg, start + 1),\n' +
          "            weight: end - start === 6 ? u32(msg, start + 2) : -1 >>> 0,\n          },\n" +
          '    write: (tlv, out, at) => setU32(out, writeHead(tlv, out, at), within(0xffffffff, tlv.weight, "a weight")),\n  },',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f c0 17 0c 000f 0008 80 0005 00 09 02 00 00`,
  },
  {
    id: "B21.4",
    area: "community container",
    title: "a prefix that passes its atom is cut to what there is",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "at += 1 + octetsFor(bits);",
        replace: "at = Math.min(at + 1 + octetsFor(bits), end);",
      },
      {
        file: CONTAINER,
        find: "const next = at + 1 + octetsFor(bits);",
        replace: "const next = Math.min(at + 1 + octetsFor(bits), end);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001c c0 22 19 0001 00 00 0019 (00)x12 01 0004 02 0001 08`,
  },
  {
    id: "B21.5",
    area: "BGPsec_Path",
    title: "a signature that passes its block is cut to what there is",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["N", "L"],
    target: "message-update",
    edits: [
      {
        file: BGPSEC_PATH,
        find: "at += SIGNATURE_HEADER + u16(msg, at + SKI);",
        replace: "at = Math.min(at + SIGNATURE_HEADER + u16(msg, at + SKI), end);",
      },
      {
        file: BGPSEC_PATH,
        find: "const next = at + SIGNATURE_HEADER + u16(msg, at + SKI);",
        replace: "const next = Math.min(at + SIGNATURE_HEADER + u16(msg, at + SKI), end);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0024 80 21 21 0008 00 00 00000000 0019 00 (00)x20 0001`,
  },
  {
    id: "B22.2",
    area: "Prefix-SID",
    title:
      "an unknown sub-sub-TLV of a SID is passed over before its length is taken, and the next one begins in its value",
    seenIn: "GoBGP",
    symptoms: ["EH"],
    reach: ["N"],
    target: "message-update",
    note: "GoBGP: for wrong flags of an attribute. A sub-sub-TLV has none; what ends its reading is that it is not known.",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "for (let at = start + SID_INFORMATION_HEAD; at < end; ) {\n",
        replace:
          "for (let at = start + SID_INFORMATION_HEAD; at < end; ) {\n" +
          "    if (end - at >= 3 && u8(msg, at) !== SID_STRUCTURE) {\n      at += 3;\n      continue;\n    }\n",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0023 c0 28 20 05 001d 00 01 0019 (00)x21 00 0001 00`,
  },
  {
    id: "B23.4",
    area: "Prefix-SID",
    title: "the reserved octet behind the behavior of a SID is compared as well",
    seenIn: "OpenBGPD",
    symptoms: ["EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "if (end - start < SID_INFORMATION_HEAD) return false;",
        replace:
          "if (end - start < SID_INFORMATION_HEAD || u8(msg, start + SID_INFORMATION_HEAD - 1) !== 0) return false;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001f c0 28 1c 05 0019 00 01 0015 (00)x20 01`,
  },
  {
    id: "B24.4",
    area: "community container",
    title: "one call in another for each prefix of an atom, on a copy of those that are left",
    seenIn: "ExaBGP",
    symptoms: ["RE", "QT", "EA"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find:
          "  const prefixes: AtomPrefix[] = [];\n  for (let at = start; at < end; ) {\n    const bits = u8(msg, at);\n" +
          "    const next = at + 1 + octetsFor(bits);\n    prefixes.push({ bits, prefix: copyOctets(msg, at + 1, next) });\n    at = next;\n  }\n" +
          "  return { type, prefixes };\n};",
        replace:
          "  return { type, prefixes: readPrefixes(copyOctets(msg, start, end)) };\n};\n\n" +
          "const readPrefixes = (left: Uint8Array): readonly AtomPrefix[] => {\n  if (left.length === 0) return [];\n" +
          "  const bits = u8(left, 0);\n  const next = 1 + octetsFor(bits);\n" +
          "  return [{ bits, prefix: copyOctets(left, 1, next) }, ...readPrefixes(copyOctets(left, next, left.length))];\n};",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0366 d0 22 0362 0001 00 00 0362 (00)x12 01 034d 02 034a (00)x842`,
  },
  {
    id: "B24.5",
    area: "ATTR_SET",
    title: "sets are judged one in another, however deep they stand",
    seenIn: "ExaBGP",
    symptoms: ["RE", "RT"],
    reach: ["N"],
    target: "message-update",
    note: "With some thousand sets, in an extended message, the stack is full. What shows with four is that they can't be sent on.",
    edits: [
      {
        file: ATTR_SET,
        find: "const seen = seenAt[depth];\n    if (seen === undefined) return attrSetTooDeep;",
        replace: "seenAt[depth] ??= new OctetSet();\n    const seen = seenAt[depth];",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001c c0 80 19 00000000 c0 80 12 00000000 c0 80 0b 00000000 c0 80 04 00000000`,
  },
  {
    id: "B26.4",
    area: "tunnel encapsulation",
    title: "of several weights of a segment list the last one counts",
    seenIn: "FRR #14175",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SR_POLICY,
        find: "subTlvs: readTlvs(segmentListTlvs, msg, start + 1, end) }",
        replace: "subTlvs: withOneWeight(readTlvs(segmentListTlvs, msg, start + 1, end)) }",
      },
      {
        file: SR_POLICY,
        find: "/** The sub-TLVs that only a tunnel of type 15 has. */",
        replace:
          "/** RFC 9830 §2.4.4.1: a segment list has one weight. */\n" +
          "const withOneWeight = (subTlvs: readonly SegmentListSubTlv[]): readonly SegmentListSubTlv[] => {\n" +
          '  const weight = subTlvs.findLast(({ type }) => type === "weight");\n' +
          '  return subTlvs.filter((one) => one.type !== "weight" || one === weight);\n};\n\n' +
          "/** The sub-TLVs that only a tunnel of type 15 has. */",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 17 18 000f 0014 80 0011 00 09 06 (00)x6 09 06 (00)x6`,
  },
  {
    id: "B26.5",
    area: "Prefix-SID",
    title: "of several structures of a SID the last one counts",
    seenIn: "FRR #14175",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "data: readTlvs(serviceData, msg, start + SID_INFORMATION_HEAD, end),",
        replace: "data: withOneStructure(readTlvs(serviceData, msg, start + SID_INFORMATION_HEAD, end)),",
      },
      {
        file: SRV6_SERVICE,
        find: "const serviceData: TlvCodec<Srv6ServiceData> = {",
        replace:
          "const withOneStructure = (data: readonly Srv6ServiceData[]): readonly Srv6ServiceData[] => {\n" +
          '  const structure = data.findLast(({ type }) => type === "sid-structure");\n' +
          '  return data.filter((one) => one.type !== "sid-structure" || one === structure);\n};\n\n' +
          "const serviceData: TlvCodec<Srv6ServiceData> = {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0031 c0 28 2e 05 002b 00 01 0027 (00)x21 01 0006 (00)x6 01 0006 (00)x6`,
  },
  {
    id: "B26.6",
    area: "community container",
    title: "a second TLV of a type is kept beside the first",
    seenIn: "FRR #14175",
    symptoms: ["RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "if (!seen.add(type)) return wideTlvRepeated;",
        replace: "seen.add(type);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 22 18 0001 00 00 0018 (00)x12 00 0000 00 0000`,
  },
  {
    id: "B26.7",
    area: "ATTR_SET",
    title: "a set within the set clears the codes that the outer one has seen",
    seenIn: "FRR #14175",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    note: "`fill` puts the same object at every depth.",
    edits: [
      {
        file: ATTR_SET,
        find: "const seenAt = Array.from({ length: ATTR_SET_DEPTH }, () => new OctetSet());",
        replace: "const seenAt = new Array<OctetSet>(ATTR_SET_DEPTH).fill(new OctetSet());",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0014 c0 80 11 00000000 80 00 00 c0 80 04 00000000 80 00 00`,
  },
  {
    id: "B27.3",
    area: "Prefix-SID",
    title: "a service TLV that is cut off counts for no more than what was found before it",
    seenIn: "RFC 7606 §3 (h)",
    symptoms: ["EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: PREFIX_SID,
        find: "return isService ? prefixSidService : (fault ?? prefixSidOverrun);",
        replace: "return fault ?? (isService ? prefixSidService : prefixSidOverrun);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0007 c0 28 04 01 0000 05`,
  },
  {
    id: "B28.4",
    area: "community container",
    title: "an unknown atom has no row in the table that is asked how long its prefixes may be",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "const most = prefixBits(type);\n  return most === 0",
        replace: "const { most } = ATOMS[type];\n  return most === 0",
      },
      {
        file: CONTAINER,
        find: "/** §5.2: as NLRI, RFC 4271 §4.3. */",
        replace:
          "/** Beside lists of numbers: prefixes of IPv4 and IPv6, and UTF-8. */\n" +
          "const ATOMS = { 2: { most: 32 }, 3: { most: 128 }, 8: { most: 0 } };\n\n" +
          "/** §5.2: as NLRI, RFC 4271 §4.3. */",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 22 18 0001 00 00 0018 (00)x12 01 0003 00 0000`,
  },
  {
    id: "B28.5",
    area: "Prefix-SID",
    title: "an unknown sub-sub-TLV of a SID has no row in the table that is asked for its length",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "(u8(msg, at) === SID_STRUCTURE && next - at !== 3 + SID_STRUCTURE_LENGTH)) return false;",
        replace: "next - at !== 3 + SUB_SUB_TLVS[u8(msg, at)].length) return false;",
      },
      {
        file: SRV6_SERVICE,
        find: "const SID_STRUCTURE_LENGTH = 6;\n",
        replace:
          "const SID_STRUCTURE_LENGTH = 6;\nconst SUB_SUB_TLVS = { [SID_STRUCTURE]: { length: SID_STRUCTURE_LENGTH } };\n",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0022 c0 28 1f 05 001c 00 01 0018 (00)x21 00 0000`,
  },
  {
    id: "B28.6",
    area: "tunnel encapsulation",
    title: "an unknown family of an egress endpoint has no row in the table that is asked for its address",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: TUNNEL_SUB_TLV,
        find: "if (end - start - 6 !== addressLength(afi)) return null;",
        replace: "if (end - start - 6 !== ADDRESSES[afi].length) return null;",
      },
      {
        file: TUNNEL_SUB_TLV,
        find: "/** RFC 9012 §3.1: octets of an egress endpoint's address;",
        replace:
          "const ADDRESSES = [{ length: 0 }, { length: 4 }, { length: 16 }];\n\n" +
          "/** RFC 9012 §3.1: octets of an egress endpoint's address;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f c0 17 0c 0000 0008 06 06 00000000 0003`,
  },
  {
    id: "B28.7",
    area: "BIER",
    title: "an unknown sub-sub-TLV has no row in the table that is asked how long it may be",
    seenIn: "CVE-2010-2949",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BIER,
        find: "code === BierType.NextHop && isAddressLength(end - start)",
        replace: "LENGTHS[code].includes(end - start)",
      },
      {
        file: BIER,
        find: "const nextHops: TlvCodec<BierNextHop> = {",
        replace: "const LENGTHS = { [BierType.NextHop]: [4, 16] };\n\nconst nextHops: TlvCodec<BierNextHop> = {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0017 c0 29 14 0001 0010 00000000 0002 0008 00000000 0000 0000`,
  },
  {
    id: "B33.4",
    area: "BIER",
    title: "a next hop of no octets is accepted",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BIER,
        find: "code === BierType.NextHop && isAddressLength(end - start)",
        replace: "code === BierType.NextHop && (start === end || isAddressLength(end - start))",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0017 c0 29 14 0001 0010 00000000 0002 0008 00000000 0004 0000`,
  },
  {
    id: "B33.5",
    area: "tunnel encapsulation",
    title: "an egress endpoint of no octets is accepted, whatever its family",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: TUNNEL_SUB_TLV,
        find: "if (end - start - 6 !== addressLength(afi)) return null;",
        replace: "if (end - start > 6 && end - start - 6 !== addressLength(afi)) return null;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f c0 17 0c 0000 0008 06 06 00000000 0001`,
  },
  {
    id: "B33.6",
    area: "BFD discriminator",
    title: "a source address of no octets is accepted",
    seenIn: "GoBGP, CVE-2026-37458",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BFD,
        find: "if (!isAddressLength(tlv8x8.length(msg, at))) return",
        replace: "if (tlv8x8.length(msg, at) > 0 && !isAddressLength(tlv8x8.length(msg, at))) return",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000e c0 26 0b 00 00000000 (0100)x3`,
  },
  {
    id: "B42.4",
    area: "tunnel encapsulation",
    title: "what follows the SID of a segment is read as its structure, whatever its length",
    seenIn: "CVE-2024-31948",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    note: "The layout is that of a binding SID as well, one level above: the trigger has one.",
    edits: [
      {
        file: SR_POLICY,
        find: "if (end - start !== 18 && end - start !== 26) return null;",
        replace: "if (end - start < 18) return null;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001c c0 17 19 000f 0015 14 13 (00)x19`,
  },
  {
    id: "B42.5",
    area: "Prefix-SID",
    title: "the structure of a SID is read, whatever its length",
    seenIn: "CVE-2024-31948",
    symptoms: ["RE", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "if (next === OVERRUN || (u8(msg, at) === SID_STRUCTURE && next - at !== 3 + SID_STRUCTURE_LENGTH)) return false;",
        replace: "if (next === OVERRUN) return false;",
      },
      {
        file: SRV6_SERVICE,
        find: "transpositionOffset: u8(msg, start + 5),",
        replace: "transpositionOffset: new DataView(msg.buffer, msg.byteOffset + start, end - start).getUint8(5),",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0022 c0 28 1f 05 001c 00 01 0018 (00)x21 01 0000`,
  },
  {
    id: "B42.6",
    area: "BIER",
    title: "an encapsulation too short for its layout is read as one",
    seenIn: "CVE-2024-31948",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BIER,
        find: "if (!isEncapsulation(code) || end - start < ENCAPSULATION_HEAD) return",
        replace: "if (!isEncapsulation(code)) return",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f c0 29 0c 0001 0008 00000000 0002 0000`,
  },
  {
    id: "B42.7",
    area: "ATTR_SET",
    title: "an attribute of the set that would be discarded alone is no fault of the set, and read",
    seenIn: "CVE-2024-31948",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: ATTR_SET,
        find: "return spec.check(msg, start, end, customerSession) === null ? null : attrSetBadAttribute;",
        replace:
          "const fault = spec.check(msg, start, end, customerSession);\n" +
          "    return fault === null || fault.verdict === Verdict.Discard ? null : attrSetBadAttribute;",
      },
      {
        file: ATTR_SET,
        find: 'import type { Fault } from "../fault.js";',
        replace: 'import { type Fault, Verdict } from "../fault.js";',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000a c0 80 07 00000000 80 1a 00`,
  },
  {
    id: "B42.8",
    area: "tunnel encapsulation",
    title: "a Prefix-SID in a tunnel is read though it has a fault that would only discard the attribute",
    seenIn: "CVE-2024-31948",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: TUNNEL_SUB_TLV,
        find: "checkPrefixSid(msg, start, end) === null\n",
        replace: "(checkPrefixSid(msg, start, end)?.verdict ?? Verdict.Discard) === Verdict.Discard\n",
      },
      {
        file: TUNNEL_SUB_TLV,
        find: "import { checkPrefixSid, type",
        replace: 'import { Verdict } from "../fault.js";\nimport { checkPrefixSid, type',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 c0 17 06 0000 0002 0b 00`,
  },
  {
    id: "B43.4",
    area: "tunnel encapsulation",
    title: "a segment may reach as far as the message does, past its list",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SR_POLICY,
        find: "end > start && isFramed(tlv8x8, msg, start + 1, end)",
        replace: "end > start && areSegments(msg, start + 1, end)",
      },
      {
        file: SR_POLICY,
        find: "const isSidLength = (",
        replace:
          "const areSegments = (msg: Uint8Array, start: number, end: number): boolean => {\n" +
          "  for (let at = start; at < end; ) {\n    at = tlvEnd(tlv8x8, msg, at, msg.length);\n" +
          "    if (at === OVERRUN) return false;\n  }\n  return true;\n};\n\n" +
          "const isSidLength = (",
      },
      {
        file: SR_POLICY,
        find: "  isFramed,\n  lenientCodec,\n  type OpaqueTlv,\n",
        replace: "  lenientCodec,\n  type OpaqueTlv,\n  OVERRUN,\n",
      },
      { file: SR_POLICY, find: "  tlv8x8,\n  writeTlvs,", replace: "  tlv8x8,\n  tlvEnd,\n  writeTlvs," },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000c c0 17 09 000f 0005 80 0002 00 00`,
  },
  {
    id: "B43.5",
    area: "community container",
    title: "an atom may reach as far as the message does, past its TLV",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "const next = tlvEnd(tlv8x16, msg, at, end);\n    if (next < 0 || !isAtom(",
        replace: "const next = tlvEnd(tlv8x16, msg, at, msg.length);\n    if (next < 0 || !isAtom(",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 001b c0 22 18 0001 00 00 0018 (00)x12 01 0003 00 0001`,
  },
  {
    id: "B43.6",
    area: "Prefix-SID",
    title: "a sub-sub-TLV of a SID may reach as far as the message does, past the SID Information",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "EH"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: SRV6_SERVICE,
        find: "const next = tlvEnd(tlv8x16, msg, at, end);\n    if (next === OVERRUN || (",
        replace: "const next = tlvEnd(tlv8x16, msg, at, msg.length);\n    if (next === OVERRUN || (",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0022 c0 28 1f 05 001c 00 01 0018 (00)x21 00 0001`,
  },
  {
    id: "B43.7",
    area: "BIER",
    title: "a next hop may reach as far as the message does, past its encapsulation",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BIER,
        find: "if (isHolder && !isFramed(tlv16x16, msg, at + 4 + ENCAPSULATION_HEAD, next)) return false;",
        replace: "if (isHolder && !areNextHops(msg, at + 4 + ENCAPSULATION_HEAD, next)) return false;",
      },
      {
        file: BIER,
        find: "const bierTlvs: TlvCodec<BierTlv> = {",
        replace:
          "const areNextHops = (msg: Uint8Array, start: number, end: number): boolean => {\n" +
          "  for (let at = start; at < end; ) {\n    at = tlvEnd(tlv16x16, msg, at, msg.length);\n" +
          "    if (at === OVERRUN) return false;\n  }\n  return true;\n};\n\n" +
          "const bierTlvs: TlvCodec<BierTlv> = {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0017 c0 29 14 0001 0010 00000000 0002 0008 00000000 0000 0001`,
  },
  {
    id: "B43.8",
    area: "BGP-LS",
    title: "a sub-TLV may reach as far as the message does, past its TLV",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    note: "What is in a TLV stays octets: it shows where the same attribute is judged otherwise in front of other octets.",
    edits: [
      {
        file: "src/codec/bgp-ls.ts",
        find: 'if (at > end) return "overrun";',
        replace: 'if (at > (depth > 0 ? msg.length : end)) return "overrun";',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000b 80 1d 08 0100 0004 0000 0001`,
  },
  {
    id: "B45.4",
    area: "community container",
    title: "the length of an atom of numbers that is no multiple of four is rounded down",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: CONTAINER,
        find: "if (holdsNumbers(type)) return isListOf(4, start, end);",
        replace: "if (holdsNumbers(type)) return Math.floor((end - start) / 4) > 0;",
      },
      {
        file: CONTAINER,
        find: "for (let at = start; at < end; at += 4) numbers.push(",
        replace: "for (let at = start; at + 4 <= end; at += 4) numbers.push(",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0020 c0 22 1d 0001 00 00 001d (00)x12 01 0008 01 0005 0000000000`,
  },
  {
    id: "B45.5",
    area: "tunnel encapsulation",
    title: "the length of a label stack that is no multiple of four is rounded down",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: TUNNEL_SUB_TLV,
        find: "if (end === start || (end - start) % 4 !== 0) return null;",
        replace: "if (Math.floor((end - start) / 4) === 0) return null;",
      },
      {
        file: TUNNEL_SUB_TLV,
        find: "for (let at = start; at < end; at += 4) entries.push(",
        replace: "for (let at = start; at + 4 <= end; at += 4) entries.push(",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000e c0 17 0b 0000 0007 0a 05 0000000000`,
  },
  {
    id: "B45.6",
    area: "Prefix-SID",
    title: "what is left behind the ranges of an SRGB is left out",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["EH", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: PREFIX_SID,
        find: "(length < 8 || length % 6 !== 2)) return prefixSidSrgbLength;",
        replace: "length < 8) return prefixSidSrgbLength;",
      },
      {
        file: PREFIX_SID,
        find: "for (let at = start + 2; at < end; at += 6) ranges",
        replace: "for (let at = start + 2; at + 6 <= end; at += 6) ranges",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f c0 28 0c 03 0009 (00)x9`,
  },
  {
    id: "B45.7",
    area: "BGPsec_Path",
    title: "what is left behind the segments of a Secure_Path is left out",
    seenIn: "GoBGP #1147, ExaBGP #514",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: BGPSEC_PATH,
        find: "length >= 2 + SEGMENT && (length - 2) % SEGMENT === 0 && start",
        replace: "length >= 2 + SEGMENT && start",
      },
      {
        file: BGPSEC_PATH,
        find: "const segments = (blocks - start - 2) / SEGMENT;",
        replace: "const segments = Math.floor((blocks - start - 2) / SEGMENT);",
      },
      {
        file: BGPSEC_PATH,
        find: "for (let at = start + 2; at < blocks; at += SEGMENT) {",
        replace: "for (let at = start + 2; at + SEGMENT <= blocks; at += SEGMENT) {",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0025 80 21 22 0009 00 00 00000000 00 0019 00 (00)x22`,
  },
  {
    id: "B46.4",
    area: "tunnel encapsulation",
    title: "within a segment list as outside of it, types from 128 on are read and written with a length of two octets",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["WV", "RT"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [
      {
        file: SR_POLICY,
        find: "lenientCodec<Exclude<SegmentListSubTlv, OpaqueTlv>>(tlv8x8, {",
        replace: "lenientCodec<Exclude<SegmentListSubTlv, OpaqueTlv>>(tlv8x8or16, {",
      },
      { file: SR_POLICY, find: "  tlv8x8,\n  writeTlvs,", replace: "  tlv8x8,\n  tlv8x8or16,\n  writeTlvs," },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000d c0 17 0a 000f 0006 80 0003 00 80 00`,
  },
  {
    id: "B46.5",
    area: "ATTR_SET",
    title: "an attribute of 256 octets counts with a length of one octet, and is written with two",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["RT"],
    reach: ["N", "V"],
    target: "message-update",
    edits: [
      {
        file: ATTR_SET,
        find: "return sum + (size > 255 ? 4 : 3) + size;",
        replace: "return sum + (size > 256 ? 4 : 3) + size;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 010c d0 80 0108 00000000 90 00 0100 (00)x256`,
  },
];
