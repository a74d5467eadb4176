import type { Canary } from "../canary.js";

const UPDATE = "src/codec/message/update.ts";
const MP_REACH = "src/codec/attribute/14-mp-reach-nlri.ts";

/** Ordinary session, nothing withdrawn. */
const NOTHING_WITHDRAWN = "0000 0000";

/** UPDATE: which parts it must have, how its attributes are walked, which of several faults counts. */
export const update: readonly Canary[] = [
  {
    id: "B16",
    area: "UPDATE",
    title: "the table of attributes seen is made by the first one, and asked where there is none",
    seenIn: "CVE-2023-41358",
    symptoms: ["RE"],
    reach: ["S"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "readonly #seen = new Uint16Array(256);",
        replace: "#seen: Uint16Array | null = null;",
      },
      {
        file: UPDATE,
        find: "return (this.#seen[code] ?? 0) - 2;",
        replace: "return (this.#seen?.[code] ?? 0) - 2;",
      },
      {
        file: UPDATE,
        find: "for (let i = 0; i < this.#touchedCount; i++) this.#seen[u8(this.#touched, i)] = 0;",
        replace: "this.#seen = null;",
      },
      {
        file: UPDATE,
        find: "if (this.#seen[code] !== 0) return false;\n    this.#seen[code] = 1;",
        replace:
          "this.#seen ??= new Uint16Array(256);\n    if (this.#seen[code] !== 0) return false;\n    this.#seen[code] = 1;",
      },
      {
        file: UPDATE,
        find: "has(code: number): boolean {\n    return this.#seen[code] !== 0;",
        replace: "has(code: number): boolean {\n    return (this.#seen as Uint16Array)[code] !== 0;",
      },
      {
        file: UPDATE,
        find: "this.#seen[code] = i + 2;",
        replace: "(this.#seen as Uint16Array)[code] = i + 2;",
      },
      {
        file: UPDATE,
        find: "if (!ipv4 && !walk.has(MP_REACH)) return;",
        replace: "if (!ipv4 && (walk.attributesEnd === walk.attributesStart || !walk.has(MP_REACH))) return;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0000 00`,
  },
  {
    id: "B17",
    area: "UPDATE",
    title: "with MP_UNREACH_NLRI no attribute is mandatory, whatever is announced beside it",
    seenIn: "CVE-2023-47234",
    symptoms: ["WV", "EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "if (!ipv4 && !walk.has(MP_REACH)) return;",
        replace: "if ((!ipv4 && !walk.has(MP_REACH)) || walk.has(MP_UNREACH)) return;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 80 0f 03 000101 00`,
  },
  {
    id: "B18",
    area: "UPDATE",
    title: "with unknown attributes only, none is mandatory",
    seenIn: "CVE-2023-46753",
    symptoms: ["WV", "EH"],
    reach: ["L"],
    target: "message-update",
    note: "FRR: where graceful restart was negotiated, which the codec's context does not say.",
    edits: [
      {
        file: UPDATE,
        find: "if (!ipv4 && !walk.has(MP_REACH)) return;",
        replace:
          "if (!ipv4 && !walk.has(MP_REACH)) return;\n" +
          "  let known = walk.count === 0;\n" +
          "  for (let i = 0; i < walk.count; i++) known ||= attributeOf(walk.code(i)) !== undefined;\n" +
          "  if (!known) return;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 80 00 00 00`,
  },
  {
    id: "B19",
    area: "End-of-RIB",
    title: "an MP_REACH_NLRI too short for its fields is left out, and an empty UPDATE is what remains",
    seenIn: "CVE-2023-46752",
    symptoms: ["SM", "EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: MP_REACH,
        find: "if (end - start < 5) return mpReachTooShort;",
        replace: "if (end - start < 5) return mpReachNotNegotiated;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 80 0e 00`,
  },
  {
    id: "B21",
    area: "attribute",
    title: "an extended length that passes the attributes is cut to what there is",
    seenIn: "ExaBGP, bgpdump #30",
    symptoms: ["WV", "RT"],
    reach: ["S"],
    target: "message-update",
    note: "Any length, there; a seed has an overrun with the short length, so here it is the long one.",
    edits: [
      {
        file: UPDATE,
        find: "const next = value + (lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2));",
        replace: "const next = lead === 3 ? value + u8(msg, at + 2) : Math.min(value + u16(msg, at + 2), end);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0004 90 00 0001`,
  },
  {
    id: "B22",
    area: "attribute",
    title:
      "wrong flags end the reading of an attribute before its length is taken, and the next one begins in its value",
    seenIn: "GoBGP",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "const value = at + lead;\n    const next =",
        replace:
          "const value = at + lead;\n" +
          "    const known = attributeOf(code);\n" +
          "    if (known !== undefined && ((flags ^ known.flags) & (Flag.Optional | Flag.Transitive)) !== 0) {\n" +
          "      walk.see(code);\n" +
          "      walk.blame(known.flagFault, at, value);\n" +
          "      walk.intact = false;\n" +
          "      at = value;\n" +
          "      continue;\n" +
          "    }\n" +
          "    const next =",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 c0 01 03 00 00 00 00`,
  },
  {
    id: "B23",
    area: "attribute",
    title: "the unused bits of the flags are compared as well",
    seenIn: "OpenBGPD",
    symptoms: ["EH"],
    reach: ["V"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "if (((flags ^ spec.flags) & (Flag.Optional | Flag.Transitive)) !== 0) return spec.flagFault;",
        replace: "if ((flags & ~(Flag.Partial | Flag.ExtendedLength)) !== spec.flags) return spec.flagFault;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 41 06 00`,
  },
  {
    id: "B24",
    area: "attribute",
    title: "one call in another for each attribute, on a copy of those that are left",
    seenIn: "ExaBGP",
    symptoms: ["RE", "QT", "EA"],
    reach: ["M"],
    target: "message-update",
    note: "With some 20000 attributes the stack is full. What shows with far fewer is what they copy, where memory is counted.",
    edits: [
      {
        file: UPDATE,
        find: "const walkAttributes = (msg: Uint8Array, session: SessionContext, walk: UpdateWalk): boolean => {\n  const end = walk.attributesEnd;\n  let onlyUnreach = true;\n  for (let at = walk.attributesStart; at < end; ) {\n    const flags = u8(msg, at);",
        replace:
          "const walkAttributes = (\n  msg: Uint8Array,\n  session: SessionContext,\n  walk: UpdateWalk,\n" +
          "  left = copyOctets(msg, walk.attributesStart, walk.attributesEnd),\n  only = true,\n): boolean => {\n" +
          "  const end = walk.attributesEnd;\n  let onlyUnreach = only;\n" +
          "  if (left.length > 0) {\n    const at = end - left.length;\n    const flags = u8(left, 0);",
      },
      {
        file: UPDATE,
        find: "    at = next;\n  }\n  return onlyUnreach;",
        replace:
          "    return walkAttributes(msg, session, walk, copyOctets(left, next - at, left.length), onlyUnreach);\n  }\n  return onlyUnreach;",
      },
    ],
    trigger: "0000 0000 0579 (800000)x467",
  },
  {
    id: "B26",
    area: "attribute",
    title: "a second instance of an attribute that is not known is kept beside the first",
    seenIn: "FRR #14175",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    note: "FRR: any duplicate reset the session. A seed has two ORIGINs, so here it is what the table of attributes does not know.",
    edits: [
      {
        file: UPDATE,
        find: "const fault = walk.see(code) ? judge(",
        replace: "const fault = walk.see(code) || attributeOf(code) === undefined ? judge(",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0006 80 00 00 80 00 00`,
  },
  {
    id: "B27",
    area: "attribute",
    title: "of several attributes the first fault counts, not the strongest",
    seenIn: "RFC 7606 §3 (h)",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "walk.blame(fault, at, next);\n",
        replace: "if (walk.fault === null) walk.blame(fault, at, next);\n",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0007 40 06 01 00 40 01 00`,
  },
  {
    id: "B46",
    area: "encoder",
    title: "the Extended Length bit is passed on as it came, the width goes by the length",
    seenIn: "BIRD <= 2.0.8",
    symptoms: ["RT"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "attributes.push({ code, flags: walk.flags(i) & KEPT_FLAGS, value });",
        replace: "attributes.push({ code, flags: walk.flags(i) & (KEPT_FLAGS | Flag.ExtendedLength), value });",
      },
      {
        file: UPDATE,
        find: 'within(255, attribute.flags, "the attribute flags") & KEPT_FLAGS;',
        replace: 'within(255, attribute.flags, "the attribute flags") & (KEPT_FLAGS | Flag.ExtendedLength);',
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0004 90 00 0000`,
  },
];
