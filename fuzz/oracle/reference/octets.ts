/** Integers in network order. The codec has its own: what judges it shares no line with it. */
export const u8 = (m: Uint8Array, at: number): number => m[at] ?? 0;
export const u16 = (m: Uint8Array, at: number): number => (u8(m, at) << 8) | u8(m, at + 1);
export const u24 = (m: Uint8Array, at: number): number => (u16(m, at) << 8) | u8(m, at + 2);
export const u32 = (m: Uint8Array, at: number): number => ((u16(m, at) << 16) | u16(m, at + 2)) >>> 0;
export const u64 = (m: Uint8Array, at: number): bigint => (BigInt(u32(m, at)) << 32n) | BigInt(u32(m, at + 4));

/** Whether `value` is octets, and those of `m` from `at` to `end`. */
export const isOctets = (m: Uint8Array, at: number, end: number, value: unknown): boolean => {
  if (!(value instanceof Uint8Array) || value.length !== end - at) return false;
  for (let i = 0; i < value.length; i++) if (value[i] !== m[at + i]) return false;
  return true;
};

export const shown = (m: Uint8Array): string => Buffer.from(m.buffer, m.byteOffset, m.length).toString("hex");
