import type { FieldReader } from "../fields.js";
import { prefixOctets } from "./prefix.js";

/**
 * Names the fields of routes that begin with their length in bits, and before it a path identifier (RFC 7911 §3) when
 * they have one. `inside` names those behind the length, and says what the route is.
 */
export const countedRoutes = (
  reader: FieldReader,
  addPath: boolean,
  name: string,
  inside: (route: FieldReader, bits: number) => string | undefined,
): void => {
  const lead = addPath ? 4 : 0;
  while (reader.left > 0) {
    const bits = reader.msg[reader.at + lead] ?? 0;
    const octets = reader.left > lead ? lead + 1 + prefixOctets(bits) : lead + 1;
    reader.group(name, octets, (route) => {
      if (addPath) route.u32("path identifier");
      // Cut off before it says how long it is.
      if (route.left === 0) return undefined;
      return inside(route, route.u8("length in bits"));
    });
  }
};
