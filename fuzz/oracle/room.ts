/**
 * Octets in which an oracle lays an input among others: the same ones again and again, valid until the next call. What a
 * socket gives is a Buffer, whose `slice` shares the octets where that of a Uint8Array copies them.
 */
export const octetsRoom = (length: number): Uint8Array =>
  length <= ORDINARY ? octets.subarray(0, length) : new Uint8Array(length);

export const bufferRoom = (length: number): Buffer =>
  length <= ORDINARY ? buffer.subarray(0, length) : Buffer.alloc(length);

const ORDINARY = 5000;
const octets = new Uint8Array(ORDINARY);
const buffer = Buffer.alloc(ORDINARY);
