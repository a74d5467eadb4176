import type { Comparable } from "../types.js";

const MOST_WORDS = 4096;
const LONGEST_WORD = 64;

/** Values that the code under test compared with, as octets. */
export class Dictionary {
  readonly words: Uint8Array[] = [];
  readonly #seen: Set<string> = new Set();
  /** Values whose octets were seen: they come again with each comparison. */
  readonly #values: Set<Comparable> = new Set();
  #count = 0;

  add(value: Comparable): void {
    if (this.#values.has(value)) return;
    if (this.#values.size < 4 * MOST_WORDS) this.#values.add(value);
    const octets = octetsOf(value);
    if (octets === null || octets.length === 0 || octets.length > LONGEST_WORD) return;
    const key = String.fromCharCode(...octets);
    if (this.#seen.has(key)) return;
    if (this.#seen.size < 4 * MOST_WORDS) this.#seen.add(key);
    if (this.words.length < MOST_WORDS) this.words.push(octets);
    else this.words[this.#count++ % MOST_WORDS] = octets;
  }
}

const encoder = new TextEncoder();

/** Big-endian, in as few octets as hold it of 1, 2, 4 and 8; null for what is no whole number of that size. */
export const octetsOf = (value: Comparable): Uint8Array | null => {
  if (typeof value === "string") return encoder.encode(value.slice(0, LONGEST_WORD));
  if (typeof value === "object") return value.slice(0, LONGEST_WORD);
  const width = widthOf(value);
  return width === 0 ? null : integer(value, width, false);
};

/** Octets that hold it: 1, 2, 4 or 8; 0 when it is no whole number, or too large. */
export const widthOf = (value: number | bigint): number => {
  if (typeof value === "number" && !Number.isSafeInteger(value)) return 0;
  // Of a negative number as two's complement: bit operations give such numbers.
  if (value < 0) return value >= -0x80000000 ? 4 : 0;
  if (value <= 0xff) return 1;
  if (value <= 0xffff) return 2;
  if (value <= 0xffffffff) return 4;
  return value <= 0xffffffffffffffffn ? 8 : 0;
};

/** `value` in `width` octets, the high ones cut off. */
export const integer = (value: number | bigint, width: number, little: boolean): Uint8Array => {
  const octets = new Uint8Array(width);
  if (typeof value === "number" && value >= -0x80000000 && value <= 0xffffffff) {
    // Four octets by shifts; what is beyond is zero, or of a negative number cut off.
    for (let i = 0; i < Math.min(4, width); i++) octets[little ? i : width - 1 - i] = value >>> (8 * i);
    return octets;
  }
  let left = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < width; i++) {
    octets[little ? i : width - 1 - i] = Number(left & 0xffn);
    left >>= 8n;
  }
  return octets;
};
