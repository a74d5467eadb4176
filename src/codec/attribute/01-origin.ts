import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { setU8, u8, within } from "../octets.js";

/** RFC 4271 §4.3 (a). The decision process prefers the lower value (§9.1.2.2 b). */
export const OriginValue = { Igp: 0, Egp: 1, Incomplete: 2 } as const;

// RFC 7606 §7.1: malformed when "its length is not 1 or if it has an undefined value".
export const originFlags: Fault = wrongFlags("origin");
export const originLength: Fault = treatAsWithdraw("origin/bad-length", "RFC 7606 §7.1", UpdateError.AttributeLength);
export const undefinedOrigin: Fault = treatAsWithdraw(
  "origin/undefined-value",
  "RFC 7606 §7.1",
  UpdateError.InvalidOrigin,
);

/** ORIGIN, RFC 4271 §4.3 (a): one octet, an `OriginValue`. */
export const origin: AttributeSpec<number> = {
  code: 1,
  name: "ORIGIN",
  flags: Flag.Transitive,
  flagFault: originFlags,
  faults: [originFlags, originLength, undefinedOrigin],

  check(msg, start, end) {
    if (end - start !== 1) return originLength;
    return u8(msg, start) > OriginValue.Incomplete ? undefinedOrigin : null;
  },

  read(msg, start) {
    return originOf(msg, start);
  },

  size() {
    return 1;
  },

  encode(value, out, at) {
    return setU8(out, at, within(OriginValue.Incomplete, value, "ORIGIN"));
  },
};

/** The value of a checked ORIGIN at `start`. */
export const originOf = (msg: Uint8Array, start: number): number => u8(msg, start);
