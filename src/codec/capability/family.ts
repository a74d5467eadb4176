import { afiOf, type Family, family, safiOf } from "../iana.js";
import { setU8, setU16, u8, u16, within } from "../octets.js";

/** AFI (2) and SAFI (1) side by side, as most capabilities have them. */
export const readFamily = (msg: Uint8Array, at: number): Family => family(u16(msg, at), u8(msg, at + 2));

/** Writes AFI (2) and SAFI (1) and gives the offset after. Throws RangeError when it is no family. */
export const writeFamily = (of: Family, out: Uint8Array, at: number): number => {
  within(0xffffff, of, "the family");
  return setU8(out, setU16(out, at, afiOf(of)), safiOf(of));
};

/** The F bit of RFC 4724 §3 and RFC 9494 §3.1; the other bits of the octet are ignored. */
export const FORWARDING = 0x80;
