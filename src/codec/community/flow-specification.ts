import { defineCommunity, type ExtendedCommunitySpec } from "./spec.js";
import { hexText, ipv4Text, singleOf } from "./text.js";

const redirectByAs = (type: number, parts: { as: "u16"; assigned: "u32" } | { as: "u32"; assigned: "u16" }) =>
  defineCommunity(type, "redirect", parts, ({ as, assigned }) => `to route target ${as}:${assigned}`);

/** What is to be done with traffic that a FlowSpec route describes, RFC 8955 §7. */
export const flowSpecificationActions: readonly ExtendedCommunitySpec[] = [
  defineCommunity(
    0x8006,
    "traffic rate in octets",
    { as: "u16", rate: "u32" },
    ({ as, rate }) => `${singleOf(rate)} octets/s (AS ${as})`,
  ),
  defineCommunity(
    0x800c,
    "traffic rate in packets",
    { as: "u16", rate: "u32" },
    ({ as, rate }) => `${singleOf(rate)} packets/s (AS ${as})`,
  ),
  // §7.3: bit 47 is "terminal action", bit 46 "sample".
  defineCommunity(0x8007, "traffic action", { reserved: "octets5", flags: "u8" }, ({ flags }) => {
    const said = [...(flags & 2 ? ["sample"] : []), ...(flags & 1 ? ["go on with the next filter"] : ["stop here"])];
    return said.join(", ");
  }),
  redirectByAs(0x8008, { as: "u16", assigned: "u32" }),
  defineCommunity(
    0x8108,
    "redirect",
    { address: "octets4", assigned: "u16" },
    ({ address, assigned }) => `to route target ${ipv4Text(address)}:${assigned}`,
  ),
  redirectByAs(0x8208, { as: "u32", assigned: "u16" }),
  // §7.5: the code point in the lower six bits.
  defineCommunity(
    0x8009,
    "traffic marking",
    { reserved: "octets5", marking: "u8" },
    ({ marking }) => `DSCP ${marking & 0x3f}`,
  ),
  // draft-ietf-idr-flowspec-redirect-ip §3: the last bit asks for a copy. Its first version took the next hop of the route.
  defineCommunity(0x0800, "redirect to next hop", { reserved: "octets5", flags: "u8" }, ({ flags }) =>
    copyOrAll(flags),
  ),
  defineCommunity(
    0x010c,
    "redirect to IPv4",
    { address: "octets4", flags: "u16" },
    ({ address, flags }) => `${ipv4Text(address)}, ${copyOrAll(flags)}, flags ${hexText(flags, 2)}`,
  ),
];

const copyOrAll = (flags: number): string => (flags & 1 ? "a copy" : "all traffic");
