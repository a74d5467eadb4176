/**
 * The prefixes of a fixed set by number, and whether each is held. They are numbered in the order in which they were added,
 * and their words lie in that order, because what comes after one prefix is mostly what was added after it: then a lookup
 * is a comparison with the next few octets of memory. Else an open-addressed index finds the number, which costs the wait
 * for memory twice.
 */
export interface PrefixIndex {
  /** Prefixes. */
  readonly size: number;
  /** The number of a prefix of `length` bits, its address words with host bits zero; -1 when it is not in the set. */
  find(length: number, a: number, b: number, c: number, d: number): number;
  /** Adds it unless it is there. Throws RangeError when more come than were announced to the constructor. */
  add(length: number, a: number, b: number, c: number, d: number): void;
  /** Sets whether a prefix is held; says whether that is a change. */
  hold(number: number, held: boolean): boolean;
  /** Nothing is held any more. */
  clear(): void;
  /** The first few prefixes that are not held, as people write them. */
  lacking(most: number): string[];
  /** 32 bits that depend on the prefix and on `seed`, not on its number. */
  hashOf(number: number, seed: number): number;
}

/** Set in the last word of a prefix, beside its length, while it is held. */
const HELD = 0x100;

/** IPv4: one word; `b`, `c` and `d` are ignored. */
export class Ipv4Index implements PrefixIndex {
  size = 0;
  /** Address and state of each prefix. */
  readonly #words: Uint32Array;
  readonly #numbers: Numbers;
  #next = 0;

  constructor(prefixes: number) {
    this.#words = new Uint32Array(prefixes * 2);
    this.#numbers = new Numbers(prefixes);
  }

  find(length: number, a: number): number {
    const next = this.#next;
    if (next < this.size && this.#is(next, length, a)) {
      this.#next = next + 1;
      return next;
    }
    const { table, mask } = this.#numbers;
    for (let slot = mix(a, length) & mask; ; slot = (slot + 1) & mask) {
      const number = at(table, slot) - 1;
      if (number < 0) return -1;
      if (!this.#is(number, length, a)) continue;
      this.#next = number + 1;
      return number;
    }
  }

  add(length: number, a: number): void {
    if (this.find(length, a) >= 0) return;
    this.#numbers.add(mix(a, length), this.size);
    this.#words[this.size * 2] = a;
    this.#words[this.size * 2 + 1] = length;
    this.size++;
  }

  hold(number: number, held: boolean): boolean {
    return setHeld(this.#words, number * 2 + 1, held);
  }

  lacking(most: number): string[] {
    const texts: string[] = [];
    for (let n = 0; n < this.size && texts.length < most; n++) {
      const state = at(this.#words, n * 2 + 1);
      if ((state & HELD) === 0) texts.push(`${dotted(at(this.#words, n * 2))}/${state}`);
    }
    return texts;
  }

  clear(): void {
    for (let i = 1; i < this.#words.length; i += 2) setHeld(this.#words, i, false);
  }

  hashOf(number: number, seed: number): number {
    return mix(at(this.#words, number * 2), mix(at(this.#words, number * 2 + 1) & 0xff, seed));
  }

  #is(number: number, length: number, a: number): boolean {
    return at(this.#words, number * 2) === a && (at(this.#words, number * 2 + 1) & 0xff) === length;
  }
}

/** Words of an IPv6 prefix: four of address, one of state. */
const WIDE = 5;

/** IPv6: four words, the most significant first. */
export class Ipv6Index implements PrefixIndex {
  size = 0;
  readonly #words: Uint32Array;
  readonly #numbers: Numbers;
  #next = 0;

  constructor(prefixes: number) {
    this.#words = new Uint32Array(prefixes * WIDE);
    this.#numbers = new Numbers(prefixes);
  }

  find(length: number, a: number, b: number, c: number, d: number): number {
    const next = this.#next;
    if (next < this.size && this.#is(next, length, a, b, c, d)) {
      this.#next = next + 1;
      return next;
    }
    const { table, mask } = this.#numbers;
    for (let slot = mix6(length, a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const number = at(table, slot) - 1;
      if (number < 0) return -1;
      if (!this.#is(number, length, a, b, c, d)) continue;
      this.#next = number + 1;
      return number;
    }
  }

  add(length: number, a: number, b: number, c: number, d: number): void {
    if (this.find(length, a, b, c, d) >= 0) return;
    this.#numbers.add(mix6(length, a, b, c, d), this.size);
    this.#words.set([a, b, c, d, length], this.size * WIDE);
    this.size++;
  }

  hold(number: number, held: boolean): boolean {
    return setHeld(this.#words, number * WIDE + 4, held);
  }

  lacking(most: number): string[] {
    const texts: string[] = [];
    for (let i = 0; i < this.size * WIDE && texts.length < most; i += WIDE) {
      const state = at(this.#words, i + 4);
      if ((state & HELD) === 0) texts.push(`${colons(this.#words.subarray(i, i + 4))}/${state}`);
    }
    return texts;
  }

  clear(): void {
    for (let i = 4; i < this.#words.length; i += WIDE) setHeld(this.#words, i, false);
  }

  hashOf(number: number, seed: number): number {
    let hash = mix(at(this.#words, number * WIDE + 4) & 0xff, seed);
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
      (at(words, i + 4) & 0xff) === length
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

const setHeld = (words: Uint32Array, index: number, held: boolean): boolean => {
  const state = at(words, index);
  if (((state & HELD) !== 0) === held) return false;
  words[index] = state ^ HELD;
  return true;
};

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
