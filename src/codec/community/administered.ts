import { defineCommunity, type ExtendedCommunitySpec } from "./spec.js";
import { hexText, ipv4Text, singleOf } from "./text.js";

/** Sub-types that a two-octet AS, an IPv4 address and a four-octet AS give a meaning alike. */
const ALIKE = [
  [0x02, "route target"], // RFC 4360 §4
  [0x03, "route origin"], // RFC 4360 §5
  [0x05, "OSPF domain identifier"], // RFC 4577 §4.2.4
] as const;

/** Transitive, and not transitive. */
const TRANSITIVITIES = [0x0000, 0x4000];

const twoOctetAs = (type: number, name: string): ExtendedCommunitySpec =>
  defineCommunity(type, name, { as: "u16", assigned: "u32" }, ({ as, assigned }) => `${as}:${assigned}`);

const ipv4 = (type: number, name: string): ExtendedCommunitySpec =>
  defineCommunity(
    type,
    name,
    { address: "octets4", assigned: "u16" },
    ({ address, assigned }) => `${ipv4Text(address)}:${assigned}`,
  );

const fourOctetAs = (type: number, name: string): ExtendedCommunitySpec =>
  defineCommunity(type, name, { as: "u32", assigned: "u16" }, ({ as, assigned }) => `${as}:${assigned}`);

// draft-ietf-idr-link-bandwidth §2: octets a second as a single-precision number, kept as its bits, for not every NaN
// survives a conversion.
const linkBandwidth = (type: number): ExtendedCommunitySpec =>
  defineCommunity(
    type,
    "link bandwidth",
    { as: "u16", bandwidth: "u32" },
    ({ as, bandwidth }) => `${as}:${singleOf(bandwidth)} octets/s`,
  );

/** Communities of an administrator, RFC 4360 §3.1 and §3.2, RFC 5668 §2: `administrator:number`. */
export const administered: readonly ExtendedCommunitySpec[] = [
  ...TRANSITIVITIES.flatMap((bit) =>
    ALIKE.flatMap(([subtype, name]) => [
      twoOctetAs(bit | subtype, name),
      ipv4(bit | 0x0100 | subtype, name),
      fourOctetAs(bit | 0x0200 | subtype, name),
    ]),
  ),
  linkBandwidth(0x4004),
  linkBandwidth(0x0004),
  twoOctetAs(0x0008, "BGP data collection"), // RFC 4384
  twoOctetAs(0x0009, "source AS"), // RFC 6514 §6
  fourOctetAs(0x0209, "source AS"),
  twoOctetAs(0x000a, "L2VPN identifier"), // RFC 6074 §3.1.2
  ipv4(0x010a, "L2VPN identifier"),
  ipv4(0x0107, "OSPF router identifier"), // RFC 4577 §4.2.6
  ipv4(0x010b, "VRF route import"), // RFC 6514 §7
  // RFC 4577 §4.2.6.
  defineCommunity(
    0x0306,
    "OSPF route type",
    { area: "octets4", routeType: "u8", options: "u8" },
    ({ area, routeType, options }) => `area ${ipv4Text(area)}, type ${routeType}, options ${hexText(options)}`,
  ),
];
