import { distinguisherText, type FieldReader } from "../fields.js";
import { u16 } from "../octets.js";

/** RFC 4761 §3.2.2; RFC 6074 §3.2.2.1 where the length is 12 (§7); RFC 7911 §3. */
export const fields = (reader: FieldReader, addPath: boolean): void => {
  const lead = addPath ? 4 : 0;
  while (reader.left > 0) {
    const size = reader.left > lead + 1 ? u16(reader.msg, reader.at + lead) : 0;
    reader.group("route", lead + 2 + size, (route) => {
      if (addPath) route.u32("path identifier");
      const length = route.u16("length", lengthText);
      if (route.left > 0) route.octets("route distinguisher", Math.min(8, length), distinguisherText);
      if (length === 12) {
        route.address("PE address", 4);
        return "discovery";
      }
      if (length !== 17) return undefined;
      const ve = route.u16("VE ID");
      route.u16("VE block offset");
      const count = route.u16("VE block size");
      const base = route.u24("label base", (octets) => `${octets >>> 4}, low bits ${octets & 0xf}`) >>> 4;
      return `VE ${ve}, ${count} labels from ${base}`;
    });
  }
};

const lengthText = (length: number): string =>
  length === 17 || length === 12 ? `${length}` : `${length} (neither 17 nor 12)`;
