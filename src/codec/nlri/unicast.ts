import { declareFault, type Fault, Verdict } from "../fault.js";
import { ErrorCode, type Family, Ipv4Unicast, Ipv6Unicast, UpdateError } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { setU8, setU32, u8, u32, within } from "../octets.js";

/** A destination, with its path identifier where RFC 7911 was negotiated. */
export interface UnicastRoute {
  /** Present exactly when the family carries path identifiers in this direction. */
  readonly pathId?: number;
  /** Bits of the prefix: 0 to 32 or 128. */
  readonly length: number;
  /** The address, 4 or 16 octets; the bits after `length` are zero. */
  readonly address: Uint8Array;
}

/** The two ways in which a run of prefixes is no such thing (RFC 7606 §5.3). */
export interface UnicastSpec extends NlriSpec<UnicastRoute> {
  readonly tooLong: Fault;
  readonly overrun: Fault;
}

const broken = (name: string, what: string): Fault =>
  // RFC 7606 §5.3 with §3 (j): where the routes can't be parsed they can't be withdrawn either.
  declareFault(
    `${name}/${what}`,
    Verdict.SessionReset,
    [ErrorCode.Update, UpdateError.InvalidNetworkField],
    "RFC 7606 §5.3",
  );

/**
 * Unicast prefixes, RFC 4271 §4.3 and RFC 4760 §5, each led by four octets of path identifier under RFC 7911 §3.
 *
 *     [ path identifier (4) ] | length in bits (1) | as many octets as hold that many bits |   repeated to the end
 *
 * The bits that fill the last octet are irrelevant (RFC 4271 §4.3); reading clears them.
 */
const unicast = (family: Family, name: string, width: 4 | 16): UnicastSpec => {
  const tooLong = broken(name, "prefix-too-long");
  const overrun = broken(name, "overrun");
  const bits = width * 8;
  return {
    family,
    name,
    faults: [tooLong, overrun],
    tooLong,
    overrun,

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
        const octets = (length + 7) >>> 3;
        const address = new Uint8Array(width);
        address.set(msg.subarray(at, at + octets));
        clearHostBits(address, length);
        routes.push(addPath ? { pathId, length, address } : { length, address });
        at += octets;
      }
      return routes;
    },

    size({ length }, addPath) {
      return (addPath ? 5 : 1) + ((length + 7) >>> 3);
    },

    encode(route, out, start, addPath) {
      const length = within(bits, route.length, "the prefix length");
      if (route.address.length !== width) throw new RangeError(`a ${name} address has ${width} octets`);
      if (addPath !== (route.pathId !== undefined)) {
        throw new RangeError(addPath ? "a path identifier is missing" : "a path identifier was not negotiated");
      }
      let at = start;
      if (route.pathId !== undefined) at = setU32(out, at, within(0xffffffff, route.pathId, "the path identifier"));
      at = setU8(out, at, length);
      const octets = (length + 7) >>> 3;
      out.set(route.address.subarray(0, octets), at);
      if (length & 7) out[at + octets - 1] = u8(out, at + octets - 1) & (0xff00 >>> (length & 7));
      return at + octets;
    },
  };
};

const clearHostBits = (address: Uint8Array, length: number): void => {
  if (length & 7) {
    const last = length >>> 3;
    address[last] = u8(address, last) & (0xff00 >>> (length & 7));
  }
};

export const ipv4Unicast: UnicastSpec = unicast(Ipv4Unicast, "ipv4-unicast", 4);
export const ipv6Unicast: UnicastSpec = unicast(Ipv6Unicast, "ipv6-unicast", 16);
