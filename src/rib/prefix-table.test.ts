import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PrefixTable } from "./prefix-table.js";

/** Few different octets: many prefixes share their first bits, and adding and removing meets again and again. */
const octetArb = fc.constantFrom(0, 1, 127, 128, 255);
const prefixArb = (octets: 4 | 16): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.integer({ min: 0, max: octets * 8 }), fc.array(octetArb, { minLength: octets, maxLength: octets }))
    .map(([length, address]) => Uint8Array.of(length, ...address));

/** The prefix as its bits: spare bits don't count. */
const keyOf = ([length = 0, ...address]: Uint8Array): string =>
  [...address]
    .map((octet) => octet.toString(2).padStart(8, "0"))
    .join("")
    .slice(0, length);

const holds = (words: 1 | 4): void => {
  const prefix = prefixArb(words === 1 ? 4 : 16);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), prefix), { maxLength: 300 }), (ops) => {
      const table = new PrefixTable(words, 4);
      const model = new Map<string, number>();
      for (const [adds, octets] of ops) {
        const key = keyOf(octets);
        const length = octets[0] ?? 0;
        expect(table.find(octets, 1, length)).toBe(model.get(key) ?? -1);
        if (adds) {
          const id = table.add(octets, 1, length);
          if (model.has(key)) expect(id).toBe(model.get(key));
          else expect([...model.values()]).not.toContain(id);
          model.set(key, id);
        } else if (model.has(key)) {
          const id = model.get(key) ?? -1;
          table.remove(id);
          expect(table.has(id)).toBe(false);
          model.delete(key);
        }
        expect(table.count).toBe(model.size);
      }
      for (const [key, id] of model) {
        expect(table.has(id)).toBe(true);
        expect(table.length(id)).toBe(key.length);
        const out = new Uint8Array(17);
        const end = table.write(id, out, 0);
        expect(end).toBe(1 + ((key.length + 7) >>> 3));
        expect(keyOf(out)).toBe(key);
        expect(table.find(out, 1, key.length)).toBe(id);
      }
    }),
    { numRuns: 200 },
  );
};

describe("the prefix table does as a Map", () => {
  it("of IPv4 prefixes", () => holds(1));
  it("of IPv6 prefixes", () => holds(4));
});

describe("the prefix table", () => {
  it("keeps every prefix while it grows, and finds each after every other one went", () => {
    const table = new PrefixTable(1, 8);
    const octets = (i: number): Uint8Array => Uint8Array.of(i >>> 16, i >>> 8, i, 0);
    const ids = Array.from({ length: 50_000 }, (_, i) => table.add(octets(i), 0, 24));
    expect(new Set(ids).size).toBe(50_000);
    for (let i = 0; i < 50_000; i += 2) table.remove(ids[i] ?? -1);
    expect(table.count).toBe(25_000);
    for (let i = 0; i < 50_000; i++) expect(table.find(octets(i), 0, 24)).toBe(i % 2 === 0 ? -1 : ids[i]);
    // Ids are given out again before there are new ones.
    for (let i = 0; i < 25_000; i++) table.add(octets(100_000 + i), 0, 24);
    expect(table.idLimit).toBe(50_000);
  });

  it("tells prefixes that differ in length alone apart, the default route among them", () => {
    const table = new PrefixTable(4);
    const zero = new Uint8Array(16);
    const ids = Array.from({ length: 129 }, (_, length) => table.add(zero, 0, length));
    expect(new Set(ids).size).toBe(129);
    for (const [length, id] of ids.entries()) expect(table.find(zero, 0, length)).toBe(id);
  });

  it("reads no octet behind the prefix", () => {
    const table = new PrefixTable(1);
    const id = table.add(Uint8Array.of(10, 20, 255, 255), 0, 12);
    expect(table.find(Uint8Array.of(10, 16), 0, 12)).toBe(id);
    expect(table.word(id, 0)).toBe(0x0a100000);
  });
});
