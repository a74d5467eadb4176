import { type CapabilitySpec, ignored, wrongLength } from "../capability.js";
import { setU8, u8, within } from "../octets.js";

/**
 * A capability that offers several sessions, draft-ietf-idr-bgp-multisession §4. Its value is the Session Id: the codes
 * of the capabilities whose values tell one group of sessions from another.
 *
 *     | flags (1) | codes, an octet each, or none |
 *
 * The flags are ignored when received.
 */
export const sessions = (code: number, name: string, id: string): CapabilitySpec<readonly number[]> => {
  const length = wrongLength(id);
  // §4: the capability's own code must not be listed, and is ignored when it is.
  const ownCode = ignored(`${id}/own-code`, "draft-ietf-idr-bgp-multisession-07 §4");
  return {
    code,
    name,
    repeated: "last",
    faults: [length, ownCode],
    partial: [ownCode],

    check(msg, start, end) {
      if (end === start) return length;
      for (let at = start + 1; at < end; at++) if (u8(msg, at) === code) return ownCode;
      return null;
    },

    read(msg, start, end) {
      const codes: number[] = [];
      for (let at = start + 1; at < end; at++) if (u8(msg, at) !== code) codes.push(u8(msg, at));
      return codes;
    },

    size: (codes) => 1 + codes.length,

    encode(codes, out, start) {
      let at = setU8(out, start, 0);
      for (const one of codes) {
        if (one === code) throw new RangeError(`${name} does not list itself`);
        at = setU8(out, at, within(0xff, one, "the capability code"));
      }
      return at;
    },
  };
};
