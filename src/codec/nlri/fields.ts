import type { FieldReader } from "../fields.js";
import type { Family } from "../iana.js";
import type { RouteForm } from "../nlri.js";
import { fieldsOf as unicast } from "./unicast.fields.js";
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast } from "./unicast.js";

/** Names the fields of a run of routes, well formed or not. */
export type RouteFields = (reader: FieldReader, addPath: boolean, form: RouteForm) => void;

/** The dissector of each family's routes. A new family is one more line here. */
const BY_FAMILY: ReadonlyMap<Family, RouteFields> = new Map<Family, RouteFields>([
  [ipv4Unicast.family, unicast(4)],
  [ipv6Unicast.family, unicast(16)],
  [ipv4Multicast.family, unicast(4)],
  [ipv6Multicast.family, unicast(16)],
]);

/** The fields of routes; of a family that no module reads, their octets. */
export const routeFields = (of: Family, reader: FieldReader, addPath: boolean, form: RouteForm): void => {
  BY_FAMILY.get(of)?.(reader, addPath, form);
  reader.rest(BY_FAMILY.has(of) ? "not understood" : "routes");
};
