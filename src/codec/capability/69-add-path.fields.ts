import type { FieldReader } from "../fields.js";
import { familyTuples, modeName } from "./tuples.fields.js";

/** RFC 7911 §4. */
export const fields = (reader: FieldReader): void => {
  familyTuples(reader, 4, (tuple) => {
    tuple.u8("send/receive", modeName);
  });
};
