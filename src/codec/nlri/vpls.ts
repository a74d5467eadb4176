import type { Fault } from "../fault.js";
import { Afi, family, Safi } from "../iana.js";
import type { NlriSpec } from "../nlri.js";
import { copyOctets, ofWidth, setOctets, setU16, setU24, u16, u24, u32, within } from "../octets.js";
import { unparsable } from "./fault.js";
import { type WithPathId, writePathId } from "./path-id.js";

/** A VPLS edge and the labels with which others reach it, RFC 4761 §3.2.2. */
export interface VplsLabelBlock extends WithPathId {
  readonly type: "label-block";
  /** Route distinguisher, 8 octets: type (2) and value (6), RFC 4364 §4.2. */
  readonly rd: Uint8Array;
  readonly veId: number;
  readonly blockOffset: number;
  readonly blockSize: number;
  /** 20 bits: the first of the labels. */
  readonly labelBase: number;
  /** The 4 bits behind it, of which RFC 4761 says nothing. They are kept. */
  readonly lowBits: number;
}

/** A provider edge that was discovered, RFC 6074 §3.2.2.1: the labels come another way, LDP. */
export interface VplsDiscovery extends WithPathId {
  readonly type: "discovery";
  readonly rd: Uint8Array;
  /** PE_addr or VSI-ID, 4 octets. */
  readonly peAddress: Uint8Array;
}

export type VplsRoute = VplsLabelBlock | VplsDiscovery;

// RFC 6074 §7: both kinds are sent with AFI 25 and SAFI 65, and the length tells them apart. There is no third.
export const vplsBadLength: Fault = unparsable("vpls", "bad-length");
export const vplsOverrun: Fault = unparsable("vpls", "overrun");

const LABEL_BLOCK = 17;
const DISCOVERY = 12;
const RD_OCTETS = 8;

/**
 * VPLS, RFC 4761 §3.2.2 and RFC 6074 §3.2.2.1.
 *
 *     [ path identifier (4) ] | length = 17 (2) | RD (8) | VE ID (2) | VE block offset (2) | VE block size (2) | label base (3) |
 *     [ path identifier (4) ] | length = 12 (2) | RD (8) | PE address (4) |
 *
 * The length is in octets.
 */
export const vpls: NlriSpec<VplsRoute> = {
  family: family(Afi.L2vpn, Safi.Vpls),
  name: "vpls",
  faults: [vplsBadLength, vplsOverrun],
  partial: [],
  // RFC 7911 §3 extends the encoding of any family.
  pathIds: true,

  // RFC 4761 §3.3: of 4 octets it is an IPv4 address, of 16 an IPv6 address.
  isNextHopLength: (length) => length === 4 || length === 16,

  check(msg, start, end, addPath) {
    const lead = addPath ? 4 : 0;
    for (let at = start; at < end; ) {
      at += lead;
      if (at + 2 > end) return vplsOverrun;
      const length = u16(msg, at);
      if (length !== LABEL_BLOCK && length !== DISCOVERY) return vplsBadLength;
      at += 2 + length;
      if (at > end) return vplsOverrun;
    }
    return null;
  },

  read(msg, start, end, addPath) {
    const routes: VplsRoute[] = [];
    for (let at = start; at < end; ) {
      const pathId = addPath ? u32(msg, at) : 0;
      if (addPath) at += 4;
      const route = readRoute(msg, at);
      routes.push(addPath ? { pathId, ...route } : route);
      at += 2 + u16(msg, at);
    }
    return routes;
  },

  size(route, addPath) {
    return (addPath ? 6 : 2) + lengthOf(route);
  },

  encode(route, out, start, addPath) {
    let at = setU16(out, writePathId(route, out, start, addPath), lengthOf(route));
    at = setOctets(out, at, ofWidth([RD_OCTETS], route.rd, "a route distinguisher"));
    if (route.type === "discovery") return setOctets(out, at, ofWidth([4], route.peAddress, "a PE address"));
    at = setU16(out, at, within(0xffff, route.veId, "the VE ID"));
    at = setU16(out, at, within(0xffff, route.blockOffset, "the VE block offset"));
    at = setU16(out, at, within(0xffff, route.blockSize, "the VE block size"));
    const low = within(0xf, route.lowBits, "the bits behind the label base");
    return setU24(out, at, (within(0xfffff, route.labelBase, "the label base") << 4) | low);
  },
};

const lengthOf = ({ type }: VplsRoute): number => (type === "discovery" ? DISCOVERY : LABEL_BLOCK);

/** The route whose length stands at `at`. */
const readRoute = (msg: Uint8Array, at: number): VplsRoute => {
  const rd = copyOctets(msg, at + 2, at + 10);
  if (u16(msg, at) === DISCOVERY) return { type: "discovery", rd, peAddress: copyOctets(msg, at + 10, at + 14) };
  const label = u24(msg, at + 16);
  return {
    type: "label-block",
    rd,
    veId: u16(msg, at + 10),
    blockOffset: u16(msg, at + 12),
    blockSize: u16(msg, at + 14),
    labelBase: label >>> 4,
    lowBits: label & 0xf,
  };
};
