import { type AttributeSpec, Flag, treatAsWithdraw, wrongFlags } from "../attribute.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, setOctets, setU16, u16, within } from "../octets.js";
import { isListOf, listOf } from "./shape.js";

/** RFC 4360 §2. The few regular types have a type of one octet: there the low octet of `type` opens the value. */
export interface ExtendedCommunity {
  /** Type high and type low as one number of 16 bits; bit 0x4000 set: not transitive over ASes. */
  readonly type: number;
  /** 6 octets, whose meaning depends on the type. */
  readonly value: Uint8Array;
}

export const extendedCommunitiesFlags: Fault = wrongFlags("extended-communities");
// RFC 7606 §7.14; an unrecognised type or sub-type "MUST NOT" be an error.
export const extendedCommunitiesLength: Fault = treatAsWithdraw(
  "extended-communities/bad-length",
  "RFC 7606 §7.14",
  UpdateError.AttributeLength,
);

/**
 * EXTENDED COMMUNITIES, RFC 4360 §2.
 *
 *     | type high (1) | type low (1) | value (6) |   repeated to the end
 */
export const extendedCommunities: AttributeSpec<readonly ExtendedCommunity[]> = {
  code: 16,
  name: "EXTENDED COMMUNITIES",
  flags: Flag.Optional | Flag.Transitive,
  flagFault: extendedCommunitiesFlags,
  faults: [extendedCommunitiesFlags, extendedCommunitiesLength],

  check(_msg, start, end) {
    return isListOf(8, start, end) ? null : extendedCommunitiesLength;
  },

  ...listOf("EXTENDED COMMUNITIES", 8, read, write),
};

function read(msg: Uint8Array, at: number): ExtendedCommunity {
  return { type: u16(msg, at), value: copyOctets(msg, at + 2, at + 8) };
}

function write({ type, value }: ExtendedCommunity, out: Uint8Array, at: number): number {
  if (value.length !== 6) throw new RangeError(`an extended community has a value of 6 octets, not ${value.length}`);
  return setOctets(out, setU16(out, at, within(0xffff, type, "the type of an extended community")), value);
}
