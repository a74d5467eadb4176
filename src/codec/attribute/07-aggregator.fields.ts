import type { FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";

/** RFC 4271 §4.3 (g), with an AS number of the session's size (RFC 6793 §3). */
export const fields = (reader: FieldReader, { asnSize }: Pick<SessionContext, "asnSize">): void => {
  if (asnSize === 4) reader.u32("AS");
  else reader.u16("AS");
  reader.address("aggregator", 4);
};
