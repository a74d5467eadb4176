import { communityText } from "../community/names.js";
import type { FieldReader } from "../fields.js";

/** RFC 1997. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) reader.u32("community", communityText);
};
