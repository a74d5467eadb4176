import { type FieldReader, named } from "../fields.js";
import { u16 } from "../octets.js";

/** RFC 7311 §3. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    const length = reader.left < 3 ? 3 : u16(reader.msg, reader.at + 1);
    // A length that does not even count its own octets says nothing of where the next TLV begins.
    reader.group("TLV", length < 3 ? reader.left : length, (tlv) => {
      const type = tlv.u8("type", named({ 1: "AIGP" }));
      tlv.u16("length");
      if (type === 1 && tlv.left === 8) tlv.u64("accumulated IGP metric");
      else tlv.rest("value");
      return undefined;
    });
  }
};
