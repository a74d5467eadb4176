import { familyFields } from "../family.fields.js";
import type { FieldReader } from "../fields.js";
import type { SessionContext } from "../session-context.js";
import { routesFields } from "./mp-nlri.fields.js";

/** RFC 4760 §4. */
export const fields = (reader: FieldReader, session: SessionContext): void => {
  routesFields(reader, familyFields(reader), session, "withdrawn");
};
