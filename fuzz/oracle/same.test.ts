import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { same } from "./same.js";

/** What values of the codec are made of, and some that they are not. */
const anything = fc.anything({
  withBigInt: true,
  withTypedArray: true,
  withMap: true,
  withSet: true,
  withSparseArray: false,
  withNullPrototype: true,
});

describe("same", () => {
  it("says what isDeepStrictEqual says", () => {
    fc.assert(fc.property(anything, anything, (a, b) => same(a, b) === isDeepStrictEqual(a, b)));
    fc.assert(fc.property(fc.clone(anything, 2), ([a, b]) => same(a, b) === isDeepStrictEqual(a, b)));
  });

  it.each([
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [{ a: undefined }, { b: undefined }],
    [[1], { 0: 1 }],
    [Buffer.of(1), Uint8Array.of(1)],
    [Uint8Array.of(1, 2), Uint8Array.of(1)],
    [Uint16Array.of(1), Uint8Array.of(1)],
    [0, -0],
    [1n, 1],
    [new Set([1]), new Set([2])],
    [
      [1, [2, { a: [3] }]],
      [1, [2, { a: [4] }]],
    ],
  ])("tells %o from %o", (a, b) => {
    expect([same(a, b), same(b, a)]).toEqual([false, false]);
    expect([same(a, structuredClone(a)), same(b, b)]).toEqual([!Buffer.isBuffer(a), true]);
  });
});
