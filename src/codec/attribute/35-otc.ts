import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { unsigned32 } from "./shape.js";

export const otcFlags: Fault = wrongFlags("otc");
export const otcLength: Fault = treatAsWithdraw("otc/bad-length", "RFC 9234 §5", UpdateError.AttributeLength);

/**
 * OTC, Only to Customer, RFC 9234 §5: the AS, always four octets, from which on a route goes to customers only.
 *
 * Whether it shows a leak depends on the role of the peer; the length alone makes it malformed.
 */
export const otc: AttributeSpec<number> = {
  code: 35,
  name: "OTC",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: otcFlags,
  faults: [otcFlags, otcLength],

  check(_msg, start, end) {
    return end - start === 4 ? null : otcLength;
  },

  ...unsigned32("OTC"),
};

/** The AS of a checked OTC at `start`. */
export const otcOf = (msg: Uint8Array, start: number): number => u32(msg, start);
