import type { FieldReader } from "../fields.js";
import { countedRoutes } from "./counted-routes.fields.js";

/** RFC 9830 §2.1. `width`: octets of an endpoint. */
export const fieldsOf =
  (width: 4 | 16) =>
  (reader: FieldReader, addPath: boolean): void =>
    countedRoutes(reader, addPath, "SR policy", (policy) => {
      policy.u32("distinguisher");
      policy.u32("color");
      policy.address("endpoint", width);
      return undefined;
    });
