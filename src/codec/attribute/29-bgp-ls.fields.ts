import { tlvFields } from "../bgp-ls.fields.js";
import type { FieldReader } from "../fields.js";

/** RFC 9552 §5.3. */
export const fields = (reader: FieldReader): void => tlvFields(reader);
