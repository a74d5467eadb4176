import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU8, setU32, u8, u32, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec } from "../rtr.js";

/** A router of this AS signs BGPsec paths with this key. */
export interface RouterKey {
  /** Else it is withdrawn. */
  readonly announce: boolean;
  /** 20 octets. */
  readonly subjectKeyIdentifier: Uint8Array;
  readonly as: number;
  /** DER, with tag and length of the SEQUENCE; not looked into. */
  readonly subjectPublicKeyInfo: Uint8Array;
}

const IDENTIFIER = 20;
const KEY = PDU_HEADER + IDENTIFIER + 4;
// §5.1: "the full ASN.1 DER encoding of the subjectPublicKeyInfo, including the ASN.1 tag and length values".
const SHORTEST = KEY + 2;

export const routerKeyTooShort: Fault = fatal("router-key/too-short");

/**
 * Router Key, RFC 8210 §5.10.
 *
 *     | version (1) | type (1) = 9 | flags (1) | zero (1) | length (4) |
 *     | subject key identifier (20) | AS (4) | subject public key info |
 */
export const routerKey: PduSpec<RouterKey> = {
  type: 9,
  name: "Router Key",
  versions: [1, 2],
  faults: [routerKeyTooShort],

  check: (_msg, start, end) => (end - start < SHORTEST ? routerKeyTooShort : null),

  read(msg, start, end) {
    return {
      announce: (u8(msg, start + HEADER_FIELD) & 1) === 1,
      subjectKeyIdentifier: copyOctets(msg, start + PDU_HEADER, start + PDU_HEADER + IDENTIFIER),
      as: u32(msg, start + PDU_HEADER + IDENTIFIER),
      subjectPublicKeyInfo: copyOctets(msg, start + KEY, end),
    };
  },

  size: ({ subjectPublicKeyInfo }) => KEY + subjectPublicKeyInfo.length,

  encode({ announce, subjectKeyIdentifier, as, subjectPublicKeyInfo }, out, start) {
    if (subjectKeyIdentifier.length !== IDENTIFIER) throw new RangeError("a subject key identifier has 20 octets");
    if (subjectPublicKeyInfo.length < 2) throw new RangeError("a subject public key info has a tag and a length");
    setU8(out, start + HEADER_FIELD, announce ? 1 : 0);
    const at = setOctets(out, start + PDU_HEADER, subjectKeyIdentifier);
    setOctets(out, setU32(out, at, within(0xffffffff, as, "the AS number")), subjectPublicKeyInfo);
  },
};
