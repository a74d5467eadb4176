import { type FieldReader, named } from "../fields.js";

/** RFC 9234 §4.1. */
export const fields = (reader: FieldReader): void => {
  reader.u8("role", named({ 0: "Provider", 1: "Route Server", 2: "Route Server Client", 3: "Customer", 4: "Peer" }));
};
