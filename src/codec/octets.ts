/**
 * Reading and writing integers in network byte order.
 *
 * The one place where an index is taken on trust: callers have checked their bounds. A read past the end gives 0 and a
 * write past the end is dropped in silence (that is what typed arrays do), so decoders compare with `end` first and
 * encoders ask `size` first.
 */

export const u8 = (octets: Uint8Array, at: number): number => octets[at]!;

export const u16 = (octets: Uint8Array, at: number): number => (octets[at]! << 8) | octets[at + 1]!;

export const u24 = (octets: Uint8Array, at: number): number =>
  (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!;

export const u32 = (octets: Uint8Array, at: number): number =>
  ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;

export const setU8 = (octets: Uint8Array, at: number, value: number): number => {
  octets[at] = value;
  return at + 1;
};

export const setU16 = (octets: Uint8Array, at: number, value: number): number => {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
  return at + 2;
};

export const setU24 = (octets: Uint8Array, at: number, value: number): number => {
  octets[at] = value >>> 16;
  octets[at + 1] = value >>> 8;
  octets[at + 2] = value;
  return at + 3;
};

export const setU32 = (octets: Uint8Array, at: number, value: number): number => {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
  return at + 4;
};

/** Copies `from` to `at` and gives the offset after. Throws RangeError when it does not fit. */
export const setOctets = (octets: Uint8Array, at: number, from: Uint8Array): number => {
  octets.set(from, at);
  return at + from.length;
};

/** Octets [start, end) in memory of their own. Not `slice`: of a Buffer, which is what a socket gives, that is a view. */
export const copyOctets = (octets: Uint8Array, start: number, end: number): Uint8Array => {
  const copy = new Uint8Array(end - start);
  // Most are short: a view costs more than such a copy.
  if (copy.length <= FEW) for (let i = 0; i < copy.length; i++) copy[i] = octets[start + i]!;
  else copy.set(octets.subarray(start, end));
  return copy;
};

const FEW = 16;

/** The integer itself when it is a whole number in [0, max]; RangeError otherwise: what the wire cannot carry. */
export const within = (max: number, value: number, what: string): number => {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${what} must be a whole number from 0 to ${max}, not ${value}`);
};

/** The octets themselves when there are as many as there may be; RangeError otherwise. */
export const ofWidth = (widths: readonly number[], octets: Uint8Array, what: string): Uint8Array => {
  if (widths.includes(octets.length)) return octets;
  throw new RangeError(`${what} has ${widths.join(" or ")} octets, not ${octets.length}`);
};

export const equalOctets = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Lower-case hex of octets [start, end), two digits each, nothing between. */
export const hex = (octets: Uint8Array, start = 0, end: number = octets.length): string => {
  let text = "";
  for (let at = start; at < end; at++) text += octets[at]!.toString(16).padStart(2, "0");
  return text;
};
