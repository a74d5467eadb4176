import { familyFields } from "../family.fields.js";
import { addressText, type FieldReader } from "../fields.js";
import { tlvFields } from "./tlv.fields.js";
import { tlv16x16 } from "./tlv.js";

/** draft-ietf-idr-nhc §2.1. */
export const fields = (reader: FieldReader): void => {
  familyFields(reader);
  const length = reader.u8("length of next hop");
  if (length > 0) reader.octets("next hop", length, addressText);
  tlvFields(reader, {
    what: "characteristic",
    form: tlv16x16,
    types: { 1: "ELCv3", 2: "NNHN", 3: "BGPID", 4: "IFIT", 5: "AMetric" },
    value(code, tlv) {
      if (code !== 3 || tlv.left !== 8) return;
      tlv.address("BGP identifier", 4);
      tlv.u32("AS");
    },
  });
};
