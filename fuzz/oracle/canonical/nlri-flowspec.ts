import { u8 } from "../../../src/codec/octets.js";
import type { Canonicalisation } from "../field.js";
import type { NlriCanonical } from "./nlri.js";

/** A length below 240 may stand in two octets; we write one (RFC 8955 §4.1). */
export const lengthShortened: NlriCanonical = (addPath) => ({
  name: "length-shortened",
  why: "RFC 8955 §4.1: a length below 240 can be encoded in one octet",
  apply: (octets) =>
    rulesOf(octets, addPath, ({ id, length, value }) => [
      ...id,
      ...(value.length < 240 ? [value.length] : length),
      ...value,
    ]),
});

/** Bits that fill the last octet of a prefix or pattern; we send them as zero. `lead`: octets of the distinguisher. */
export const paddingCleared =
  (version: 4 | 6, lead: 0 | 8): NlriCanonical =>
  (addPath): Canonicalisation => ({
    name: "padding-cleared",
    why: "RFC 8956 §3.1: padding is 0 on encoding, ignored on decoding; RFC 4271 §4.3: trailing bits are irrelevant",
    apply: (octets) =>
      rulesOf(octets, addPath, ({ id, length, value }) => {
        const out = value.slice();
        // Types 1 and 2 are prefixes and come first: whatever stands behind them has none.
        for (let at: number = lead; at < out.length && u8(out, at) <= 2; ) {
          const bits = u8(out, at + 1) - (version === 6 ? u8(out, at + 2) : 0);
          at += (version === 6 ? 3 : 2) + Math.ceil(bits / 8);
          const spare = (8 - (bits % 8)) % 8;
          if (spare > 0) out[at - 1] = (u8(out, at - 1) >> spare) << spare;
        }
        return [...id, ...length, ...out];
      }),
  });

interface Rule {
  /** The octets of the path identifier, if there is one. */
  readonly id: Uint8Array;
  readonly length: Uint8Array;
  readonly value: Uint8Array;
}

const rulesOf = (octets: Uint8Array, addPath: boolean, rewritten: (rule: Rule) => readonly number[]): Uint8Array => {
  const out: number[] = [];
  for (let at = 0; at < octets.length; ) {
    const from = addPath ? at + 4 : at;
    const first = u8(octets, from);
    const start = from + (first >= 240 ? 2 : 1);
    const size = first >= 240 ? (first - 240) * 256 + u8(octets, from + 1) : first;
    const value = octets.slice(start, start + size);
    for (const octet of rewritten({ id: octets.slice(at, from), length: octets.slice(from, start), value }))
      out.push(octet);
    at = start + size;
  }
  return Uint8Array.from(out);
};
