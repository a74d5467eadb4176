import { type AttributeSpec, discarded, Flag, wrongFlags } from "../attribute.js";
import { flawOf, TLV_HEADER, type Tlv, writeTlv } from "../bgp-ls.js";
import type { Fault } from "../fault.js";
import { UpdateError } from "../iana.js";
import { copyOctets, u16 } from "../octets.js";

export const bgpLsFlags: Fault = wrongFlags("bgp-ls");
// RFC 7606 §4: no document lets this attribute be empty. RFC 9552 §8.2.2: what can be skipped is discarded.
export const bgpLsEmpty: Fault = discarded("bgp-ls/empty", "RFC 7606 §4", UpdateError.AttributeLength);
// RFC 9552 §8.2.2: the sum of all TLVs corresponds to the length of the attribute.
export const bgpLsOverrun: Fault = discarded("bgp-ls/overrun", "RFC 9552 §8.2.2");
// RFC 9552 §8.2.2: the length of each TLV and, when it is recognized, of its sub-TLVs is valid.
export const bgpLsTlvLength: Fault = discarded("bgp-ls/bad-tlv-length", "RFC 9552 §8.2.2");

/**
 * BGP-LS attribute, RFC 9552 §5.3: what is known of the link-state objects announced beside it.
 *
 *     | type (2) | length (2) | value |   repeated to the end
 *
 * §8.2.2: neither which TLVs there are nor what they say makes it malformed, and §5.1 nor does their order; unknown
 * ones are kept. A value stays octets: only a consumer of the topology has a use for what is in it.
 */
export const bgpLs: AttributeSpec<readonly Tlv[]> = {
  code: 29,
  name: "BGP-LS",
  flags: Flag.Optional,
  flagFault: bgpLsFlags,
  faults: [bgpLsFlags, bgpLsEmpty, bgpLsOverrun, bgpLsTlvLength],

  check(msg, start, end) {
    if (start === end) return bgpLsEmpty;
    const flaw = flawOf(msg, start, end);
    if (flaw === null) return null;
    return flaw === "overrun" ? bgpLsOverrun : bgpLsTlvLength;
  },

  read(msg, start, end) {
    const tlvs: Tlv[] = [];
    for (let at = start; at < end; ) {
      const value = at + TLV_HEADER;
      const next = value + u16(msg, at + 2);
      tlvs.push({ type: u16(msg, at), value: copyOctets(msg, value, next) });
      at = next;
    }
    return tlvs;
  },

  size(tlvs) {
    if (tlvs.length === 0) throw new RangeError("BGP-LS has at least one TLV, or is left out");
    return tlvs.reduce((size, { value }) => size + TLV_HEADER + value.length, 0);
  },

  encode(tlvs, out, start) {
    if (tlvs.length === 0) throw new RangeError("BGP-LS has at least one TLV, or is left out");
    let at = start;
    for (const tlv of tlvs) {
      const next = writeTlv(tlv, out, at);
      if (flawOf(out, at, next) !== null)
        throw new RangeError(`a TLV ${tlv.type} of BGP-LS has a length it cannot have`);
      at = next;
    }
    return at;
  },
};
