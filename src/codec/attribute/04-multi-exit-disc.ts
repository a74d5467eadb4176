import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { unsigned32 } from "./shape.js";

export const multiExitDiscFlags: Fault = wrongFlags("multi-exit-disc");
export const multiExitDiscLength: Fault = treatAsWithdraw(
  "multi-exit-disc/bad-length",
  "RFC 7606 §7.4",
  UpdateError.AttributeLength,
);

/** MULTI_EXIT_DISC, RFC 4271 §4.3 (d): an unsigned integer of four octets, the lower the better. */
export const multiExitDisc: AttributeSpec<number> = {
  code: 4,
  name: "MULTI_EXIT_DISC",
  flags: Flag.Optional,
  flagFault: multiExitDiscFlags,
  faults: [multiExitDiscFlags, multiExitDiscLength],

  check(_msg, start, end) {
    return end - start === 4 ? null : multiExitDiscLength;
  },

  ...unsigned32("MULTI_EXIT_DISC"),
};

/** The value of a checked MULTI_EXIT_DISC at `start`. */
export const multiExitDiscOf = (msg: Uint8Array, start: number): number => u32(msg, start);
