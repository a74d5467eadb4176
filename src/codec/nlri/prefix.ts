import { u8 } from "../octets.js";

/** Octets that hold a prefix of `bits` bits, RFC 4271 §4.3. */
export const prefixOctets = (bits: number): number => (bits + 7) >>> 3;

/** The address of `width` octets whose first `bits` bits stand at `at`; the others are zero, whatever stood there. */
export const readPrefix = (msg: Uint8Array, at: number, bits: number, width: number): Uint8Array => {
  const octets = prefixOctets(bits);
  const address = new Uint8Array(width);
  // A few octets: a view to copy from costs more than the copy.
  for (let i = 0; i < octets; i++) address[i] = u8(msg, at + i);
  // RFC 4271 §4.3: the bits that fill the last octet are irrelevant.
  if (bits & 7) address[octets - 1] = u8(address, octets - 1) & (0xff00 >>> (bits & 7));
  return address;
};

/** Writes the octets of a prefix, the bits behind it as zero, and gives the offset after. */
export const writePrefix = (address: Uint8Array, bits: number, out: Uint8Array, at: number): number => {
  const octets = prefixOctets(bits);
  for (let i = 0; i < octets; i++) out[at + i] = u8(address, i);
  if (bits & 7) out[at + octets - 1] = u8(out, at + octets - 1) & (0xff00 >>> (bits & 7));
  return at + octets;
};
