import type { FieldReader } from "../fields.js";
import type { Family } from "../iana.js";
import { routeFields } from "../nlri/fields.js";
import type { RouteForm } from "../nlri.js";
import type { SessionContext } from "../session-context.js";

/** The routes to the end. */
export const routesFields = (reader: FieldReader, of: Family, { addPath }: SessionContext, form: RouteForm): void => {
  if (reader.left === 0) return;
  reader.group(form === "withdrawn" ? "withdrawn routes" : "NLRI", reader.left, (routes) => {
    routeFields(of, routes, addPath.has(of), form);
    return undefined;
  });
};
