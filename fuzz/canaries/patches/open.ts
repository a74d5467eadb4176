import type { Canary } from "../canary.js";

const OPEN = "src/codec/message/open.ts";
const LIST = "src/codec/capability/list.ts";

/** Version, AS 1, hold time 0, identifier 1. */
const FIXED = "04 0001 0000 00000001";

/** OPEN and the capabilities in it. */
export const open: readonly Canary[] = [
  {
    id: "B05",
    area: "OPEN",
    title: "the length of the last option is read although only its code is left",
    seenIn: "CVE-2022-43681",
    symptoms: ["RE"],
    reach: ["S"],
    target: "message-open",
    note: "FRR: of a parameter. A seed has such a parameter, so here it is a capability.",
    edits: [
      {
        file: LIST,
        find: "const next = value > end ? value : value + u8(msg, at + 1);",
        replace: "const next = value + new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint8(at + 1);",
      },
    ],
    trigger: `${FIXED} 03 02 01 01`,
  },
  {
    id: "B06",
    area: "OPEN",
    title: "for an extended parameter two octets are checked and three are read",
    seenIn: "CVE-2022-40302",
    symptoms: ["RE"],
    reach: ["V"],
    target: "message-open",
    edits: [
      {
        file: OPEN,
        find: "const next = value > last ? value : value + (extended ? u16(msg, at + 1) : u8(msg, at + 1));",
        replace:
          "const octets = new DataView(msg.buffer, msg.byteOffset, end);\n" +
          "    const next = at + 2 > last ? value : value + (extended ? octets.getUint16(at + 1) : octets.getUint8(at + 1));",
      },
    ],
    trigger: `${FIXED} 01 ff 0002 02 00`,
  },
  {
    id: "B07",
    area: "capabilities",
    title: "the lengths within FQDN are compared with the end of the message, not of the capability",
    seenIn: "GoBGP",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: "src/codec/capability/73-fqdn.ts",
        find: "if (domain >= end) return fqdnLength;\n    return domain + 1 + u8(msg, domain) === end ? null : fqdnLength;",
        replace:
          "if (domain >= msg.length) return fqdnLength;\n    return domain + 1 + u8(msg, domain) <= msg.length ? null : fqdnLength;",
      },
      {
        file: "src/codec/capability/73-fqdn.ts",
        find: "read(msg, start, end) {\n    const domain = start + 1 + u8(msg, start);",
        replace:
          "read(msg, start) {\n    const domain = start + 1 + u8(msg, start);\n    const end = domain + 1 + u8(msg, domain);",
      },
    ],
    trigger: `${FIXED} 06 02 04 49 02 00 01`,
  },
  {
    id: "B09",
    area: "capabilities",
    title: "a software version whose length is zero counts as one",
    seenIn: "CVE-2025-43971",
    symptoms: ["RE"],
    reach: ["V"],
    target: "message-open",
    edits: [
      {
        file: "src/codec/capability/75-software-version.ts",
        find: "check: (msg, start, end) => (end === start || (end - start === 1 && u8(msg, start) === 0) ? emptyVersion : null),",
        replace: "check: (_msg, start, end) => (end === start ? emptyVersion : null),",
      },
    ],
    trigger: `${FIXED} 05 02 03 4b 01 00`,
  },
  {
    id: "B10",
    area: "capabilities",
    title: "the loop over Long-Lived Graceful Restart asks for four octets and reads seven",
    seenIn: "CVE-2023-31489",
    symptoms: ["RE"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: "src/codec/capability/tuples.ts",
        find: "if (end - start < least * width || (end - start) % width !== 0) return wrongLength;",
        replace:
          "if (end - start < least * width) return wrongLength;\n" +
          "      let last = start;\n" +
          "      while (last + (layout.leastLeft ?? width) <= end) last += width;\n" +
          "      if (last < end) return wrongLength;",
      },
      {
        file: "src/codec/capability/71-long-lived-graceful-restart.ts",
        find: "width: 7,",
        replace: "width: 7,\n  leastLeft: 4,",
      },
      {
        file: "src/codec/capability/71-long-lived-graceful-restart.ts",
        find: "time: u24(msg, at + 4),",
        replace: "time: new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint32(at + 3) & 0xffffff,",
      },
    ],
    trigger: `${FIXED} 08 02 06 47 04 00000000`,
  },
  {
    id: "B13",
    area: "capabilities",
    title: "a four-octet AS number of another length is read as -1 and used",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["L"],
    target: "message-open",
    edits: [
      {
        file: "src/codec/capability/65-four-octet-as.ts",
        find: "if (end - start !== 4) return fourOctetAsLength;\n    return u32(msg, start) === 0 ? fourOctetAsZero : null;",
        replace: "return fourOctetAs.read(msg, start, end) === 0 ? fourOctetAsZero : null;",
      },
      {
        file: "src/codec/capability/65-four-octet-as.ts",
        find: "read: (msg, start) => u32(msg, start),",
        replace: "read: (msg, start, end) => (end - start === 4 ? u32(msg, start) : -1 >>> 0),",
      },
    ],
    trigger: `${FIXED} 04 02 02 41 00`,
  },
  {
    id: "B52",
    area: "compare",
    title: "two instances of a capability are the same when one begins with the other",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["M"],
    target: "message-open",
    note: "FRR compared attributes with memcmp over one of the two lengths.",
    edits: [
      {
        file: OPEN,
        find: "if (seen.has(octets)) continue;",
        replace: "if ([...seen].some((other) => isSame(other, octets))) continue;",
      },
      {
        file: OPEN,
        find: "/** What is left of an instance, to tell equal ones by",
        replace:
          "/** Code and value; between them stands the length. */\n" +
          "const isSame = (a: string, b: string): boolean =>\n" +
          "  a.slice(0, 2) === b.slice(0, 2) && (a.slice(4).startsWith(b.slice(4)) || b.slice(4).startsWith(a.slice(4)));\n\n" +
          "/** What is left of an instance, to tell equal ones by",
      },
    ],
    trigger: `${FIXED} 07 02 05 63 00 63 01 00`,
  },
];
