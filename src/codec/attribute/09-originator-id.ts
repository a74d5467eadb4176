import { type AttributeSpec, discarded, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { unsigned32 } from "./shape.js";

export const originatorIdFlags: Fault = wrongFlags("originator-id");
export const originatorIdFromExternal: Fault = discarded("originator-id/from-external", "RFC 7606 §7.9");
export const originatorIdLength: Fault = treatAsWithdraw(
  "originator-id/bad-length",
  "RFC 7606 §7.9",
  UpdateError.AttributeLength,
);

/** ORIGINATOR_ID, RFC 4456 §8: the BGP Identifier of the speaker that brought the route into the AS. */
export const originatorId: AttributeSpec<number> = {
  code: 9,
  name: "ORIGINATOR_ID",
  flags: Flag.Optional,
  flagFault: originatorIdFlags,
  faults: [originatorIdFlags, originatorIdFromExternal, originatorIdLength],

  check(_msg, start, end, { external }) {
    // RFC 7606 §7.9: from an external neighbour it is discarded, whatever it holds.
    if (external) return originatorIdFromExternal;
    return end - start === 4 ? null : originatorIdLength;
  },

  ...unsigned32("ORIGINATOR_ID"),
};

/** The value of a checked ORIGINATOR_ID at `start`. */
export const originatorIdOf = (msg: Uint8Array, start: number): number => u32(msg, start);
