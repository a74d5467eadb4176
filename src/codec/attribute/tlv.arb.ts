import fc from "fast-check";
import type { OpaqueTlv } from "./tlv.js";

/** TLVs without a layout, of any code that `isFree` lets through; `maxCode` 0xff or 0xffff. */
export const opaqueArb = (
  maxCode: number,
  isFree: (code: number) => boolean,
  maxLength = 12,
): fc.Arbitrary<OpaqueTlv> =>
  fc.record({
    type: fc.constant("opaque" as const),
    code: fc.oneof(fc.nat(30), fc.constantFrom(127, 128, maxCode), fc.nat(maxCode)).filter(isFree),
    octets: fc.uint8Array({ maxLength }),
  });

/** Octets one after the other. */
export const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export const u8Arb: fc.Arbitrary<number> = fc.nat(0xff);
export const u16Arb: fc.Arbitrary<number> = fc.nat(0xffff);
export const u24Arb: fc.Arbitrary<number> = fc.nat(0xffffff);

export const addressArb: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);
