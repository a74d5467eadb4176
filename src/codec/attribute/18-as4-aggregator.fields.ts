import type { FieldReader } from "../fields.js";
import { fields as aggregator } from "./07-aggregator.fields.js";

/** RFC 6793 §3: AGGREGATOR in four octets. */
export const fields = (reader: FieldReader): void => aggregator(reader, { asnSize: 4 });
