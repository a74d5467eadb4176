import type { FieldReader } from "../fields.js";
import { hex } from "../octets.js";
import { countedRoutes } from "./counted-routes.fields.js";
import { prefixOctets } from "./prefix.js";

/** RFC 4684 §4. */
export const fields = (reader: FieldReader, addPath: boolean): void =>
  countedRoutes(reader, addPath, "route", (route, length) => {
    if (length === 0) return "default";
    const originAs = route.u32("origin AS");
    if (length < 32 || route.left < prefixOctets(length - 32)) return undefined;
    if (length === 32) return `AS ${originAs}, all route targets`;
    return `AS ${originAs}, route target ${hex(route.octets("route target", route.left))}/${length - 32}`;
  });
