import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import { afiOf, type Family, family, safiOf } from "../iana.js";
import { setU8, setU16, u8, u16, within } from "../octets.js";

export const multiprotocolLength: Fault = wrongLength("multiprotocol");

/**
 * Multiprotocol Extensions, RFC 4760 §8: one family each.
 *
 *     | AFI (2) | reserved (1) | SAFI (1) |
 *
 * The reserved octet is ignored when received.
 */
export const multiprotocol: CapabilitySpec<Family> = {
  code: 1,
  name: "Multiprotocol Extensions",
  // RFC 4760 §8: several families are several capabilities.
  repeated: "all",
  faults: [multiprotocolLength],
  partial: [],
  check: (_msg, start, end) => (end - start === 4 ? null : multiprotocolLength),
  read: (msg, start) => family(u16(msg, start), u8(msg, start + 3)),
  size: () => 4,
  encode(value, out, start) {
    within(0xffffff, value, "the family");
    return setU8(out, setU8(out, setU16(out, start, afiOf(value)), 0), safiOf(value));
  },
};
