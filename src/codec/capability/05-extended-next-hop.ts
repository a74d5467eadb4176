import { type CapabilitySpec, ignored, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import { afiOf, type Family, family, safiOf } from "../iana.js";
import { setU16, u16, within } from "../octets.js";
import { tuples } from "./tuples.js";

/** Routes of `family` may have a next hop of the address family `nextHopAfi`. */
export interface ExtendedNextHop {
  readonly family: Family;
  readonly nextHopAfi: number;
}

export const extendedNextHopLength: Fault = wrongLength("extended-next-hop");
// The field is wider than the registry: no SAFI is above 255 (RFC 4760 §6), so no route can be meant.
export const noSuchSafi: Fault = ignored("extended-next-hop/no-such-safi", "RFC 8950 §4");

/**
 * Extended Next Hop Encoding, RFC 8950 §4.
 *
 *     | NLRI AFI (2) | NLRI SAFI (2) | next hop AFI (2) |   repeated to the end
 */
export const extendedNextHop: CapabilitySpec<readonly ExtendedNextHop[]> = tuples({
  code: 5,
  name: "Extended Next Hop Encoding",
  wrongLength: extendedNextHopLength,
  repeated: "all",
  least: 1,
  width: 6,
  ignoredTuple: { fault: noSuchSafi, is: (msg, at) => u16(msg, at + 2) > 0xff },
  read: (msg, at) => ({ family: family(u16(msg, at), u16(msg, at + 2)), nextHopAfi: u16(msg, at + 4) }),
  write({ family: of, nextHopAfi }, out, at) {
    within(0xffffff, of, "the family");
    const next = setU16(out, setU16(out, at, afiOf(of)), safiOf(of));
    return setU16(out, next, within(0xffff, nextHopAfi, "the next hop's AFI"));
  },
});
