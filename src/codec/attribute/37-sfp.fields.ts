import { distinguisherText, type FieldReader, named } from "../fields.js";
import { u16 } from "../octets.js";

const typeName = named({
  1: "association",
  2: "hop",
  3: "service function type",
  4: "MPLS swapping/stacking",
  5: "SFP traversal with MPLS label stack",
});
const associationName = named({ 1: "bidirectional SFP" });
/** RFC 9015 §10.5: the special-purpose ones. */
const functionName = named({ 0: "reserved", 1: "change sequence" }, "service function");

/** RFC 9015 §3.2.1. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    tlv(reader, (type, value) => {
      if (type === 1) {
        value.u8("association type", associationName);
        value.octets("SFPR-RD", 8, distinguisherText);
        value.u24("SPI");
      } else if (type === 2) {
        value.u8("service index");
        while (value.left > 0) tlv(value, inHop);
      }
    });
  }
};

const inHop = (type: number, value: FieldReader): void => {
  if (type !== 3) return;
  value.u16("service function type", functionName);
  while (value.left > 0) value.octets("SFIR-RD", 8, distinguisherText);
};

const tlv = (reader: FieldReader, inside: (type: number, value: FieldReader) => void): void => {
  reader.group("TLV", reader.left < 3 ? 3 : 3 + u16(reader.msg, reader.at + 1), (whole) => {
    const type = whole.u8("type", typeName);
    whole.u16("length");
    inside(type, whole);
    whole.rest("value");
    return undefined;
  });
};
