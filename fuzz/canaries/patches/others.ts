import type { Canary } from "../canary.js";

const ORF = "src/codec/message/orf.ts";
const MRT = "src/table/mrt/record.ts";

/** ROUTE-REFRESH, NOTIFICATION, and records of MRT files. */
export const others: readonly Canary[] = [
  {
    id: "B47",
    area: "ORF",
    title: "of a list of filters that passes the message, the part that is there is applied",
    seenIn: "CVE-2023-41360",
    symptoms: ["WV", "RT"],
    reach: ["M"],
    target: "message-route-refresh",
    note: "FRR read the head of a list past the end; a seed has such a head, so here it is the entries behind it.",
    edits: [
      {
        file: ORF,
        find: "const next = entries > end ? entries : entries + u16(msg, at + 1);",
        replace: "const next = entries > end ? entries : Math.min(entries + u16(msg, at + 1), end);",
      },
    ],
    trigger: "00 0000 00 00 01 00 0001",
  },
  {
    id: "B49",
    area: "NOTIFICATION",
    title: "the data of a Cease has the size that its first octet says",
    seenIn: "CVE-2018-5378",
    symptoms: ["EA", "RT"],
    reach: ["L"],
    target: "message-notification",
    edits: [
      {
        file: "src/codec/message/notification.ts",
        find: "const data = copyOctets(msg, start + SHORTEST, end);",
        replace:
          "const first = start + SHORTEST;\n" +
          "  const isShutdown = u8(msg, start + 19) === ErrorCode.Cease && (u8(msg, start + 20) === 2 || u8(msg, start + 20) === 4);\n" +
          "  const data = new Uint8Array(isShutdown && end > first ? 1 + u8(msg, first) : end - first);\n" +
          "  data.set(msg.subarray(first, Math.min(end, first + data.length)));",
      },
    ],
    trigger: "06 02 01",
  },
  {
    id: "B50",
    area: "allocation",
    title:
      "room for as many entries as the record declares, given back as far as entries were wrong, not where they are missing",
    seenIn: "GoBGP",
    symptoms: ["EA", "WV"],
    reach: ["S"],
    target: "mrt-record",
    note: "GoBGP: in its RTR client, from the length of a PDU. Ours compares that first; a record of an MRT file has a count.",
    edits: [
      {
        file: MRT,
        find: "  const entries: RibEntry[] = [];\n  const found: Found[] = [];\n  const count = u16(octets, at);",
        replace:
          "  const found: Found[] = [];\n  const count = u16(octets, at);\n  const entries: RibEntry[] = new Array(count);\n  let kept = 0;",
      },
      {
        file: MRT,
        find: "else entries.push({ peer, originated",
        replace: "else entries[kept++] = { peer, originated",
      },
      {
        file: MRT,
        find: "pathId, attributes, attributesEnd });\n    at = attributesEnd;\n  }",
        replace:
          "pathId, attributes, attributesEnd };\n    at = attributesEnd;\n  }\n  entries.length = count - found.length;",
      },
    ],
    trigger: "00 00000000 000d 0002 00000000 00000000 00 0002",
  },
];
