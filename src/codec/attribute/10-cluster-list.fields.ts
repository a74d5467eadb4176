import type { FieldReader } from "../fields.js";

/** RFC 4456 §8. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) reader.address("cluster", 4);
};
