import type { Fault } from "../fault.js";
import { Afi, type Family, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, setOctets, setU8, setU32, u8, u32, within } from "../octets.js";
import { unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";

/** A candidate path of a policy; what it is made of stands in the tunnel encapsulation attribute. */
export interface SrPolicyRoute extends WithPathId {
  /** Tells candidate paths of one policy apart; it has no other meaning. */
  readonly distinguisher: number;
  readonly color: number;
  /** The address, 4 or 16 octets; all zero: any endpoint. */
  readonly endpoint: Uint8Array;
}

/** Policies have no labels in their NLRI: no form. */
export interface SrPolicySpec extends NlriSpec<SrPolicyRoute> {
  readonly wrongLength: Fault;
  readonly overrun: Fault;
  /** Octets of an endpoint. */
  readonly width: 4 | 16;
  check(msg: Uint8Array, start: number, end: number, addPath: boolean): Fault | null;
  read(msg: Uint8Array, start: number, end: number, addPath: boolean): readonly SrPolicyRoute[];
  size(route: SrPolicyRoute, addPath: boolean): number;
  encode(route: SrPolicyRoute, out: Uint8Array, at: number, addPath: boolean): number;
}

/**
 * SR policies, RFC 9830 §2.1.
 *
 *     [ path identifier (4) ] | length in bits (1) | distinguisher (4) | color (4) | endpoint (4 or 16) |   repeated
 *
 * RFC 9830 §5 lets a receiver skip a malformed NLRI where it can, and names "length related encoding errors" as those
 * where it can't. All routes of a family have the same length, so there are no others.
 */
const srPolicy = (family: Family, name: string, width: 4 | 16): SrPolicySpec => {
  const wrongLength = unparsable(name, "wrong-length", "RFC 9830 §5");
  const overrun = unparsable(name, "overrun", "RFC 9830 §5");
  const octets = 8 + width;
  return {
    family,
    name,
    faults: [wrongLength, overrun],
    partial: [],
    // RFC 7911 §3 extends the NLRI of any family; the distinguisher is part of the key, no path identifier.
    pathIds: true,
    wrongLength,
    overrun,
    width,

    // RFC 9830 §2.1: IPv4 or IPv6, "independent of the SR Policy AFI", the latter with its link-local address or without.
    isNextHopLength: (length) => length === 4 || length === 16 || length === 32,

    check(msg, start, end, addPath) {
      for (let at = start; at < end; ) {
        if (addPath) at += 4;
        if (at >= end) return overrun;
        if (u8(msg, at) !== 8 * octets) return wrongLength;
        at += 1 + octets;
        if (at > end) return overrun;
      }
      return null;
    },

    read(msg, start, end, addPath) {
      const routes: SrPolicyRoute[] = [];
      for (let at = start; at < end; ) {
        const pathId = addPath ? { pathId: u32(msg, at) } : {};
        at += addPath ? 5 : 1;
        const endpoint = copyOctets(msg, at + 8, at + octets);
        routes.push({ ...pathId, distinguisher: u32(msg, at), color: u32(msg, at + 4), endpoint });
        at += octets;
      }
      return routes;
    },

    size(_route, addPath) {
      return (addPath ? 5 : 1) + octets;
    },

    encode(route, out, start, addPath) {
      if (route.endpoint.length !== width) throw new RangeError(`an endpoint of ${name} has ${width} octets`);
      let at = setU8(out, writePathId(route, out, start, addPath), 8 * octets);
      at = setU32(out, at, within(0xffffffff, route.distinguisher, "the distinguisher"));
      at = setU32(out, at, within(0xffffffff, route.color, "the color"));
      return setOctets(out, at, route.endpoint);
    },
  };
};

export const ipv4SrPolicy: SrPolicySpec = srPolicy(family(Afi.Ipv4, Safi.SrPolicy), "ipv4-sr-policy", 4);
export const ipv6SrPolicy: SrPolicySpec = srPolicy(family(Afi.Ipv6, Safi.SrPolicy), "ipv6-sr-policy", 16);
