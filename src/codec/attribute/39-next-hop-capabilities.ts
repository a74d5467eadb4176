import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import type { Family } from "../iana.js";
import { copyOctets, setOctets, setU8, setU24, setU32, u8, u24, u32, within } from "../octets.js";
import {
  fixedLayout,
  lenientCodec,
  type OpaqueTlv,
  OVERRUN,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  tlv16x16,
  tlvEnd,
  writeTlvs,
} from "./tlv.js";

/** What holds for a route as long as its next hop is the one named here. */
export interface NextHopCapabilities {
  readonly family: Family;
  /** As in the route's own NEXT_HOP or MP_REACH_NLRI, else the attribute means nothing to a receiver. */
  readonly nextHop: Uint8Array;
  readonly characteristics: readonly NextHopCharacteristic[];
}

/** BGPID: who vouches for a next hop that is but a link-local address. */
export type NextHopCharacteristic = BgpIdentifier | OpaqueTlv;

interface BgpIdentifier {
  readonly type: "bgp-identifier";
  readonly identifier: number;
  readonly as: number;
}

const BGP_IDENTIFIER = 3;

/** AFI, SAFI, length of the next hop. */
const HEADER = 4;

const malformed = (what: string): Fault => discarded(`next-hop-capabilities/${what}`, "draft-ietf-idr-nhc §2.4");

export const nextHopCapabilitiesFlags: Fault = wrongFlags("next-hop-capabilities");
export const nextHopCapabilitiesTooShort: Fault = malformed("too-short");
export const nextHopCapabilitiesNextHopOverrun: Fault = malformed("next-hop-overrun");
export const nextHopCapabilitiesNone: Fault = malformed("no-characteristic");
export const nextHopCapabilitiesOverrun: Fault = malformed("characteristic-overrun");

/**
 * Next Hop Dependent Characteristics (NHC), draft-ietf-idr-nhc §2.1; draft-ietf-idr-entropy-label before it was split.
 *
 *     | AFI (2) | SAFI (1) | length of next hop (1) | next hop | code (2) | length (2) | value |   to the end
 *
 * Characteristic 3 is BGPID, `| BGP identifier (4) | AS (4) |`; one of another length is ignored, not a fault of the
 * attribute (§2.4): it is kept as octets, like a code that is not known.
 */
export const nextHopCapabilities: AttributeSpec<NextHopCapabilities> = {
  code: 39,
  name: "NHC",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: nextHopCapabilitiesFlags,
  faults: [
    nextHopCapabilitiesFlags,
    nextHopCapabilitiesTooShort,
    nextHopCapabilitiesNextHopOverrun,
    nextHopCapabilitiesNone,
    nextHopCapabilitiesOverrun,
  ],

  check(msg, start, end) {
    if (end - start < HEADER) return nextHopCapabilitiesTooShort;
    const first = start + HEADER + u8(msg, start + 3);
    if (first > end) return nextHopCapabilitiesNextHopOverrun;
    // §2.1: one or more characteristics.
    if (first === end) return nextHopCapabilitiesNone;
    for (let at = first; at < end; ) {
      at = tlvEnd(tlv16x16, msg, at, end);
      if (at === OVERRUN) return nextHopCapabilitiesOverrun;
    }
    return null;
  },

  read(msg, start, end) {
    const first = start + HEADER + u8(msg, start + 3);
    return {
      family: u24(msg, start),
      nextHop: copyOctets(msg, start + HEADER, first),
      characteristics: readTlvs(codec, msg, first, end),
    };
  },

  size: ({ nextHop, characteristics }) => HEADER + nextHop.length + sizeOfTlvs(codec, characteristics),

  encode({ family, nextHop, characteristics }, out, start) {
    if (characteristics.length === 0) throw new RangeError("NHC has at least one characteristic, or is left out");
    let at = setU24(out, start, within(0xffffff, family, "the family"));
    at = setU8(out, at, within(0xff, nextHop.length, "the length of the next hop"));
    return writeTlvs(codec, characteristics, out, setOctets(out, at, nextHop));
  },
};

const codec: TlvCodec<NextHopCharacteristic> = lenientCodec<BgpIdentifier>(tlv16x16, {
  "bgp-identifier": fixedLayout(
    BGP_IDENTIFIER,
    8,
    (msg, at) => ({ type: "bgp-identifier", identifier: u32(msg, at), as: u32(msg, at + 4) }),
    ({ identifier, as }, out, at) => {
      const next = setU32(out, at, within(0xffffffff, identifier, "a BGP identifier"));
      return setU32(out, next, within(0xffffffff, as, "an AS number"));
    },
  ),
});
