import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU32, u8, u32, within } from "../octets.js";
import { fatal, PDU_HEADER, type PduSpec } from "../rtr.js";

/** A validated payload: this AS may originate that prefix. */
export interface PrefixPayload {
  /** Else it is withdrawn. */
  readonly announce: boolean;
  readonly length: number;
  /** Bits of the longest prefix allowed: `length` or more. */
  readonly maxLength: number;
  /** 4 or 16 octets, as they came: RFC 8210 says nothing of the bits behind `length`. */
  readonly prefix: Uint8Array;
  readonly as: number;
}

export interface PrefixSpec extends PduSpec<PrefixPayload> {
  readonly wrongLength: Fault;
  readonly tooLong: Fault;
  readonly badMaxLength: Fault;
  /** Octets of an address. */
  readonly width: 4 | 16;
}

/**
 * IPv4 and IPv6 Prefix, RFC 8210 §5.6 and §5.7.
 *
 *     | version (1) | type (1) | zero (2) | length (4) = 20 or 32 |
 *     | flags (1) | prefix length (1) | max length (1) | zero (1) | prefix (4 or 16) | AS (4) |
 */
export const prefixPdu = (type: number, name: string, id: string, width: 4 | 16): PrefixSpec => {
  const wrongLength = fatal(`${id}/wrong-length`);
  // The figures: both lengths are 0..32 or 0..128.
  const tooLong = fatal(`${id}/prefix-too-long`);
  // §5.1: "MUST NOT be less than the Prefix Length element".
  const badMaxLength = fatal(`${id}/bad-max-length`);
  const bits = width * 8;
  const size = PDU_HEADER + 8 + width;
  return {
    type,
    name,
    versions: [0, 1, 2],
    faults: [wrongLength, tooLong, badMaxLength],
    wrongLength,
    tooLong,
    badMaxLength,
    width,

    check(msg, start, end) {
      if (end - start !== size) return wrongLength;
      const length = u8(msg, start + 9);
      if (length > bits) return tooLong;
      const maxLength = u8(msg, start + 10);
      return maxLength < length || maxLength > bits ? badMaxLength : null;
    },

    read(msg, start) {
      return {
        // §5.1: the other bits are ignored.
        announce: (u8(msg, start + 8) & 1) === 1,
        length: u8(msg, start + 9),
        maxLength: u8(msg, start + 10),
        prefix: copyOctets(msg, start + 12, start + 12 + width),
        as: u32(msg, start + 12 + width),
      };
    },

    size: () => size,

    encode({ announce, length, maxLength, prefix, as }, out, start) {
      if (prefix.length !== width) throw new RangeError(`the prefix of an ${name} PDU has ${width} octets`);
      let at = setU8(out, start + 8, announce ? 1 : 0);
      at = setU8(out, at, within(bits, length, "the prefix length"));
      at = setU8(out, at, within(bits, maxLength, "the max length"));
      if (maxLength < length) throw new RangeError("the max length is not less than the prefix length");
      at = setOctets(out, setU8(out, at, 0), prefix);
      setU32(out, at, within(0xffffffff, as, "the AS number"));
    },
  };
};
