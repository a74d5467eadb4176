import type { FieldReader } from "../fields.js";

/** RFC 9234 §5. */
export const fields = (reader: FieldReader): void => {
  reader.u32("AS");
};
