import { type FieldReader, named } from "../fields.js";
import type { SessionContext } from "../session-context.js";

const segmentName = named({ 1: "AS_SET", 2: "AS_SEQUENCE", 3: "AS_CONFED_SEQUENCE", 4: "AS_CONFED_SET" }, "undefined");

/** RFC 4271 §4.3 (b), RFC 5065 §3, with AS numbers of the session's size (RFC 6793 §3). */
export const fields = (reader: FieldReader, { asnSize }: Pick<SessionContext, "asnSize">): void => {
  while (reader.left > 0) {
    const count = reader.left > 1 ? (reader.msg[reader.at + 1] ?? 0) : 0;
    reader.group("segment", reader.left === 1 ? 2 : 2 + count * asnSize, (segment) => {
      segment.u8("type", segmentName);
      segment.u8("AS numbers");
      const path: number[] = [];
      while (segment.left > 0) path.push(asnSize === 4 ? segment.u32("AS") : segment.u16("AS"));
      return path.length === 0 ? undefined : path.join(" ");
    });
  }
};
