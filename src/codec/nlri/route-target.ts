import type { Fault } from "../fault.js";
import { Afi, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, setOctets, setU8, setU32, u8, u32, within } from "../octets.js";
import { unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";
import { prefixOctets, readPrefix, writePrefix } from "./prefix.js";

/** Membership: whoever sends it wants VPN routes with the route targets that the prefix covers. */
export interface RouteTargetRoute extends WithPathId {
  /** Bits of the prefix: 0 is the default, all route targets; else 32 (those of an AS) to 96 (one of them). */
  readonly length: number;
  readonly originAs: number;
  /** The extended community, 8 octets, of which the first `length - 32` bits count; the others are zero. */
  readonly routeTarget: Uint8Array;
}

export const routeTargetTooLong: Fault = unparsable("route-target", "prefix-too-long");
// RFC 4684 §4: the origin AS can't be interpreted as a prefix, so it is there whole, or not at all.
export const routeTargetOriginCut: Fault = unparsable("route-target", "origin-as-cut", "RFC 4684 §4");
export const routeTargetOverrun: Fault = unparsable("route-target", "overrun");

const WIDTH = 12;
const ORIGIN_BITS = 32;
const MAX_BITS = 96;

/**
 * Route target constraint, RFC 4684 §4: a prefix of 96 bits at most.
 *
 *     [ path identifier (4) ] | length in bits (1) | origin AS (4) | route target (0 to 8) |   repeated to the end
 *
 * The bits that fill the last octet are irrelevant (RFC 4271 §4.3); reading clears them.
 */
export const routeTarget: NlriSpec<RouteTargetRoute> = {
  family: family(Afi.Ipv4, Safi.RouteTarget),
  name: "route-target",
  faults: [routeTargetTooLong, routeTargetOriginCut, routeTargetOverrun],
  partial: [],
  // RFC 7911 §3 extends the encoding of any family, and this is the one of RFC 4760.
  pathIds: true,

  // RFC 4684 §4 knows an IPv4 and an IPv6 address, told apart by their length; RFC 8950 §4: so its capability is not for
  // this family. The link-local companion (RFC 2545 §3) is for IPv6 routes.
  isNextHopLength: (length) => length === 4 || length === 16,

  check(msg, start, end, addPath) {
    const lead = addPath ? 4 : 0;
    for (let at = start; at < end; ) {
      at += lead;
      if (at >= end) return routeTargetOverrun;
      const length = u8(msg, at);
      if (length > MAX_BITS) return routeTargetTooLong;
      if (isOriginCut(length)) return routeTargetOriginCut;
      at += 1 + prefixOctets(length);
      if (at > end) return routeTargetOverrun;
    }
    return null;
  },

  read(msg, start, end, addPath) {
    const routes: RouteTargetRoute[] = [];
    for (let at = start; at < end; ) {
      const pathId = addPath ? u32(msg, at) : 0;
      if (addPath) at += 4;
      const length = u8(msg, at++);
      const octets = readPrefix(msg, at, length, WIDTH);
      const route = { length, originAs: u32(octets, 0), routeTarget: copyOctets(octets, 4, WIDTH) };
      routes.push(addPath ? { pathId, ...route } : route);
      at += prefixOctets(length);
    }
    return routes;
  },

  size({ length }, addPath) {
    return (addPath ? 5 : 1) + prefixOctets(length);
  },

  encode(route, out, start, addPath) {
    const length = within(MAX_BITS, route.length, "the prefix length");
    if (isOriginCut(length)) throw new RangeError(`${length} bits cut the origin AS`);
    if (route.routeTarget.length !== 8) throw new RangeError("a route target has 8 octets");
    const octets = new Uint8Array(WIDTH);
    setOctets(octets, setU32(octets, 0, within(0xffffffff, route.originAs, "the origin AS")), route.routeTarget);
    const at = setU8(out, writePathId(route, out, start, addPath), length);
    return writePrefix(octets, length, out, at);
  },
};

const isOriginCut = (length: number): boolean => length > 0 && length < ORIGIN_BITS;
