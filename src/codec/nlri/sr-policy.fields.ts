import type { FieldReader } from "../fields.js";

/** RFC 9830 §2.1. `width`: octets of an endpoint. */
export const fieldsOf =
  (width: 4 | 16) =>
  (reader: FieldReader, addPath: boolean): void => {
    const lead = addPath ? 4 : 0;
    while (reader.left > 0) {
      const bits = reader.msg[reader.at + lead] ?? 0;
      const known = reader.left > lead ? lead + 1 + ((bits + 7) >>> 3) : lead + 1;
      reader.group("SR policy", known, (route) => {
        if (addPath) route.u32("path identifier");
        route.u8("length in bits");
        route.u32("distinguisher");
        route.u32("color");
        route.address("endpoint", width);
        return undefined;
      });
    }
  };
