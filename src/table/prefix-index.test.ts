import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PrefixIndex } from "./prefix-index.js";

/** Few distinct octets, so that prefixes meet again and share slots. */
const prefixArb = (octets: number): fc.Arbitrary<{ length: number; address: Uint8Array }> =>
  fc.record({
    length: fc.integer({ min: 0, max: octets * 8 }),
    address: fc.uint8Array({ minLength: octets, maxLength: octets, max: 3 }),
  });

const keyOf = ({ length, address }: { length: number; address: Uint8Array }): string =>
  `${[...address]
    .map((octet) => octet.toString(2).padStart(8, "0"))
    .join("")
    .slice(0, length)}/${length}`;

describe.each([4, 6] as const)("an index of IPv%i prefixes", (family) => {
  it("numbers each prefix once, in the order they come, host bits or not", () => {
    fc.assert(
      fc.property(fc.array(prefixArb(family === 4 ? 4 : 16), { maxLength: 6000, size: "max" }), (prefixes) => {
        const index = new PrefixIndex(family);
        const numbers = new Map<string, number>();
        for (const prefix of prefixes) {
          const key = keyOf(prefix);
          if (!numbers.has(key)) numbers.set(key, numbers.size);
          expect(index.add(prefix.address, 0, prefix.length)).toBe(numbers.get(key));
        }
        expect(index.size).toBe(numbers.size);
        for (const [key, number] of numbers) expect(index.lengthOf(number)).toBe(Number(key.split("/")[1]));
      }),
      { numRuns: 20 },
    );
  });
});
