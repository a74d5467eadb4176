import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU16, u16, within } from "../octets.js";
import { isListOf, listOf } from "./shape.js";

/** RFC 5701 §2. */
export interface Ipv6ExtendedCommunity {
  /** Type and sub-type as one number of 16 bits; bit 0x4000 set: not transitive over ASes. */
  readonly type: number;
  /** 16 octets, an IPv6 address. */
  readonly globalAdministrator: Uint8Array;
  readonly localAdministrator: number;
}

export const ipv6ExtendedCommunitiesFlags: Fault = wrongFlags("ipv6-extended-communities");
// RFC 7606 §7.15; an unrecognised type or sub-type "MUST NOT" be an error.
export const ipv6ExtendedCommunitiesLength: Fault = treatAsWithdraw(
  "ipv6-extended-communities/bad-length",
  "RFC 7606 §7.15",
  UpdateError.AttributeLength,
);

/**
 * IPv6 Address Specific Extended Community, RFC 5701 §2.
 *
 *     | type (1) | sub-type (1) | global administrator (16) | local administrator (2) |   repeated to the end
 */
export const ipv6ExtendedCommunities: AttributeSpec<readonly Ipv6ExtendedCommunity[]> = {
  code: 25,
  name: "IPv6 Address Specific Extended Community",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: ipv6ExtendedCommunitiesFlags,
  faults: [ipv6ExtendedCommunitiesFlags, ipv6ExtendedCommunitiesLength],

  check(_msg, start, end) {
    return isListOf(20, start, end) ? null : ipv6ExtendedCommunitiesLength;
  },

  ...listOf("IPv6 Address Specific Extended Community", 20, read, write),
};

function read(msg: Uint8Array, at: number): Ipv6ExtendedCommunity {
  return {
    type: u16(msg, at),
    globalAdministrator: copyOctets(msg, at + 2, at + 18),
    localAdministrator: u16(msg, at + 18),
  };
}

function write(
  { type, globalAdministrator, localAdministrator }: Ipv6ExtendedCommunity,
  out: Uint8Array,
  start: number,
): number {
  if (globalAdministrator.length !== 16) throw new RangeError("a global administrator is an address of 16 octets");
  const at = setU16(out, start, within(0xffff, type, "the type of an extended community"));
  return setU16(
    out,
    setOctets(out, at, globalAdministrator),
    within(0xffff, localAdministrator, "the local administrator"),
  );
}
