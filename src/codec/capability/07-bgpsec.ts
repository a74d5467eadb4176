import { type CapabilitySpec, wrongLength } from "../capability.js";
import type { Fault } from "../fault.js";
import { setU8, setU16, u8, u16, within } from "../octets.js";

/** BGPsec in one direction, for one address family. */
export interface Bgpsec {
  /** Four bits; RFC 8205 is version 0. */
  readonly version: number;
  /** Dir: 1, the sender of the capability is able to send BGPsec UPDATEs; 0, to receive them. */
  readonly sends: boolean;
  readonly afi: number;
}

const SENDS = 0x08;

export const bgpsecLength: Fault = wrongLength("bgpsec");

/**
 * BGPsec, RFC 8205 §2.1: one capability for each direction and address family.
 *
 *     | version (4 bits), Dir (1), unassigned (3) | AFI (2) |
 *
 * The unassigned bits are ignored when received.
 */
export const bgpsec: CapabilitySpec<Bgpsec> = {
  code: 7,
  name: "BGPsec",
  repeated: "all",
  faults: [bgpsecLength],
  partial: [],
  check: (_msg, start, end) => (end - start === 3 ? null : bgpsecLength),
  read: (msg, start) => ({
    version: u8(msg, start) >> 4,
    sends: (u8(msg, start) & SENDS) !== 0,
    afi: u16(msg, start + 1),
  }),
  size: () => 3,
  encode({ version, sends, afi }, out, at) {
    const next = setU8(out, at, (within(0xf, version, "the BGPsec version") << 4) | (sends ? SENDS : 0));
    return setU16(out, next, within(0xffff, afi, "the AFI"));
  },
};
