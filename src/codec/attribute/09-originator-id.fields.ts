import type { FieldReader } from "../fields.js";

/** RFC 4456 §8. */
export const fields = (reader: FieldReader): void => {
  reader.address("originator", 4);
};
