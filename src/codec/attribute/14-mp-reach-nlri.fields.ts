import { familyFields } from "../family.fields.js";
import type { FieldReader } from "../fields.js";
import { Safi, safiOf } from "../iana.js";
import type { SessionContext } from "../session-context.js";
import { routesFields } from "./mp-nlri.fields.js";
import { announcedForm } from "./mp-nlri.js";

/** RFC 4760 §3. */
export const fields = (reader: FieldReader, session: SessionContext): void => {
  const of = familyFields(reader);
  const length = reader.u8("length of next hop");
  if (length > 0) {
    reader.group("next hop", length, (hop) => {
      // RFC 4364 §4.3.2: in a VPN an address has a distinguisher in front. RFC 2545 §3: two addresses of IPv6.
      const isVpn = [Safi.Vpn, Safi.VpnMulticast, Safi.LinkStateVpn].some((safi) => safi === safiOf(of));
      const lead = isVpn && hop.left % 8 !== 0 ? 8 : isVpn && (hop.left === 24 || hop.left === 48) ? 8 : 0;
      const width = hop.left - lead === 4 ? 4 : 16;
      while (hop.left > 0) {
        if (lead > 0) hop.octets("route distinguisher", lead);
        hop.address("address", Math.min(width, hop.left));
      }
      return undefined;
    });
  }
  reader.u8("reserved");
  routesFields(reader, of, session, announcedForm(of, session));
};
