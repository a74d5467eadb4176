import { type FieldReader, named } from "../fields.js";
import { tlvFields } from "./tlv.fields.js";
import { tlv8x8 } from "./tlv.js";

/** RFC 9026 §3.1.6. */
export const fields = (reader: FieldReader): void => {
  reader.u8("BFD mode", named({ 0: "reserved", 1: "P2MP BFD" }));
  reader.u32("BFD discriminator");
  tlvFields(reader, {
    what: "TLV",
    form: tlv8x8,
    types: { 1: "source IP address" },
    value(code, tlv) {
      if (code === 1 && tlv.left > 0) tlv.address("source IP address", tlv.left);
    },
  });
};
