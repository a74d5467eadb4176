import { tlvFields } from "../bgp-ls.fields.js";
import { distinguisherText, type FieldReader, named } from "../fields.js";
import { u16 } from "../octets.js";
import { LinkStateType } from "./bgp-ls.js";

/** RFC 9552 §5.2, RFC 9514 §6. `lead`: octets of a distinguisher. */
export const fieldsOf =
  (lead: 0 | 8) =>
  (reader: FieldReader, addPath: boolean): void => {
    while (reader.left > 0) {
      const header = (addPath ? 4 : 0) + 4;
      const known = header <= reader.left ? u16(reader.msg, reader.at + header - 2) : 0;
      reader.group("link-state NLRI", header + known, (route) => {
        if (addPath) route.u32("path identifier");
        const type = route.u16("NLRI type", named(NLRI_TYPES));
        route.u16("total NLRI length");
        if (NLRI_TYPES[type] === undefined) {
          route.rest("opaque");
          return undefined;
        }
        if (lead === 8) route.octets("route distinguisher", 8, distinguisherText);
        route.u8("protocol-ID", named(PROTOCOLS));
        route.u64("identifier");
        tlvFields(route);
        return NLRI_TYPES[type];
      });
    }
  };

const NLRI_TYPES: Readonly<Record<number, string>> = {
  [LinkStateType.Node]: "Node",
  [LinkStateType.Link]: "Link",
  [LinkStateType.Ipv4Prefix]: "IPv4 Topology Prefix",
  [LinkStateType.Ipv6Prefix]: "IPv6 Topology Prefix",
  [LinkStateType.Srv6Sid]: "SRv6 SID",
};

/** RFC 9552 §5.2, RFC 9086 §3. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "IS-IS Level 1",
  2: "IS-IS Level 2",
  3: "OSPFv2",
  4: "Direct",
  5: "Static configuration",
  6: "OSPFv3",
  7: "BGP",
};
