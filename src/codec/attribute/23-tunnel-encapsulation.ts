import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import {
  isFramed,
  OVERRUN,
  readTlvs,
  sizeOfTlvs,
  type TlvCodec,
  tlv8x8or16,
  tlv16x16,
  tlvEnd,
  writeTlvs,
} from "./tlv.js";
import { type TunnelSubTlv, tunnelSubTlvs } from "./tunnel-sub-tlv.js";

/** RFC 9012 §2: one way to reach the next hop. */
export interface Tunnel {
  /** IANA, BGP Tunnel Encapsulation Attribute Tunnel Types: 8 is VXLAN, 15 an SR policy. */
  readonly type: number;
  readonly subTlvs: readonly TunnelSubTlv[];
}

const malformed = (what: string): Fault => treatAsWithdraw(`tunnel-encapsulation/${what}`, "RFC 9012 §13");

export const tunnelEncapsulationFlags: Fault = wrongFlags("tunnel-encapsulation");
export const tunnelEncapsulationEmpty: Fault = malformed("no-tunnel");
export const tunnelEncapsulationTunnelOverrun: Fault = malformed("tunnel-overrun");
export const tunnelEncapsulationSubTlvOverrun: Fault = malformed("sub-tlv-overrun");

/**
 * Tunnel Encapsulation, RFC 9012 §2.
 *
 *     | tunnel type (2) | length (2) | sub-TLVs |                     repeated to the end
 *     | sub-TLV type (1) | length (1 for types below 128, else 2) | value |
 *
 * RFC 9012 §13: it is malformed when the last octet of a tunnel is not the last one of its last sub-TLV, or when there is no
 * tunnel. An unknown tunnel or sub-TLV is not, nor is a sub-TLV that does not keep to its layout: that one counts as
 * unknown, and is kept as octets.
 */
export const tunnelEncapsulation: AttributeSpec<readonly Tunnel[]> = {
  code: 23,
  name: "Tunnel Encapsulation",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: tunnelEncapsulationFlags,
  faults: [
    tunnelEncapsulationFlags,
    tunnelEncapsulationEmpty,
    tunnelEncapsulationTunnelOverrun,
    tunnelEncapsulationSubTlvOverrun,
  ],

  check(msg, start, end) {
    if (start === end) return tunnelEncapsulationEmpty;
    for (let at = start; at < end; ) {
      const next = tlvEnd(tlv16x16, msg, at, end);
      if (next === OVERRUN) return tunnelEncapsulationTunnelOverrun;
      if (!isFramed(tlv8x8or16, msg, at + 4, next)) return tunnelEncapsulationSubTlvOverrun;
      at = next;
    }
    return null;
  },

  read: (msg, start, end) => readTlvs(tunnels, msg, start, end),
  size: (value) => sizeOfTlvs(tunnels, value),

  encode(value, out, start) {
    if (value.length === 0) throw new RangeError("Tunnel Encapsulation has at least one tunnel, or is left out");
    return writeTlvs(tunnels, value, out, start);
  },
};

const tunnels: TlvCodec<Tunnel> = {
  form: tlv16x16,
  read: (type, msg, start, end) => ({ type, subTlvs: readTlvs(tunnelSubTlvs(type), msg, start, end) }),
  code: ({ type }) => type,
  size: ({ type, subTlvs }) => sizeOfTlvs(tunnelSubTlvs(type), subTlvs),
  write: ({ type, subTlvs }, out, at) => writeTlvs(tunnelSubTlvs(type), subTlvs, out, at),
};
