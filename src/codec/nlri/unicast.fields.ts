import { type FieldReader, prefixText } from "../fields.js";
import { prefixOctets } from "./prefix.js";

/** RFC 4271 §4.3, RFC 7911 §3. `width`: octets of an address. */
export const fieldsOf =
  (width: 4 | 16) =>
  (reader: FieldReader, addPath: boolean): void => {
    const lead = addPath ? 4 : 0;
    while (reader.left > 0) {
      const bits = reader.msg[reader.at + lead] ?? 0;
      const known = reader.left > lead ? lead + 1 + prefixOctets(bits) : lead + 1;
      reader.group("route", known, (route) => {
        if (addPath) route.u32("path identifier");
        const length = route.u8("length in bits");
        const octets = route.octets("prefix", route.left);
        return octets.length < prefixOctets(length) ? undefined : prefixText(octets, length, width);
      });
    }
  };
