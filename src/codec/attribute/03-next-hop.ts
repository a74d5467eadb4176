import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets } from "../octets.js";

export const nextHopFlags: Fault = wrongFlags("next-hop");
export const nextHopLength: Fault = treatAsWithdraw(
  "next-hop/bad-length",
  "RFC 7606 §7.3",
  UpdateError.AttributeLength,
);

/**
 * NEXT_HOP, RFC 4271 §4.3 (c): an IPv4 address, four octets.
 *
 * RFC 7606 §7.3 makes the length its only malformation. Whether the address can be a next hop at all (RFC 4271 §6.3, our
 * own address, a network of the peer's) is a question about routes, answered where the local addresses are known.
 */
export const nextHop: AttributeSpec<Uint8Array> = {
  code: 3,
  name: "NEXT_HOP",
  flags: Flag.Transitive,
  flagFault: nextHopFlags,
  faults: [nextHopFlags, nextHopLength],

  check(_msg, start, end) {
    return end - start === 4 ? null : nextHopLength;
  },

  read(msg, start, end) {
    return copyOctets(msg, start, end);
  },

  size() {
    return 4;
  },

  encode(value, out, at) {
    if (value.length !== 4) throw new RangeError(`NEXT_HOP has 4 octets, not ${value.length}`);
    return setOctets(out, at, value);
  },
};
