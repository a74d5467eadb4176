import type { Fault } from "../fault.js";
import { Afi, type Family, family, Ipv4Unicast, Ipv6Unicast, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { setU8, u8, u32, within } from "../octets.js";
import { unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";
import { prefixOctets, readPrefix, writePrefix } from "./prefix.js";

/** A destination, with its path identifier where RFC 7911 was negotiated. */
export interface UnicastRoute extends WithPathId {
  /** Bits of the prefix: 0 to 32 or 128. */
  readonly length: number;
  /** The address, 4 or 16 octets; the bits after `length` are zero. */
  readonly address: Uint8Array;
}

/** The two ways in which a run of prefixes is no such thing (RFC 7606 §5.3). Plain prefixes have no labels: no form. */
export interface UnicastSpec extends NlriSpec<UnicastRoute> {
  readonly tooLong: Fault;
  readonly overrun: Fault;
  /** Octets of an address. */
  readonly width: 4 | 16;
  check(msg: Uint8Array, start: number, end: number, addPath: boolean): Fault | null;
  read(msg: Uint8Array, start: number, end: number, addPath: boolean): readonly UnicastRoute[];
  size(route: UnicastRoute, addPath: boolean): number;
  encode(route: UnicastRoute, out: Uint8Array, at: number, addPath: boolean): number;
}

/**
 * Plain prefixes, RFC 4271 §4.3 and RFC 4760 §5, each led by four octets of path identifier under RFC 7911 §3.
 *
 *     [ path identifier (4) ] | length in bits (1) | as many octets as hold that many bits |   repeated to the end
 *
 * The bits that fill the last octet are irrelevant (RFC 4271 §4.3); reading clears them.
 */
const unicast = (family: Family, name: string, width: 4 | 16): UnicastSpec => {
  const tooLong = unparsable(name, "prefix-too-long");
  const overrun = unparsable(name, "overrun");
  const bits = width * 8;
  return {
    family,
    name,
    faults: [tooLong, overrun],
    partial: [],
    pathIds: true,
    tooLong,
    overrun,
    width,

    isNextHopLength(length, extended) {
      const isIpv6 = length === 16 || length === 32;
      // RFC 2545 §3 for IPv6; RFC 8950 §3 for IPv4, without whose capability an IPv4 next hop only (§4).
      return width === 16 ? isIpv6 : length === 4 || (isIpv6 && extended);
    },

    check(msg, start, end, addPath) {
      const lead = addPath ? 4 : 0;
      for (let at = start; at < end; ) {
        at += lead;
        if (at >= end) return overrun;
        const length = u8(msg, at);
        if (length > bits) return tooLong;
        at += 1 + ((length + 7) >>> 3);
        if (at > end) return overrun;
      }
      return null;
    },

    read(msg, start, end, addPath) {
      const routes: UnicastRoute[] = [];
      for (let at = start; at < end; ) {
        const pathId = addPath ? u32(msg, at) : 0;
        if (addPath) at += 4;
        const length = u8(msg, at++);
        const address = readPrefix(msg, at, length, width);
        routes.push(addPath ? { pathId, length, address } : { length, address });
        at += prefixOctets(length);
      }
      return routes;
    },

    size({ length }, addPath) {
      return (addPath ? 5 : 1) + prefixOctets(length);
    },

    encode(route, out, start, addPath) {
      const length = within(bits, route.length, "the prefix length");
      if (route.address.length !== width) throw new RangeError(`a ${name} address has ${width} octets`);
      const at = setU8(out, writePathId(route, out, start, addPath), length);
      return writePrefix(route.address, length, out, at);
    },
  };
};

export const ipv4Unicast: UnicastSpec = unicast(Ipv4Unicast, "ipv4-unicast", 4);
export const ipv6Unicast: UnicastSpec = unicast(Ipv6Unicast, "ipv6-unicast", 16);
/** Routes for the multicast RPF check, RFC 4760 §6: the same octets. */
export const ipv4Multicast: UnicastSpec = unicast(family(Afi.Ipv4, Safi.Multicast), "ipv4-multicast", 4);
export const ipv6Multicast: UnicastSpec = unicast(family(Afi.Ipv6, Safi.Multicast), "ipv6-multicast", 16);
