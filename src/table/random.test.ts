import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random, shuffle } from "./random.js";

/** The reference algorithm, in integers without bounds. */
const reference = (seed: number, stream: number): (() => number) => {
  const word = (value: bigint): bigint => BigInt.asUintN(32, value);
  const rotate = (value: bigint, by: bigint): bigint => word((value << by) | (value >> (32n - by)));
  let state = word(BigInt(seed) * 0x9e3779b1n) ^ word(BigInt(stream + 1) * 0x85ebca77n);
  const split = (): bigint => {
    state = word(state + 0x9e3779b9n);
    let z = state;
    z = word((z ^ (z >> 16n)) * 0x21f0aaadn);
    z = word((z ^ (z >> 15n)) * 0x735a2d97n);
    return z ^ (z >> 15n);
  };
  const s = [split(), split(), split(), split() | 1n] as [bigint, bigint, bigint, bigint];
  return () => {
    const result = word(rotate(word(s[1] * 5n), 7n) * 9n);
    const t = word(s[1] << 9n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  };
};

const word = fc.integer({ min: 0, max: 0xffffffff });

describe("the generator's dice", () => {
  it("are xoshiro128** exactly", () => {
    fc.assert(
      fc.property(word, fc.nat({ max: 2_000_000 }), (seed, stream) => {
        const random = new Random(seed, stream);
        const next = reference(seed, stream);
        for (let i = 0; i < 20; i++) expect(random.next()).toBe(next());
      }),
    );
  });

  it("fall otherwise for another seed or stream", () => {
    const draws = [new Random(1, 1), new Random(2, 1), new Random(1, 2)].map((random) => random.next());
    expect(new Set(draws).size).toBe(3);
  });

  it("shuffle without losing anything", () => {
    fc.assert(
      fc.property(fc.uint32Array(), word, (items, seed) => {
        const shuffled = items.slice();
        shuffle(shuffled, new Random(seed, 0));
        expect(shuffled.sort()).toEqual(items.slice().sort());
      }),
    );
  });
});
