import { type AttributeSpec, discarded, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { u32 } from "../octets.js";
import { unsigned32 } from "./shape.js";

export const localPrefFlags: Fault = wrongFlags("local-pref");
export const localPrefFromExternal: Fault = discarded("local-pref/from-external", "RFC 7606 §7.5");
export const localPrefLength: Fault = treatAsWithdraw(
  "local-pref/bad-length",
  "RFC 7606 §7.5",
  UpdateError.AttributeLength,
);

/** LOCAL_PREF, RFC 4271 §4.3 (e): an unsigned integer of four octets, the higher the better; within an AS only. */
export const localPref: AttributeSpec<number> = {
  code: 5,
  name: "LOCAL_PREF",
  flags: Flag.Transitive,
  flagFault: localPrefFlags,
  faults: [localPrefFlags, localPrefFromExternal, localPrefLength],

  check(_msg, start, end, { external }) {
    // RFC 7606 §7.5: from an external neighbour it is discarded, whatever it holds.
    if (external) return localPrefFromExternal;
    return end - start === 4 ? null : localPrefLength;
  },

  ...unsigned32("LOCAL_PREF"),
};

/** The value of a checked LOCAL_PREF at `start`. */
export const localPrefOf = (msg: Uint8Array, start: number): number => u32(msg, start);
