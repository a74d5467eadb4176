import type { FieldReader } from "../fields.js";
import { hex } from "../octets.js";
import { prefixOctets } from "./prefix.js";

/** RFC 4684 §4, RFC 7911 §3. */
export const fields = (reader: FieldReader, addPath: boolean): void => {
  const lead = addPath ? 4 : 0;
  while (reader.left > 0) {
    const bits = reader.msg[reader.at + lead] ?? 0;
    const known = reader.left > lead ? lead + 1 + prefixOctets(bits) : lead + 1;
    reader.group("route", known, (route) => {
      if (addPath) route.u32("path identifier");
      const length = route.u8("length in bits");
      if (length === 0) return route.fields.some(({ name }) => name === "length in bits") ? "default" : undefined;
      const originAs = route.u32("origin AS");
      if (length < 32 || route.left < prefixOctets(length - 32)) return undefined;
      if (length === 32) return `AS ${originAs}, all route targets`;
      return `AS ${originAs}, route target ${hex(route.octets("route target", route.left))}/${length - 32}`;
    });
  }
};
