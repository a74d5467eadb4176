import type { Canary } from "../canary.js";

const UPDATE = "src/codec/message/update.ts";

/** Ordinary session, nothing withdrawn. */
const NOTHING_WITHDRAWN = "0000 0000";

/** Further instances of bugs in messages, in UPDATE. */
export const furtherUpdate: readonly Canary[] = [
  {
    id: "B05.2",
    area: "UPDATE",
    title: "the length of the last attribute is read although only its flags and code are left",
    seenIn: "CVE-2022-43681",
    symptoms: ["RE"],
    reach: ["S"],
    target: "message-update",
    edits: [
      { file: UPDATE, find: "if (at + lead > end) {", replace: "if (at + (lead === 3 ? 2 : lead) > end) {" },
      {
        file: UPDATE,
        find: "(lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2))",
        replace:
          "(lead === 3 ? new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint8(at + 2) : u16(msg, at + 2))",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0002 80 00`,
  },
  {
    id: "B06.2",
    area: "UPDATE",
    title: "of an attribute with an extended length three octets are checked and four are read",
    seenIn: "CVE-2022-40302",
    symptoms: ["RE"],
    reach: ["V"],
    target: "message-update",
    edits: [
      { file: UPDATE, find: "if (at + lead > end) {", replace: "if (at + 3 > end) {" },
      {
        file: UPDATE,
        find: "(lead === 3 ? u8(msg, at + 2) : u16(msg, at + 2))",
        replace:
          "(lead === 3 ? u8(msg, at + 2) : new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint16(at + 2))",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 90 00 00`,
  },
  {
    id: "B17.2",
    area: "UPDATE",
    title: "with MP_REACH_NLRI no NEXT_HOP is mandatory, whatever is announced beside it",
    seenIn: "CVE-2023-47234",
    symptoms: ["WV", "EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "if (ipv4 && !walk.has(3))",
        replace: "if (ipv4 && !walk.has(3) && !walk.has(MP_REACH))",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 000f 40 01 01 00 40 02 00 80 0e 05 000000 00 00 00`,
  },
  {
    id: "B17.3",
    area: "UPDATE",
    title: "with MP_UNREACH_NLRI an error needs no route to be withdrawn for, whatever attributes stand beside it",
    seenIn: "CVE-2023-47234",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "    at = next;\n  }\n  return onlyUnreach;",
        replace: "    at = next;\n  }\n  return onlyUnreach || walk.has(MP_UNREACH);",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0009 40 01 00 80 0f 03 000101`,
  },
  {
    id: "B18.2",
    area: "UPDATE",
    title: "with unknown attributes only, an error needs no route to be withdrawn for",
    seenIn: "CVE-2023-46753",
    symptoms: ["EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: UPDATE,
        find: "if (code !== MP_UNREACH) onlyUnreach = false;",
        replace: "if (code !== MP_UNREACH && attributeOf(code) !== undefined) onlyUnreach = false;",
      },
      {
        file: UPDATE,
        find: "walk.blame(cutOff(code, attributeOverrun), at, end);\n      walk.intact = false;\n      return false;",
        replace:
          "walk.blame(cutOff(code, attributeOverrun), at, end);\n      walk.intact = false;\n      return onlyUnreach;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 80 00 01`,
  },
  {
    id: "B19.2",
    area: "End-of-RIB",
    title: "an MP_UNREACH_NLRI too short for its fields is left out, and an empty UPDATE is what remains",
    seenIn: "CVE-2023-46752",
    symptoms: ["SM", "EH"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/attribute/15-mp-unreach-nlri.ts",
        find: "if (end - start < 3) return mpUnreachTooShort;",
        replace: "if (end - start < 3) return mpUnreachNotNegotiated;",
      },
    ],
    trigger: `${NOTHING_WITHDRAWN} 0003 80 0f 00`,
  },
];
