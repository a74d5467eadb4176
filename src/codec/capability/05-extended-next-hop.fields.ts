import { afiName, safiName } from "../family.fields.js";
import type { FieldReader } from "../fields.js";

/** RFC 8950 §4. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    reader.group("tuple", 6, (tuple) => {
      tuple.u16("NLRI AFI", afiName);
      tuple.u16("NLRI SAFI", safiName);
      tuple.u16("next hop AFI", afiName);
      return undefined;
    });
  }
};
