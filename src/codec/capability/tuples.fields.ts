import { familyFields } from "../family.fields.js";
import { type FieldReader, named } from "../fields.js";

/** Tuples of `width` octets to the end, each with its family in front and `rest` behind it. */
export const familyTuples = (reader: FieldReader, width: number, rest: (tuple: FieldReader) => void): void => {
  while (reader.left > 0) {
    reader.group("tuple", width, (tuple) => {
      familyFields(tuple);
      rest(tuple);
      return undefined;
    });
  }
};

/** What the sender of a capability is able to do: RFC 5291 §5, RFC 7911 §4, draft-ietf-idr-rpd §4.3. */
export const modeName: (value: number) => string = named({ 1: "receive", 2: "send", 3: "both" }, "not understood");

/** F and seven reserved bits, RFC 4724 §3 and RFC 9494 §3.1. */
export const forwardingText = (flags: number): string =>
  `0x${flags.toString(16).padStart(2, "0")} (${(flags & 0x80) === 0 ? "forwarding state not preserved" : "forwarding state preserved"})`;
