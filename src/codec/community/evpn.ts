import { defineCommunity, type ExtendedCommunitySpec } from "./spec.js";
import { hexText, macText } from "./text.js";

/** Communities of EVPN routes, types 0x06xx. */
export const evpnCommunities: readonly ExtendedCommunitySpec[] = [
  // RFC 7432 §7.7: bit 0x01, the address must not move.
  defineCommunity(
    0x0600,
    "MAC mobility",
    { flags: "u8", reserved: "u8", sequence: "u32" },
    ({ flags, sequence }) => `sequence ${sequence}${flags & 1 ? ", sticky" : ""}`,
  ),
  // RFC 7432 §7.5: bit 0x01, single-active. The label stands in the upper 20 bits.
  defineCommunity(
    0x0601,
    "ESI label",
    { flags: "u8", reserved: "u16", label: "u24" },
    ({ flags, label }) => `label ${label >>> 4}, ${flags & 1 ? "single-active" : "all-active"}`,
  ),
  // RFC 7432 §7.6.
  defineCommunity(0x0602, "ES-import route target", { mac: "octets6" }, ({ mac }) => macText(mac)),
  // RFC 9135 §8.1.
  defineCommunity(0x0603, "EVPN router's MAC", { mac: "octets6" }, ({ mac }) => macText(mac)),
  // RFC 8214 §3.1.
  defineCommunity(
    0x0604,
    "EVPN layer 2 attributes",
    { controlFlags: "u16", mtu: "u16", reserved: "u16" },
    ({ controlFlags, mtu }) => `control flags ${hexText(controlFlags, 2)}, MTU ${mtu}`,
  ),
  // RFC 8317 §6.1: bit 0x01, leaf.
  defineCommunity(
    0x0605,
    "E-tree",
    { flags: "u8", reserved: "u16", label: "u24" },
    ({ flags, label }) => `${flags & 1 ? "leaf" : "root"}, leaf label ${label >>> 4}`,
  ),
  // RFC 8584 §2.2: the algorithm stands in the lower five bits. RFC 9785 §3 has a preference in the last two octets.
  defineCommunity(
    0x0606,
    "DF election",
    { algorithm: "u8", bitmap: "u16", reserved: "u8", preference: "u16" },
    ({ algorithm, bitmap, preference }) =>
      `algorithm ${algorithm & 0x1f}, bitmap ${hexText(bitmap, 2)}, preference ${preference}`,
  ),
  // RFC 9047 §2.
  defineCommunity(0x0608, "ARP/ND", { flags: "u8", reserved: "octets5" }, ({ flags }) => `flags ${hexText(flags)}`),
];
