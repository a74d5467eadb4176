import type { FieldReader } from "../fields.js";

/** RFC 4271 §4.3 (c). */
export const fields = (reader: FieldReader): void => {
  reader.address("next hop", 4);
};
