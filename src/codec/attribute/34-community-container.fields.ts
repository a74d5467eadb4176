import { type FieldReader, named, prefixText } from "../fields.js";
import { u16 } from "../octets.js";

const containerName = named({ 1: "BGP Wide Community" });
const tlvName = named({ 1: "targets", 2: "exclude targets", 3: "parameters" });
const atomName = named({
  1: "AS numbers",
  2: "IPv4 prefixes",
  3: "IPv6 prefixes",
  4: "integers",
  5: "floating point numbers",
  6: "neighbour classes",
  7: "user-defined classes",
  8: "UTF-8 string",
});
const neighbourName = named({ 1: "peer", 2: "customer", 3: "upstream" });

/** draft-ietf-idr-wide-bgp-communities-12 §3 to §5. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    const length = reader.left < 6 ? 6 : Math.max(6, u16(reader.msg, reader.at + 4));
    reader.group("container", length, (container) => {
      const type = container.u16("type", containerName);
      container.u8("flags", (flags) => `${flags}${flags & 2 ? " T" : ""}${flags & 1 ? " C" : ""}`);
      container.u8("reserved");
      container.u16("length");
      if (type === 1) wideCommunity(container);
      else container.rest("content");
      return undefined;
    });
  }
};

const wideCommunity = (reader: FieldReader): void => {
  reader.u32("community value", (value) =>
    value >= 0x80000000 ? `${value - 0x80000000} (registered)` : `${value} (of the context AS)`,
  );
  reader.u32("source AS");
  reader.u32("context AS");
  while (reader.left > 0) {
    tlv(reader, "TLV", tlvName, (type, value) => {
      if (type < 1 || type > 3) return value.rest("value");
      while (value.left > 0) tlv(value, "atom", atomName, atom);
    });
  }
};

/** `| type (1) | length (2) | value |`. */
const tlv = (
  reader: FieldReader,
  name: string,
  typeName: (type: number) => string,
  inside: (type: number, value: FieldReader) => void,
): void => {
  reader.group(name, reader.left < 3 ? 3 : 3 + u16(reader.msg, reader.at + 1), (whole) => {
    const type = whole.u8("type", typeName);
    whole.u16("length");
    inside(type, whole);
    return undefined;
  });
};

const atom = (type: number, reader: FieldReader): void => {
  while (reader.left > 0) {
    if (type === 1) reader.u32("AS", (as) => (as === 0 ? "none" : as === 0xffffffff ? "all" : `${as}`));
    else if (type === 2) prefix(reader, 4);
    else if (type === 3) prefix(reader, 16);
    else if (type === 4) reader.u32("integer");
    else if (type === 5) reader.u32("floating point number", floatText);
    else if (type === 6) reader.u32("neighbour class", neighbourName);
    else if (type === 7) reader.u32("user-defined class");
    else if (type === 8) reader.text("text", reader.left);
    else reader.rest("value");
  }
};

const prefix = (reader: FieldReader, width: 4 | 16): void => {
  const bits = reader.u8("prefix length");
  if (bits > 8 * width) reader.rest("not a prefix");
  else if (bits > 0) reader.octets("prefix", (bits + 7) >>> 3, (octets) => prefixText(octets, bits, width));
};

const floatText = (bits: number): string => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return `${view.getFloat32(0)}`;
};
