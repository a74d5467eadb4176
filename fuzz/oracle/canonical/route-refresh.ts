import { u8, u16 } from "../../../src/codec/octets.js";

/**
 * A whole ROUTE-REFRESH without faults, header included: the five reserved bits of an Address Prefix entry are sent as
 * zero, ignored when received (RFC 5291 §4). Entries of other types, or for routes that are more than a prefix, are kept.
 */
export const orfReservedCleared = (msg: Uint8Array): Uint8Array => {
  const out = msg.slice();
  const isPrefix = u16(out, 19) >= 1 && u16(out, 19) <= 2 && [1, 2, 4].includes(u8(out, 22));
  // Behind the header: AFI (2), subtype (1), SAFI (1), when-to-refresh (1).
  for (let at = 24; isPrefix && at < out.length; ) {
    const end = at + 3 + u16(out, at + 1);
    if (u8(out, at) === 64) {
      for (let entry = at + 3; entry < end; ) {
        const first = u8(out, entry);
        out[entry] = first & 0xe0;
        entry += first >> 6 === 2 ? 1 : 8 + Math.ceil(u8(out, entry + 7) / 8);
      }
    }
    at = end;
  }
  return out;
};
