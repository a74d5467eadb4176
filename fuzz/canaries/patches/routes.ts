import type { Canary } from "../canary.js";

const LABELS = "src/codec/nlri/labels.ts";

/** Routes of the address families. */
export const routes: readonly Canary[] = [
  {
    id: "B34",
    area: "NLRI",
    title: "the length of an IPv4 prefix is compared with the bits of an IPv6 address",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["RE", "WV"],
    reach: ["S"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/unicast.ts",
        find: "if (length > bits) return tooLong;",
        replace: "if (length > 128) return tooLong;",
      },
    ],
    trigger: "0000 0006 21 0000000000 0000",
  },
  {
    id: "B36",
    area: "label",
    title: "labels without a bottom of stack are no labels, and no route without labels can be written",
    seenIn: "GoBGP",
    symptoms: ["RE", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: LABELS,
        find: "return octets;\n  }\n  return unendingStack;",
        replace: "return octets;\n  }\n  return 0;",
      },
      {
        file: LABELS,
        find: "export const readLabels = (msg: Uint8Array, start: number, form: RouteForm): readonly Label[] => {",
        replace:
          "export const readLabels = (msg: Uint8Array, start: number, form: RouteForm, bits: number): readonly Label[] => {",
      },
      {
        file: LABELS,
        find: "for (let at = start, labels: Label[] = []; ; at += LABEL_OCTETS) {",
        replace:
          "for (let at = start, labels: Label[] = []; ; at += LABEL_OCTETS) {\n    if ((at + LABEL_OCTETS - start) * 8 > bits) return [];",
      },
      {
        file: "src/codec/nlri/headed-prefix.ts",
        find: "const front = head.read(msg, at, form);",
        replace: "const front = head.read(msg, at, form, bits);",
      },
      {
        file: "src/codec/nlri/labeled.ts",
        find: "read: (msg, at, form) => ({ labels: readLabels(msg, at, form) }),",
        replace: "read: (msg, at, form, bits) => ({ labels: readLabels(msg, at, form, bits) }),",
      },
      {
        file: "src/codec/nlri/vpn.ts",
        find: "read(msg, at, form) {\n      const labels = readLabels(msg, at, form);",
        replace: "read(msg, at, form, bits) {\n      const labels = readLabels(msg, at, form, bits);",
      },
    ],
    trigger: "2008 0000 0017 40 01 01 00 40 02 00 80 0e 0d 000104 04 00000000 00 18 000000",
  },
  {
    id: "B37",
    area: "VPN",
    title:
      "in a withdrawal that has a label still, its field counts for the length, and is read as part of the distinguisher",
    seenIn: "OpenBGPD",
    symptoms: ["WV", "RT"],
    reach: ["N", "M"],
    target: "message-update",
    note: "OpenBGPD: in every withdrawal. A seed has one with the field that RFC 8277 asks for, so here it is any other.",
    edits: [
      {
        file: "src/codec/nlri/vpn.ts",
        find: "return { labels, rd: readRd(msg, at + sizeLabels(labels, form)) };",
        replace:
          "// An older sender leaves the field out.\n" +
          '      const isLeftOut = form === "withdrawn" && u24(msg, at) !== 0x800000;\n' +
          "      return { labels, rd: readRd(msg, isLeftOut ? at : at + sizeLabels(labels, form)) };",
      },
      {
        file: "src/codec/nlri/vpn.ts",
        find: 'import { copyOctets, ofWidth, setOctets } from "../octets.js";',
        replace: 'import { copyOctets, ofWidth, setOctets, u24 } from "../octets.js";',
      },
    ],
    trigger: "2000 0000 0012 80 0f 0f 000180 58 000001 0000000000000000",
  },
  {
    id: "B38",
    area: "EVPN",
    title: "the length of an IP prefix is bounded by 128, whatever address the route has room for",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/evpn.ts",
        find: "return u8(msg, at) > width * 8 ? WRONG : at + 1 + width;",
        replace: "return u8(msg, at) > 128 ? WRONG : at + 1 + width;",
      },
    ],
    trigger: "2000 0000 002a 80 0f 27 001946 05 22 (00)x22 21 (00)x11",
  },
  {
    id: "B39",
    area: "FlowSpec",
    title: "the first octet of a rule is looked at before it is asked whether there is one",
    seenIn: "BIRD, CVE-2023-38406",
    symptoms: ["RE"],
    reach: ["V"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/flowspec.ts",
        find: "if (at - value <= lead) return noComponent;",
        replace:
          "// Types increase: where the first is out of range, all are.\n" +
          "        const first = new DataView(msg.buffer, msg.byteOffset, end).getUint8(value + lead);\n" +
          "        if (first > FLOW_TYPES) return faults.unknownComponent;\n" +
          "        if (at - value <= lead) return noComponent;",
      },
      {
        file: "src/codec/nlri/flowspec.ts",
        find: "const DISTINGUISHER = 8;",
        replace: "const DISTINGUISHER = 8;\nconst FLOW_TYPES = 13;",
      },
    ],
    trigger: "2000 0000 0007 80 0f 04 000185 00",
  },
  {
    id: "B40",
    area: "FlowSpec",
    title: "a list of conditions goes on to its end-of-list bit, past the end of the rule",
    seenIn: "FRR",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/flowspec-components.ts",
        find: "if (at >= end) return faults.componentOverrun;\n",
        replace: "if (at >= msg.length) return faults.componentOverrun;\n",
      },
      {
        file: "src/codec/nlri/flowspec-components.ts",
        find: "    if (at > end) return faults.componentOverrun;\n  }\n  return null;",
        replace: "    if (at > msg.length) return faults.componentOverrun;\n  }\n  return null;",
      },
    ],
    trigger: "2000 0000 000c 80 0f 07 000185 03 03 01 00 80 00",
  },
];
