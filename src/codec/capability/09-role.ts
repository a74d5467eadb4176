import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import { setU8, u8, within } from "../octets.js";

/** What the sender is to the receiver, RFC 9234 §4.1. Other values are unassigned: they match no role of ours. */
export const Role = { Provider: 0, RouteServer: 1, RouteServerClient: 2, Customer: 3, Peer: 4 } as const;
export type Role = (typeof Role)[keyof typeof Role];

export const roleLength: Fault = wrongLength("role");

/**
 * BGP Role, RFC 9234 §4.1: one octet. A value without a name is kept: whether it matches is for the session to say,
 * and a mismatch there is 2/11 (§4.2).
 */
export const role: CapabilitySpec<number> = {
  code: 9,
  name: "BGP Role",
  // RFC 9234 §4.2: roles that differ mean a Role Mismatch.
  repeated: "refused",
  faults: [roleLength],
  partial: [],
  check: (_msg, start, end) => (end - start === 1 ? null : roleLength),
  read: (msg, start) => u8(msg, start),
  size: () => 1,
  encode: (value, out, at) => setU8(out, at, within(0xff, value, "the role")),
};
