import { type FieldReader, named } from "../fields.js";

const isfSafiName = named({ 0: "local", 1: "unicast", 70: "EVPN", 128: "IPVPN" }, "undefined");

/** RFC 10039 §4. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    reader.group("segment", 1 + 7 * (reader.msg[reader.at] ?? 0), (segment) => {
      segment.u8("domains");
      while (segment.left > 0) {
        segment.group("domain", 7, (domain) => {
          const name = `${domain.u32("global administrator")}:${domain.u16("local administrator")}`;
          domain.u8("ISF_SAFI_TYPE", isfSafiName);
          return name;
        });
      }
      return undefined;
    });
  }
};
