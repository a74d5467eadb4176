import { afiName } from "../family.fields.js";
import type { FieldReader } from "../fields.js";

/** RFC 8205 §2.1. */
export const fields = (reader: FieldReader): void => {
  reader.u8(
    "version and direction",
    (octet) =>
      `0x${octet.toString(16).padStart(2, "0")} (version ${octet >> 4}, ${(octet & 0x08) === 0 ? "receives" : "sends"})`,
  );
  reader.u16("AFI", afiName);
};
