import type { FieldReader } from "../fields.js";

/** draft-walton-bgp-hostname-capability §3. */
export const fields = (reader: FieldReader): void => {
  for (const name of ["host name", "domain name"]) {
    const length = reader.u8(`${name} length`);
    if (length > 0) reader.text(name, length);
  }
};
