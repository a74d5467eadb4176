/**
 * xoshiro128** 1.1 (Blackman, Vigna 2018), seeded by splitmix32. Integer arithmetic only, so that the same seed gives the
 * same numbers on every machine and every version of Node.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** `stream` separates independent uses of one seed. Both are taken modulo 2^32. */
  constructor(seed: number, stream: number) {
    this.restart(seed, stream);
  }

  /** The same numbers from now on as a new one would give. */
  restart(seed: number, stream: number): void {
    let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77)) | 0;
    state = (state + STEP) | 0;
    this.#a = split(state);
    state = (state + STEP) | 0;
    this.#b = split(state);
    state = (state + STEP) | 0;
    this.#c = split(state);
    // The state must not be all zero.
    this.#d = split((state + STEP) | 0) | 1;
  }

  /** The next 32 bits, as a number from 0 to 2^32 - 1. */
  next(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A whole number from 0 to `limit` - 1, for limits up to 2^32; the bias of the remainder does not matter here. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** Whether an event of so many thousandths happens. */
  chance(perMille: number): boolean {
    return this.next() % 1000 < perMille;
  }
}

const STEP = 0x9e3779b9;

const split = (state: number): number => {
  let z = state;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
};

/** Puts the elements in an order drawn from `random` (Fisher, Yates). */
export const shuffle = (items: Uint32Array, random: Random): void => {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = items[i] ?? 0;
    items[i] = items[j] ?? 0;
    items[j] = held;
  }
};
