import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU8, setU24, u8, u16, u24, within } from "../octets.js";

/** IANA, P-Multicast Service Interface Tunnel Tunnel Types (RFC 7385): those whose identifier is judged. */
export const TunnelType = {
  None: 0,
  RsvpTeP2mp: 1,
  MldpP2mp: 2,
  PimSsm: 3,
  PimSm: 4,
  BidirPim: 5,
  IngressReplication: 6,
  MldpMp2mp: 7,
  Bier: 11,
} as const;

export interface PmsiTunnel {
  /** 0x01: leaf information required. All eight bits, as they came. */
  readonly flags: number;
  readonly tunnelType: number;
  /** All 24 bits: a label is the upper 20 (RFC 6514 §5), a VNI all of them (RFC 8365 §9). */
  readonly label: number;
  /** Its layout depends on the type; of a type that is not in `TunnelType` it may be anything. */
  readonly identifier: Uint8Array;
}

export const pmsiTunnelFlags: Fault = wrongFlags("pmsi-tunnel");
export const pmsiTunnelTooShort: Fault = treatAsWithdraw(
  "pmsi-tunnel/too-short",
  "RFC 6514 §5",
  UpdateError.AttributeLength,
);
export const pmsiTunnelIdentifier: Fault = treatAsWithdraw("pmsi-tunnel/bad-identifier", "RFC 6514 §5");

/**
 * PMSI_TUNNEL, RFC 6514 §5.
 *
 *     | flags (1) | tunnel type (1) | MPLS label (3) | tunnel identifier |
 *
 * Malformed is an identifier that cannot be parsed as one of its type. An undefined type should be so, too, but the
 * registry has grown since (RFC 7385), up to composite types (RFC 8317): what we don't know is no fault.
 */
export const pmsiTunnel: AttributeSpec<PmsiTunnel> = {
  code: 22,
  name: "PMSI_TUNNEL",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: pmsiTunnelFlags,
  faults: [pmsiTunnelFlags, pmsiTunnelTooShort, pmsiTunnelIdentifier],

  check(msg, start, end) {
    if (end - start < 5) return pmsiTunnelTooShort;
    return isIdentifier(u8(msg, start + 1), msg, start + 5, end) ? null : pmsiTunnelIdentifier;
  },

  read(msg, start, end) {
    return {
      flags: u8(msg, start),
      tunnelType: u8(msg, start + 1),
      label: u24(msg, start + 2),
      identifier: copyOctets(msg, start + 5, end),
    };
  },

  size({ identifier }) {
    return 5 + identifier.length;
  },

  encode({ flags, tunnelType, label, identifier }, out, start) {
    if (!isIdentifier(tunnelType, identifier, 0, identifier.length)) {
      throw new RangeError(`a PMSI tunnel of type ${tunnelType} has no such identifier`);
    }
    let at = setU8(out, start, within(0xff, flags, "the flags of a PMSI tunnel"));
    at = setU8(out, at, within(0xff, tunnelType, "the type of a PMSI tunnel"));
    at = setU24(out, at, within(0xffffff, label, "the label of a PMSI tunnel"));
    return setOctets(out, at, identifier);
  },
};

const isIdentifier = (type: number, msg: Uint8Array, start: number, end: number): boolean => {
  const length = end - start;
  switch (type) {
    case TunnelType.None:
      return length === 0;
    // Extended tunnel ID (4, or 16 of IPv6: RFC 4875 §19.1.2), reserved (2), tunnel ID (2), P2MP ID (4).
    case TunnelType.RsvpTeP2mp:
      return length === 12 || length === 24;
    case TunnelType.MldpP2mp:
    case TunnelType.MldpMp2mp:
      return isFecElement(msg, start, end);
    // Sender or root, and P-multicast group.
    case TunnelType.PimSsm:
    case TunnelType.PimSm:
    case TunnelType.BidirPim:
      return length === 8 || length === 32;
    // The unicast endpoint of the tunnel.
    case TunnelType.IngressReplication:
      return length === 4 || length === 16;
    // RFC 8556 §2: sub-domain (1), BFR-id (2), BFR-prefix.
    case TunnelType.Bier:
      return length === 7 || length === 19;
    default:
      return true;
  }
};

/** RFC 6388 §2.2 and §3.2: type (1), address family (2), address length (1), root node, opaque length (2), opaque value. */
const isFecElement = (msg: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 6) return false;
  const family = u16(msg, start + 1);
  const root = u8(msg, start + 3);
  if ((family === 1 && root !== 4) || (family === 2 && root !== 16)) return false;
  const opaque = start + 4 + root + 2;
  return opaque <= end && opaque + u16(msg, opaque - 2) === end;
};
