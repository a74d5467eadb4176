import type { Canary } from "../canary.js";

const HEADED_PREFIX = "src/codec/nlri/headed-prefix.ts";
const MCAST_VPN = "src/codec/nlri/mcast-vpn.ts";

/** Every family beside IPv4 and IPv6 unicast, nothing withdrawn. */
const ALL_FAMILIES = "2000 0000";

/** Further instances of the bugs in `routes.ts`: other address families. */
export const furtherRoutes: readonly Canary[] = [
  {
    id: "B34.2",
    area: "NLRI",
    title: "the length of a labeled IPv4 prefix is compared with the bits of an IPv6 address",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["RE", "WV"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: HEADED_PREFIX,
        find: "if (bits - octets * 8 > width * 8) return tooLong;",
        replace: "if (bits - octets * 8 > 128) return tooLong;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000f 80 0f 0c 000104 39 (00)x8`,
  },
  {
    id: "B34.3",
    area: "NLRI",
    title: "the length of a route target is compared with the bits of an IPv6 address",
    seenIn: "bgpdump #9, FRR",
    symptoms: ["RE", "WV"],
    reach: ["L"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/route-target.ts",
        find: "if (length > MAX_BITS) return routeTargetTooLong;",
        replace: "if (length > 128) return routeTargetTooLong;",
      },
    ],
    trigger: `${ALL_FAMILIES} 0014 80 0f 11 000184 61 (00)x13`,
  },
  {
    id: "B37.2",
    area: "labeled",
    title:
      "in a withdrawal that has a label still, its field counts for the length, and the prefix is read from where it stands",
    seenIn: "OpenBGPD",
    symptoms: ["WV", "RT"],
    reach: ["N", "M"],
    target: "message-update",
    note: "As B37, with any field but that of RFC 8277. Prefixes of VPNs share the passage.",
    edits: [
      {
        file: HEADED_PREFIX,
        find: "const prefix = { length, address: readPrefix(msg, at + octets, length, width) };",
        replace:
          "// An older sender leaves the field out.\n" +
          '        const isLeftOut = form === "withdrawn" && "labels" in front && u24(msg, at) !== 0x800000;\n' +
          "        const from = isLeftOut ? at + octets - 3 : at + octets;\n" +
          "        const prefix = { length, address: readPrefix(msg, from, length, width) };",
      },
      {
        file: HEADED_PREFIX,
        find: 'import { setU8, u8, u32, within } from "../octets.js";',
        replace: 'import { setU8, u8, u24, u32, within } from "../octets.js";',
      },
    ],
    trigger: `${ALL_FAMILIES} 000b 80 0f 08 000104 20 010000 00`,
  },
  {
    id: "B38.2",
    area: "MCAST-VPN",
    title: "a multicast source has the length of either version, whatever the address family",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: MCAST_VPN,
        find: 'const source = counted("a multicast source", [width], badAddressLength);',
        replace: 'const source = counted("a multicast source", [4, 16], badAddressLength);',
      },
    ],
    trigger: `${ALL_FAMILIES} 0026 80 0f 23 000105 05 1e (00)x8 80 (00)x16 20 (00)x4`,
  },
  {
    id: "B38.3",
    area: "EVPN",
    title: "the originator of an inclusive multicast route ends where the route does, whatever its length is",
    seenIn: "CVE-2026-5107",
    symptoms: ["WV", "RT"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/evpn.ts",
        find: "3: { rd: distinguisher, ethernetTag, originator },",
        replace:
          "3: {\n" +
          "        rd: distinguisher,\n" +
          "        ethernetTag,\n" +
          "        originator: {\n" +
          "          ...originator,\n" +
          "          skip: (msg, at, end) => {\n" +
          "            const next = originator.skip(msg, at, end);\n" +
          "            return next < at ? next : Math.max(next, end);\n" +
          "          },\n" +
          "        },\n" +
          "      },",
      },
    ],
    trigger: `${ALL_FAMILIES} 001a 80 0f 17 001946 03 12 (00)x8 00000000 20 00000000 00`,
  },
  {
    id: "B39.2",
    area: "MCAST-VPN",
    title: "the type of a route key is looked at before it is asked whether there is one",
    seenIn: "BIRD, CVE-2023-38406",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: MCAST_VPN,
        find: "if (end - at < 2) return CUT;\n    const type = u8(msg, at);",
        replace:
          "const type = new DataView(msg.buffer, msg.byteOffset, msg.byteLength).getUint8(at);\n    if (end - at < 2) return CUT;",
      },
    ],
    trigger: `${ALL_FAMILIES} 0008 80 0f 05 000105 04 00`,
  },
  {
    id: "B39.3",
    area: "MUP",
    title: "a route of no octets is not asked whether its distinguisher is there, and is read",
    seenIn: "BIRD, CVE-2023-38406",
    symptoms: ["RE"],
    reach: ["N"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/mup.ts",
        find: "return end - start < RD_OCTETS ? tooShort : null;",
        replace: "return end > start && end - start < RD_OCTETS ? tooShort : null;",
      },
    ],
    trigger: `${ALL_FAMILIES} 000a 80 0f 07 000155 01 0001 00`,
  },
  {
    id: "B40.2",
    area: "label",
    title: "a stack of labels goes on to its bottom, past the end of the route",
    seenIn: "FRR",
    symptoms: ["RE"],
    reach: ["N", "M"],
    target: "message-update",
    edits: [
      {
        file: "src/codec/nlri/labels.ts",
        find: "for (let octets = LABEL_OCTETS; octets * 8 <= bits; octets += LABEL_OCTETS) {",
        replace: "for (let octets = LABEL_OCTETS; at + octets <= msg.length; octets += LABEL_OCTETS) {",
      },
    ],
    trigger: "2008 0000 0014 80 0e 11 000104 04 00000000 00 18 000000 18 000101",
  },
];
