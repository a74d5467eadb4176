import type { FieldReader } from "../fields.js";
import { familyTuples, forwardingText } from "./tuples.fields.js";

/** RFC 4724 §3, RFC 8538 §2. */
export const fields = (reader: FieldReader): void => {
  reader.u16("restart flags and time", flagsAndTime);
  familyTuples(reader, 4, (tuple) => {
    tuple.u8("flags for address family", forwardingText);
  });
};

const flagsAndTime = (value: number): string => {
  const words = [
    ...(value & 0x8000 ? ["R: restarted"] : []),
    ...(value & 0x4000 ? ["N: NOTIFICATION as well"] : []),
    `${value & 0x0fff} s`,
  ];
  return `0x${value.toString(16).padStart(4, "0")} (${words.join(", ")})`;
};
