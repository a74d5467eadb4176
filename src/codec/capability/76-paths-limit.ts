import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { setU16, u16, within } from "../octets.js";
import { readFamily, writeFamily } from "./family.js";
import { tuples } from "./tuples.js";

/** The most paths per prefix that the sender takes. */
export interface PathsLimit {
  readonly family: Family;
  readonly limit: number;
}

export const pathsLimitLength: Fault = wrongLength("paths-limit");

/**
 * Paths Limit for ADD-PATH, draft-abraitis-idr-addpath-paths-limit.
 *
 *     | AFI (2) | SAFI (1) | limit (2) |   repeated to the end
 */
export const pathsLimit: CapabilitySpec<readonly PathsLimit[]> = tuples({
  code: 76,
  name: "Paths Limit",
  wrongLength: pathsLimitLength,
  repeated: "all",
  least: 1,
  width: 5,
  read: (msg, at) => ({ family: readFamily(msg, at), limit: u16(msg, at + 3) }),
  write({ family, limit }, out, at) {
    return setU16(out, writeFamily(family, out, at), within(0xffff, limit, "the paths limit"));
  },
});
