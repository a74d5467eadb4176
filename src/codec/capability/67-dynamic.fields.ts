import type { FieldReader } from "../fields.js";
import { codeText } from "./names.js";

/** draft-ietf-idr-dynamic-cap. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) reader.u8("capability code", codeText);
};
