import { type FieldReader, named } from "../fields.js";

/** RFC 4271 §4.3 (a). */
export const fields = (reader: FieldReader): void => {
  reader.u8("origin", named({ 0: "IGP", 1: "EGP", 2: "INCOMPLETE" }, "undefined"));
};
