/**
 * Where a prefix stands in a fixed set: open addressing with linear probing over typed arrays, at most half full, so
 * that a lookup touches one or two cache lines and no object. The number of its slot names a prefix everywhere else.
 */
export interface PrefixIndex {
  /** Slots, used and free. */
  readonly slots: number;
  /** Prefixes. */
  readonly size: number;
  /** The slot of a prefix of `length` bits, its address words with host bits zero; -1 when it is not in the set. */
  find(length: number, a: number, b: number, c: number, d: number): number;
  /** Adds it unless it is there. Throws RangeError when more come than were announced to the constructor. */
  add(length: number, a: number, b: number, c: number, d: number): void;
  /** 32 bits that depend on the prefix in a used slot and on `seed`, not on the place of the slot. */
  hashOf(slot: number, seed: number): number;
}

const FREE = 255;

const tableSize = (prefixes: number): number => 2 ** Math.max(4, Math.ceil(Math.log2(prefixes * 2 + 1)));

/** IPv4: one word; `b`, `c` and `d` are ignored. */
export class Ipv4Index implements PrefixIndex {
  readonly slots: number;
  size = 0;
  readonly #mask: number;
  readonly #address: Uint32Array;
  readonly #length: Uint8Array;

  constructor(prefixes: number) {
    this.slots = tableSize(prefixes);
    this.#mask = this.slots - 1;
    this.#address = new Uint32Array(this.slots);
    this.#length = new Uint8Array(this.slots).fill(FREE);
  }

  find(length: number, a: number): number {
    for (let at = mix(a, length) & this.#mask; ; at = (at + 1) & this.#mask) {
      if (this.#length[at] === length && this.#address[at] === a) return at;
      if (this.#length[at] === FREE) return -1;
    }
  }

  add(length: number, a: number): void {
    if (this.find(length, a) >= 0) return;
    room(++this.size, this.slots);
    let at = mix(a, length) & this.#mask;
    while (this.#length[at] !== FREE) at = (at + 1) & this.#mask;
    this.#length[at] = length;
    this.#address[at] = a;
  }

  hashOf(slot: number, seed: number): number {
    return mix(this.#address[slot] ?? 0, mix(this.#length[slot] ?? 0, seed));
  }
}

/** IPv6: four words, the most significant first. */
export class Ipv6Index implements PrefixIndex {
  readonly slots: number;
  size = 0;
  readonly #mask: number;
  readonly #address: Uint32Array;
  readonly #length: Uint8Array;

  constructor(prefixes: number) {
    this.slots = tableSize(prefixes);
    this.#mask = this.slots - 1;
    this.#address = new Uint32Array(this.slots * 4);
    this.#length = new Uint8Array(this.slots).fill(FREE);
  }

  find(length: number, a: number, b: number, c: number, d: number): number {
    const address = this.#address;
    for (let at = mix6(length, a, b, c, d) & this.#mask; ; at = (at + 1) & this.#mask) {
      if (this.#length[at] === FREE) return -1;
      const word = at * 4;
      if (
        this.#length[at] === length &&
        address[word] === a &&
        address[word + 1] === b &&
        address[word + 2] === c &&
        address[word + 3] === d
      ) {
        return at;
      }
    }
  }

  add(length: number, a: number, b: number, c: number, d: number): void {
    if (this.find(length, a, b, c, d) >= 0) return;
    room(++this.size, this.slots);
    let at = mix6(length, a, b, c, d) & this.#mask;
    while (this.#length[at] !== FREE) at = (at + 1) & this.#mask;
    this.#length[at] = length;
    this.#address.set([a, b, c, d], at * 4);
  }

  hashOf(slot: number, seed: number): number {
    let hash = mix(this.#length[slot] ?? 0, seed);
    for (let word = slot * 4; word < slot * 4 + 4; word++) hash = mix(this.#address[word] ?? 0, hash);
    return hash;
  }
}

const room = (size: number, slots: number): void => {
  if (size * 2 > slots) throw new RangeError("more prefixes than the index was made for");
};

/** The finaliser of MurmurHash3 over a word and a seed: neighbouring prefixes must not end as neighbours. */
export const mix = (word: number, seed: number): number => {
  let h = (word ^ Math.imul(seed + 1, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const mix6 = (length: number, a: number, b: number, c: number, d: number): number =>
  mix(d, mix(c, mix(b, mix(a, length))));
