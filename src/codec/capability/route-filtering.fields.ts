import { afiName, safiName } from "../family.fields.js";
import type { FieldReader } from "../fields.js";
import { orfTypeName } from "../message/orf.fields.js";
import { modeName } from "./tuples.fields.js";

/** RFC 5291 §5. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    const types = reader.left >= 5 ? (reader.msg[reader.at + 4] ?? 0) : 0;
    reader.group("entry", 5 + 2 * types, (entry) => {
      entry.u16("AFI", afiName);
      entry.u8("reserved");
      entry.u8("SAFI", safiName);
      entry.u8("number of ORFs");
      while (entry.left > 0) {
        entry.u8("ORF type", orfTypeName);
        entry.u8("send/receive", modeName);
      }
      return undefined;
    });
  }
};
