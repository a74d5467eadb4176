import type { FieldReader } from "../fields.js";

/** RFC 6514 §8. Where the length leaves the address family open, the octets are shown as IPv4's. */
export const fields = (reader: FieldReader): void => {
  const width = reader.left % 7 !== 0 && reader.left % 19 === 0 ? 16 : 4;
  while (reader.left > 0) {
    reader.group("PE", width + 3, (pe) => {
      pe.address("address", width);
      pe.u24("label", (label) => `${label >>> 4}`);
      return undefined;
    });
  }
};
