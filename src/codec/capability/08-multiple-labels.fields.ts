import type { FieldReader } from "../fields.js";
import { familyTuples } from "./tuples.fields.js";

/** RFC 8277 §2.1. */
export const fields = (reader: FieldReader): void => {
  familyTuples(reader, 4, (tuple) => {
    tuple.u8("count", (count) => (count === 255 ? "255 (no limit)" : count < 2 ? `${count} (ignored)` : `${count}`));
  });
};
