import type { Canary } from "../canary.js";

const MRT = "src/table/mrt/record.ts";

/** Version, AS 1, hold time 0, identifier 1. */
const FIXED = "04 0001 0000 00000001";

/** The inner places of OPEN and of records of MRT files: one capability beside another, one form of a record in another. */
export const innerOpen: readonly Canary[] = [
  {
    id: "B06.3",
    area: "MRT",
    title:
      "of a RIB entry with a path identifier eight octets are checked and twelve are read, when the record says its family",
    seenIn: "CVE-2022-40302",
    symptoms: ["WV"],
    reach: ["N"],
    target: "mrt-record",
    edits: [{ file: MRT, find: "if (at + head > end) {", replace: "if (at + (generic ? 8 : head) > end) {" }],
    trigger: "01 00000000 000d 000c 00000000 00000000 0001 01 00 0001 (00)x8",
  },
  {
    id: "B29.4",
    area: "OPEN",
    title: "capabilities that one octet counts are sent in a parameter, though its head counts as well",
    seenIn: "CVE-2025-20115",
    symptoms: ["RT"],
    reach: ["L", "V"],
    target: "message-open",
    edits: [
      {
        file: "src/codec/message/open.ts",
        find: "if (parametersLength(octets, false) <= 255) return { list, octets, extended: false };",
        replace: "if (octets <= 255) return { list, octets, extended: false };",
      },
    ],
    trigger: `${FIXED} ff ff 0101 02 00fe 00 fc (00)x252`,
  },
  {
    id: "B43.10",
    area: "MRT",
    title: "the length of a record does not count its microseconds, so that it ends where they would",
    seenIn: "CVE-2024-44070",
    symptoms: ["WV"],
    reach: ["N"],
    target: "mrt-record",
    note: "RFC 6396 §3 counts them.",
    edits: [
      {
        file: MRT,
        find: "return bgp4mp(octets, body + 4, end, time,",
        replace: "return bgp4mp(octets, body + 4, end + 4, time,",
      },
    ],
    trigger: "00 00000000 0011 0001 00000000 00000000 0000 0000",
  },
  {
    id: "B52.3",
    area: "compare",
    title: "an instance that repeats the first is judged as one that departs from it, where only the first counts",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    note: "RFC 8277 §2.1. FRR compared two values by too little; here they are not compared at all.",
    edits: [
      {
        file: "src/codec/message/open.ts",
        find: "if (seen.has(octets)) continue;",
        replace: 'if (rule !== "first" && seen.has(octets)) continue;',
      },
    ],
    trigger: `${FIXED} 0e 02 0c (08 04 000000 02)x2`,
  },
];
