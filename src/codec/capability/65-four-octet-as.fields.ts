import type { FieldReader } from "../fields.js";

/** RFC 6793 §3. */
export const fields = (reader: FieldReader): void => {
  reader.u32("AS number");
};
