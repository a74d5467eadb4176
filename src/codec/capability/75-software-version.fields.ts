import type { FieldReader } from "../fields.js";

/** draft-abraitis-bgp-version-capability: drafts up to -14 lead the text with its length, -18 does not. */
export const fields = (reader: FieldReader): void => {
  if (reader.left > 0 && (reader.msg[reader.at] ?? 0) + 1 === reader.left) reader.u8("version length");
  if (reader.left > 0) reader.text("version", reader.left);
};
