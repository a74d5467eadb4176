import type { FieldReader } from "../fields.js";
import { fields as asPath } from "./02-as-path.fields.js";

/** RFC 6793 §3: AS_PATH in four octets. */
export const fields = (reader: FieldReader): void => asPath(reader, { asnSize: 4 });
