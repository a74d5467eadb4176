import { u8 } from "../../../src/codec/octets.js";

/** RFC 8210 §5 and §5.1: what is marked zero and the upper bits of the flags are sent as zero, ignored when received. */
export const canonicalPdu = (msg: Uint8Array): Uint8Array => {
  const out = msg.slice();
  for (const at of ZEROS[u8(msg, 1)] ?? []) out[at] = 0;
  const flags = FLAGS[u8(msg, 1)];
  if (flags !== undefined) out[flags] = u8(msg, flags) & 1;
  return out;
};

/** By PDU type: the octets that the figures mark "zero". */
const ZEROS: Readonly<Record<number, readonly number[]>> = {
  2: [2, 3],
  4: [2, 3, 11],
  6: [2, 3, 11],
  8: [2, 3],
  9: [3],
  11: [3],
};

/** By PDU type: where the flags are. */
const FLAGS: Readonly<Record<number, number>> = { 4: 8, 6: 8, 9: 2, 11: 2 };
