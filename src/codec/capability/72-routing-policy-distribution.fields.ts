import type { FieldReader } from "../fields.js";
import { familyTuples, modeName } from "./tuples.fields.js";

/** draft-ietf-idr-rpd §4.3. */
export const fields = (reader: FieldReader): void => {
  familyTuples(reader, 4, (tuple) => {
    tuple.u8("send/receive", modeName);
  });
};
