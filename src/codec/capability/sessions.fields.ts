import type { FieldReader } from "../fields.js";
import { codeText } from "./names.js";

/** draft-ietf-idr-bgp-multisession §4. */
export const fields = (reader: FieldReader): void => {
  reader.u8("flags", (flags) => `0x${flags.toString(16).padStart(2, "0")}`);
  while (reader.left > 0) reader.u8("capability code", codeText);
};
