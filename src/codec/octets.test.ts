import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  copyOctets,
  equalOctets,
  hex,
  setOctets,
  setU8,
  setU16,
  setU24,
  setU32,
  u8,
  u16,
  u24,
  u32,
  within,
} from "./octets.js";

describe.each([
  [1, u8, setU8],
  [2, u16, setU16],
  [3, u24, setU24],
  [4, u32, setU32],
] as const)("integers of %i octets", (width, read, write) => {
  const most = 2 ** (8 * width) - 1;
  const place = fc.tuple(fc.oneof(fc.constantFrom(0, 1, most - 1, most), fc.nat({ max: most })), fc.nat(5));

  it("are read as they were written, in network order, and nothing beside them is touched", () => {
    fc.assert(
      fc.property(place, ([value, at]) => {
        const octets = new Uint8Array(10).fill(0xa5);
        expect(write(octets, at, value)).toBe(at + width);
        expect(read(octets, at)).toBe(value);
        const digits = value.toString(16).padStart(2 * width, "0");
        expect(hex(octets)).toBe("a5".repeat(at) + digits + "a5".repeat(10 - at - width));
      }),
    );
  });
});

describe("octets in a row", () => {
  it("are written whole or not at all", () => {
    const octets = new Uint8Array(4);
    expect(setOctets(octets, 1, Uint8Array.of(1, 2, 3))).toBe(4);
    expect(hex(octets)).toBe("00010203");
    expect(() => setOctets(octets, 2, Uint8Array.of(9, 9, 9))).toThrow(RangeError);
    expect(hex(octets)).toBe("00010203");
  });

  it("are copied out of a Buffer too, whose slices are views", () => {
    const buffer = Buffer.from([1, 2, 3, 4]);
    const copy = copyOctets(buffer, 1, 3);
    buffer.fill(0);
    expect(copy).toEqual(Uint8Array.of(2, 3));
  });

  it("are equal when length and every octet are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4, max: 2 }), fc.uint8Array({ maxLength: 4, max: 2 }), (a, b) => {
        expect(equalOctets(a, b)).toBe(hex(a) === hex(b));
        expect(equalOctets(a, a.slice())).toBe(true);
      }),
    );
  });

  it("are shown as two digits each", () => {
    const octets = Uint8Array.of(0, 1, 0x7f, 0x80, 0xff);
    expect(hex(octets)).toBe("00017f80ff");
    expect(hex(octets, 3)).toBe("80ff");
    expect(hex(octets, 1, 3)).toBe("017f");
    expect(hex(octets, 2, 2)).toBe("");
  });
});

describe("within", () => {
  it("gives a whole number from 0 to the most back", () => {
    for (const value of [0, 1, 255]) expect(within(255, value, "it")).toBe(value);
  });

  it.each([-1, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s and says why", (value) => {
    expect(() => within(255, value, "the hop count")).toThrow(
      new RangeError(`the hop count must be a whole number from 0 to 255, not ${value}`),
    );
  });
});
