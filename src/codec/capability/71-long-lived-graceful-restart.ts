import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU8, setU24, u8, u24, within } from "../octets.js";
import { FORWARDING, readFamily, writeFamily } from "./family.js";
import { tuples } from "./tuples.js";

export interface LongLivedStale {
  readonly family: Family;
  /** F: the state of these routes was preserved over the restart. */
  readonly forwarding: boolean;
  /** Seconds that stale routes may be kept after the restart time: 24 bits. */
  readonly time: number;
}

export const longLivedLength: Fault = wrongLength("long-lived-graceful-restart");

/**
 * Long-Lived Graceful Restart, RFC 9494 §3.1.
 *
 *     | AFI (2) | SAFI (1) | F and seven zeros (1) | stale time in seconds (3) |   repeated to the end, or not at all
 *
 * The reserved bits are ignored when received. Without capability 64 it means nothing (§4.5): see message/open.
 */
export const longLivedGracefulRestart: CapabilitySpec<readonly LongLivedStale[]> = tuples({
  code: 71,
  name: "Long-Lived Graceful Restart",
  wrongLength: longLivedLength,
  repeated: "last",
  least: 0,
  width: 7,
  read: (msg, at) => ({
    family: readFamily(msg, at),
    forwarding: (u8(msg, at + 3) & FORWARDING) !== 0,
    time: u24(msg, at + 4),
  }),
  write({ family, forwarding, time }, out, at) {
    const next = setU8(out, writeFamily(family, out, at), forwarding ? FORWARDING : 0);
    return setU24(out, next, within(0xffffff, time, "the long-lived stale time"));
  },
});
