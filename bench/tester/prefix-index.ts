/**
 * The prefixes of a fixed set by number. They are numbered in the order in which they were added, and their words lie in
 * that order, because what comes after one prefix is mostly what was added after it: then a lookup is a comparison with
 * the next few octets of memory. Else an open-addressed index finds the number, which costs the wait for memory twice.
 *
 * Once it is filled nothing in it changes: all receivers of a process share one.
 */
export interface PrefixIndex {
  /** Prefixes. */
  readonly size: number;
  /**
   * The number of a prefix of `length` bits, its address words with host bits zero; -1 when it is not in the set. `guess`
   * is looked at first: the number after the last one that was found.
   */
  find(guess: number, length: number, a: number, b: number, c: number, d: number): number;
  /** Adds it unless it is there. Throws RangeError when more come than were announced to the constructor. */
  add(length: number, a: number, b: number, c: number, d: number): void;
  /** A prefix as people write it. */
  text(number: number): string;
  /** 32 bits that depend on the prefix and on `seed`, not on its number. */
  hashOf(number: number, seed: number): number;
}

/** IPv4: one word; `b`, `c` and `d` are ignored. */
export class Ipv4Index implements PrefixIndex {
  size = 0;
  /** Address and length of each prefix. */
  readonly #words: Uint32Array;
  readonly #numbers: Numbers;

  constructor(prefixes: number) {
    this.#words = new Uint32Array(prefixes * 2);
    this.#numbers = new Numbers(prefixes);
  }

  find(guess: number, length: number, a: number): number {
    if (guess < this.size && this.#is(guess, length, a)) return guess;
    const { table, mask } = this.#numbers;
    for (let slot = mix(a, length) & mask; ; slot = (slot + 1) & mask) {
      const number = at(table, slot) - 1;
      if (number < 0) return -1;
      if (this.#is(number, length, a)) return number;
    }
  }

  add(length: number, a: number): void {
    if (this.find(this.size, length, a) >= 0) return;
    this.#numbers.add(mix(a, length), this.size);
    this.#words[this.size * 2] = a;
    this.#words[this.size * 2 + 1] = length;
    this.size++;
  }

  text(number: number): string {
    return `${dotted(at(this.#words, number * 2))}/${at(this.#words, number * 2 + 1)}`;
  }

  hashOf(number: number, seed: number): number {
    return mix(at(this.#words, number * 2), mix(at(this.#words, number * 2 + 1), seed));
  }

  #is(number: number, length: number, a: number): boolean {
    return at(this.#words, number * 2) === a && at(this.#words, number * 2 + 1) === length;
  }
}

/** Words of an IPv6 prefix: four of address, one of length. */
const WIDE = 5;

/** IPv6: four words, the most significant first. */
export class Ipv6Index implements PrefixIndex {
  size = 0;
  readonly #words: Uint32Array;
  readonly #numbers: Numbers;

  constructor(prefixes: number) {
    this.#words = new Uint32Array(prefixes * WIDE);
    this.#numbers = new Numbers(prefixes);
  }

  find(guess: number, length: number, a: number, b: number, c: number, d: number): number {
    if (guess < this.size && this.#is(guess, length, a, b, c, d)) return guess;
    const { table, mask } = this.#numbers;
    for (let slot = mix6(length, a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const number = at(table, slot) - 1;
      if (number < 0) return -1;
      if (this.#is(number, length, a, b, c, d)) return number;
    }
  }

  add(length: number, a: number, b: number, c: number, d: number): void {
    if (this.find(this.size, length, a, b, c, d) >= 0) return;
    this.#numbers.add(mix6(length, a, b, c, d), this.size);
    this.#words.set([a, b, c, d, length], this.size * WIDE);
    this.size++;
  }

  text(number: number): string {
    const i = number * WIDE;
    return `${colons(this.#words.subarray(i, i + 4))}/${at(this.#words, i + 4)}`;
  }

  hashOf(number: number, seed: number): number {
    let hash = mix(at(this.#words, number * WIDE + 4), seed);
    for (let i = number * WIDE; i < number * WIDE + 4; i++) hash = mix(at(this.#words, i), hash);
    return hash;
  }

  #is(number: number, length: number, a: number, b: number, c: number, d: number): boolean {
    const words = this.#words;
    const i = number * WIDE;
    return (
      at(words, i + 3) === d &&
      at(words, i + 2) === c &&
      at(words, i + 1) === b &&
      at(words, i) === a &&
      at(words, i + 4) === length
    );
  }
}

/** Open addressing with linear probing, at most half full; 0 is a free slot, else the number and one. */
class Numbers {
  readonly mask: number;
  readonly table: Uint32Array;
  readonly #room: number;

  constructor(room: number) {
    this.#room = room;
    this.table = new Uint32Array(2 ** Math.max(4, Math.ceil(Math.log2(room * 2 + 1))));
    this.mask = this.table.length - 1;
  }

  add(hash: number, number: number): void {
    if (number >= this.#room) throw new RangeError("more prefixes than the index was made for");
    let slot = hash & this.mask;
    while (at(this.table, slot) !== 0) slot = (slot + 1) & this.mask;
    this.table[slot] = number + 1;
  }
}

/** The index is within the array: it was masked, or counted. */
const at = (words: Uint32Array, index: number): number => words[index] ?? 0;

const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");

const colons = (address: Uint32Array): string =>
  [...address].flatMap((two) => [(two >>> 16).toString(16), (two & 0xffff).toString(16)]).join(":");

/** The finaliser of MurmurHash3 over a word and a seed: neighbouring prefixes must not end as neighbours. */
export const mix = (word: number, seed: number): number => {
  let h = (word ^ Math.imul(seed + 1, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const mix6 = (length: number, a: number, b: number, c: number, d: number): number =>
  mix(d, mix(c, mix(b, mix(a, length))));
