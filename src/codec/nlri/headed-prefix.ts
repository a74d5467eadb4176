import type { Fault } from "../fault.js";
import { Afi, afiOf, type Family } from "../iana.js";
import type { NlriSpec, RouteForm } from "../nlri.js";
import { setU8, u8, u32, within } from "../octets.js";
import { unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";
import { prefixOctets, readPrefix, writePrefix } from "./prefix.js";

/** What every route has behind its head. */
export interface Prefix extends WithPathId {
  /** Bits of the prefix alone: 0 to 32 or 128. */
  readonly length: number;
  /** The address, 4 or 16 octets; the bits after `length` are zero. */
  readonly address: Uint8Array;
}

/** What stands between the length of a route and its prefix: labels, a route distinguisher, or both. */
export interface Head<H> {
  readonly faults: readonly Fault[];
  /** The octets of the head at `at`, in a route whose `bits` bits are all there; or what is wrong with it. */
  measure(msg: Uint8Array, at: number, bits: number, form: RouteForm): number | Fault;
  /** A head that was measured. */
  read(msg: Uint8Array, at: number, form: RouteForm): H;
  size(head: H, form: RouteForm): number;
  /** Writes it and gives the offset after. Throws RangeError for what the wire cannot carry. */
  write(head: H, out: Uint8Array, at: number, form: RouteForm): number;
}

/**
 * Prefixes with a head, RFC 8277 §2.2: the one octet of length counts the bits of both.
 *
 *     [ path identifier (4) ] | length in bits (1) | head | prefix |   repeated to the end
 *
 * The bits that fill the last octet are irrelevant (RFC 4271 §4.3); reading clears them.
 */
export const headedPrefixes = <H>(
  family: Family,
  name: string,
  head: Head<H>,
  isNextHopLength: NlriSpec<H & Prefix>["isNextHopLength"],
): NlriSpec<H & Prefix> => {
  const tooLong = unparsable(name, "prefix-too-long");
  const overrun = unparsable(name, "overrun");
  const width = afiOf(family) === Afi.Ipv4 ? 4 : 16;
  return {
    family,
    name,
    faults: [...head.faults, tooLong, overrun],
    partial: [],
    // RFC 7911 §3 puts the identifier before the routes of any family; RFC 8277 §2.2 says so of labeled ones.
    pathIds: true,
    isNextHopLength,

    check(msg, start, end, addPath, form) {
      const lead = addPath ? 4 : 0;
      for (let at = start; at < end; ) {
        at += lead;
        if (at >= end) return overrun;
        const bits = u8(msg, at++);
        // Before the head, which is read to be measured.
        if (at + prefixOctets(bits) > end) return overrun;
        const octets = head.measure(msg, at, bits, form);
        if (typeof octets !== "number") return octets;
        if (bits - octets * 8 > width * 8) return tooLong;
        at += prefixOctets(bits);
      }
      return null;
    },

    read(msg, start, end, addPath, form) {
      const routes: (H & Prefix)[] = [];
      for (let at = start; at < end; ) {
        const pathId = addPath ? u32(msg, at) : 0;
        if (addPath) at += 4;
        const bits = u8(msg, at++);
        const front = head.read(msg, at, form);
        const octets = head.size(front, form);
        const length = bits - octets * 8;
        const prefix = { length, address: readPrefix(msg, at + octets, length, width) };
        routes.push(addPath ? { pathId, ...front, ...prefix } : { ...front, ...prefix });
        at += prefixOctets(bits);
      }
      return routes;
    },

    size(route, addPath, form) {
      return (addPath ? 5 : 1) + head.size(route, form) + prefixOctets(route.length);
    },

    encode(route, out, start, addPath, form) {
      const length = within(width * 8, route.length, "the prefix length");
      if (route.address.length !== width) throw new RangeError(`a ${name} address has ${width} octets`);
      // RFC 8277 §2.1: the labels must leave room for the prefix in 255 bits.
      const bits = within(0xff, head.size(route, form) * 8 + length, "the bits of a route");
      let at = setU8(out, writePathId(route, out, start, addPath), bits);
      at = head.write(route, out, at, form);
      return writePrefix(route.address, length, out, at);
    },
  };
};
