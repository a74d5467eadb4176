import { fitsRule } from "../../../src/codec/bgp-ls.js";
import { hex, u16 } from "../../../src/codec/octets.js";
import type { NlriCanonical } from "./nlri.js";

/**
 * Link-state routes whose descriptors are malformed are left out. The registry of types is the codec's; how octets are
 * taken apart and compared is not.
 */
export const malformedLeftOut =
  (distinguisher: 0 | 8): NlriCanonical =>
  (addPath) => ({
    name: "malformed-left-out",
    why: "RFC 9552 §8.2.2: a malformed route that can be skipped is discarded, the others stand",
    apply: (octets) => {
      const kept: number[] = [];
      for (let at = 0; at < octets.length; ) {
        const header = at + (addPath ? 4 : 0);
        const end = header + 4 + u16(octets, header + 2);
        const body = octets.subarray(header + 4, end);
        if (stands(u16(octets, header), body, distinguisher + 9))
          for (const octet of octets.subarray(at, end)) kept.push(octet);
        at = end;
      }
      return Uint8Array.from(kept);
    },
  });

const stands = (type: number, body: Uint8Array, fixed: number): boolean => {
  if (![1, 2, 3, 4, 6].includes(type)) return true;
  const list = body.length < fixed ? null : listOf(body.subarray(fixed));
  if (list === null || !isSorted(list.map(hexOf))) return false;
  return list.every((one) => {
    if (u16(one, 0) !== 256 && u16(one, 0) !== 257) return true;
    const subs = listOf(one.subarray(4));
    if (subs === null) return false;
    const types = subs.map((sub) => hex(sub, 0, 2));
    return isSorted(types) && new Set(types).size === types.length;
  });
};

/** Each TLV with its header; null when one is cut short or of a length it cannot have. */
const listOf = (octets: Uint8Array): Uint8Array[] | null => {
  const list: Uint8Array[] = [];
  let rest = octets;
  while (rest.length > 0) {
    const length = rest.length < 4 ? Number.POSITIVE_INFINITY : 4 + u16(rest, 2);
    if (rest.length < length || !fitsRule(u16(rest, 0), length - 4)) return null;
    list.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return list;
};

// Type, length and value in digits sort as the three do.
const hexOf = (octets: Uint8Array): string => hex(octets);

const isSorted = (texts: readonly string[]): boolean =>
  texts.every((text, i) => i === 0 || (texts[i - 1] ?? "") <= text);
