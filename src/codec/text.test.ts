import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayText, utf8, utf8Octets } from "./text.js";

describe("UTF-8", () => {
  it("comes back as the text it was made of, a byte order mark included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8(utf8Octets(text))).toBe(text);
      }),
    );
    expect(utf8(utf8Octets("\ufeffa"))).toBe("\ufeffa");
  });

  it.each([
    ["a lone continuation octet", [0x80]],
    ["a cut sequence", [0xe2, 0x82]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a character above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["Latin-1", [0x4d, 0xfc, 0x6c]],
  ])("is not %s", (_what, octets) => {
    expect(utf8(Uint8Array.from(octets))).toBeNull();
  });

  it("does not carry a lone surrogate", () => {
    expect(() => utf8Octets("a\udc00")).toThrow(RangeError);
  });
});

describe("displayText", () => {
  it("gives one harmless line for any octets", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: "binary" }).map(utf8Octets)), (octets) => {
        expect(displayText(octets)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 1000 },
    );
  });
});
