import type { FieldReader } from "../fields.js";
import { familyTuples, forwardingText } from "./tuples.fields.js";

/** RFC 9494 §3.1. */
export const fields = (reader: FieldReader): void => {
  familyTuples(reader, 7, (tuple) => {
    tuple.u8("flags for address family", forwardingText);
    tuple.u24("long-lived stale time", (seconds) => `${seconds} s`);
  });
};
