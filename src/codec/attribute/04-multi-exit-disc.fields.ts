import type { FieldReader } from "../fields.js";

/** RFC 4271 §4.3 (d). */
export const fields = (reader: FieldReader): void => {
  reader.u32("metric");
};
