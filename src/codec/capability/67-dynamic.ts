import { type CapabilitySpec, ignored } from "../capability.js";
import type { Fault } from "../fault.js";
import { setU8, u8, within } from "../octets.js";

// RFC 5492 §6 reserves 0: no capability can be meant.
export const reservedCode: Fault = ignored("dynamic/reserved-code", "RFC 5492 §6");

/**
 * Dynamic Capability, draft-ietf-idr-dynamic-cap: the codes of the capabilities that may change during the session, an
 * octet each. Older speakers send none.
 */
export const dynamic: CapabilitySpec<readonly number[]> = {
  code: 67,
  name: "Dynamic Capability",
  repeated: "last",
  faults: [reservedCode],
  partial: [reservedCode],

  check(msg, start, end) {
    for (let at = start; at < end; at++) if (u8(msg, at) === 0) return reservedCode;
    return null;
  },

  read(msg, start, end) {
    const codes: number[] = [];
    for (let at = start; at < end; at++) if (u8(msg, at) !== 0) codes.push(u8(msg, at));
    return codes;
  },

  size: (codes) => codes.length,

  encode(codes, out, start) {
    let at = start;
    for (const code of codes) {
      if (code === 0) throw new RangeError("capability code 0 is reserved (RFC 5492 §6)");
      at = setU8(out, at, within(0xff, code, "the capability code"));
    }
    return at;
  },
};
