import type { Canary } from "../canary.js";

const ORF = "src/codec/message/orf.ts";
const MRT = "src/table/mrt/record.ts";

/** Further instances of the bugs in `others.ts`. */
export const furtherOthers: readonly Canary[] = [
  {
    id: "B47.2",
    area: "ORF",
    title: "of an entry whose prefix passes the filters of its type, the part that is there is applied",
    seenIn: "CVE-2023-41360",
    symptoms: ["WV", "RT"],
    reach: ["M"],
    target: "message-route-refresh",
    edits: [
      { file: ORF, find: "    if (at > end) return entryOverrun;\n", replace: "" },
      {
        file: ORF,
        find: "const next = at + ENTRY + octetsOf(length);",
        replace: "const next = Math.min(at + ENTRY + octetsOf(length), end);",
      },
    ],
    trigger: "00 0001 00 01 01 40 0008 00 00000000 00 00 01",
  },
  {
    id: "B50.2",
    area: "allocation",
    title: "room for as many peers as their table declares",
    seenIn: "GoBGP",
    symptoms: ["EA"],
    reach: ["S"],
    target: "mrt-record",
    edits: [
      {
        file: MRT,
        find: "const peers: MrtPeer[] = [];",
        replace: "const peers: MrtPeer[] = new Array(count);",
      },
      { file: MRT, find: "peers.push({\n      identifier", replace: "peers[i] = ({\n      identifier" },
    ],
    trigger: "00 00000000 000d 0001 00000000 00000000 0000 ffff",
  },
];
