import type { FieldReader } from "../fields.js";

/** RFC 4271 §4.3 (e). */
export const fields = (reader: FieldReader): void => {
  reader.u32("degree of preference");
};
