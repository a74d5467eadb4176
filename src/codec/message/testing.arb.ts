import fc from "fast-check";
import { expect } from "vitest";
import type { Decoded } from "../fault.js";

/** RFC 4271 §4.1. */
export const MARKER: string = "ff".repeat(16);

/** Asserts that a decoder finds the same in the same octets wherever they lie, and keeps no hold on them. */
export const ignoresSurroundings = <T>(
  octets: fc.Arbitrary<Uint8Array>,
  decode: (msg: Uint8Array, start: number, end: number) => Decoded<T>,
): void => {
  fc.assert(
    fc.property(octets, fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (whole, before, after) => {
      const alone = decode(whole, 0, whole.length);
      // A Buffer, because that is what a socket gives: its slices are views.
      const chunk = Buffer.from([...before, ...whole, ...after]);
      const inside = decode(chunk, before.length, before.length + whole.length);
      chunk.fill(0xa5);
      expect(inside).toEqual(alone);
    }),
    { numRuns: 300 },
  );
};
