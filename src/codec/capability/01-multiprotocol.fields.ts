import { afiName, safiName } from "../family.fields.js";
import type { FieldReader } from "../fields.js";

/** RFC 4760 §8. */
export const fields = (reader: FieldReader): void => {
  reader.u16("AFI", afiName);
  reader.u8("reserved");
  reader.u8("SAFI", safiName);
};
