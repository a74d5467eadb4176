import { type FieldReader, named } from "./fields.js";
import { type Family, family } from "./iana.js";

/** IANA, Address Family Numbers and SAFI Namespace: those that BGP has a use for. */
export const afiName: (value: number) => string = named(
  { 1: "IPv4", 2: "IPv6", 25: "L2VPN", 16388: "BGP-LS" },
  "not known here",
);
export const safiName: (value: number) => string = named(
  {
    1: "unicast",
    2: "multicast",
    4: "labeled",
    5: "MCAST-VPN",
    65: "VPLS",
    70: "EVPN",
    71: "BGP-LS",
    72: "BGP-LS-VPN",
    73: "SR policy",
    85: "MUP",
    128: "VPN",
    129: "VPN multicast",
    132: "route target constraint",
    133: "FlowSpec",
    134: "FlowSpec VPN",
  },
  "not known here",
);

/** AFI (2) and SAFI (1) side by side. */
export const familyFields = (reader: FieldReader): Family => {
  const afi = reader.u16("AFI", afiName);
  return family(afi, reader.u8("SAFI", safiName));
};
