import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU8, setU16, u8, u16, within } from "../octets.js";
import { FORWARDING, readFamily, writeFamily } from "./family.js";

export interface GracefulRestart {
  /** R: the speaker has restarted; do not wait for its End-of-RIB. */
  readonly restarting: boolean;
  /** N: a NOTIFICATION, too, leaves routes in place (RFC 8538 §2). */
  readonly notification: boolean;
  /** Seconds until the session is expected back: 0 to 4095. */
  readonly time: number;
  readonly families: readonly { readonly family: Family; readonly forwarding: boolean }[];
}

const RESTARTING = 0x8000;
const NOTIFICATION = 0x4000;
const TIME = 0x0fff;

export const gracefulRestartLength: Fault = wrongLength("graceful-restart");

/**
 * Graceful Restart, RFC 4724 §3, with the N bit of RFC 8538 §2.
 *
 *     | R N 0 0 and time in seconds (12 bits) (2) |
 *     | AFI (2) | SAFI (1) | F and seven zeros (1) |   repeated to the end, or not at all
 *
 * The reserved bits are ignored when received.
 */
export const gracefulRestart: CapabilitySpec<GracefulRestart> = {
  code: 64,
  name: "Graceful Restart",
  // RFC 4724 §3: all but the last instance are ignored.
  repeated: "last",
  faults: [gracefulRestartLength],
  partial: [],
  check: (_msg, start, end) => ((end - start) % 4 === 2 ? null : gracefulRestartLength),

  read(msg, start, end) {
    const first = u16(msg, start);
    const families: { family: Family; forwarding: boolean }[] = [];
    for (let at = start + 2; at < end; at += 4) {
      families.push({ family: readFamily(msg, at), forwarding: (u8(msg, at + 3) & FORWARDING) !== 0 });
    }
    return {
      restarting: (first & RESTARTING) !== 0,
      notification: (first & NOTIFICATION) !== 0,
      time: first & TIME,
      families,
    };
  },

  size: ({ families }) => 2 + 4 * families.length,

  encode({ restarting, notification, time, families }, out, start) {
    const flags = (restarting ? RESTARTING : 0) | (notification ? NOTIFICATION : 0);
    let at = setU16(out, start, flags | within(TIME, time, "the restart time"));
    for (const { family, forwarding } of families) {
      at = setU8(out, writeFamily(family, out, at), forwarding ? FORWARDING : 0);
    }
    return at;
  },
};
