import { prefixWord } from "./prepared.js";

/**
 * Numbers prefixes 0, 1, 2 ... in the order they come, each once. Open addressing over typed arrays, so that a million
 * of them take some 30 MB and no object.
 */
export class PrefixIndex {
  readonly #words: 1 | 4;
  /** By slot: 1 + number of the prefix, 0 when empty. */
  #slots: Int32Array = new Int32Array(1 << 12);
  /** By number: the words of the address, then by number: its length. */
  #addresses: Uint32Array;
  #lengths: Uint8Array = new Uint8Array(1 << 11);
  #size = 0;

  constructor(family: 4 | 6) {
    this.#words = family === 4 ? 1 : 4;
    this.#addresses = new Uint32Array(this.#lengths.length * this.#words);
  }

  get size(): number {
    return this.#size;
  }

  /** The length in bits of the prefix with this number. */
  lengthOf(number: number): number {
    return this.#lengths[number] ?? 0;
  }

  /** The number of the prefix whose octets start at `at`, a new one when it was not seen before. */
  add(octets: Uint8Array, at: number, length: number): number {
    if (this.#size === this.#lengths.length) this.#grow();
    const words = this.#words;
    const base = this.#size * words;
    // Written where a new one would stand, then looked for.
    for (let word = 0; word < words; word++) this.#addresses[base + word] = prefixWord(octets, at, length, word);
    this.#lengths[this.#size] = length;
    let slot = this.#hash(this.#size);
    const mask = this.#slots.length - 1;
    for (;;) {
      const taken = this.#slots[slot] ?? 0;
      if (taken === 0) break;
      if (this.#same(taken - 1, this.#size)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = ++this.#size;
    return this.#size - 1;
  }

  #same(a: number, b: number): boolean {
    if (this.#lengths[a] !== this.#lengths[b]) return false;
    for (let word = 0; word < this.#words; word++) {
      if (this.#addresses[a * this.#words + word] !== this.#addresses[b * this.#words + word]) return false;
    }
    return true;
  }

  #hash(number: number): number {
    let hash = Math.imul(this.#lengths[number] ?? 0, 0x85ebca77);
    for (let word = 0; word < this.#words; word++) {
      hash = Math.imul(hash ^ (this.#addresses[number * this.#words + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0xc2b2ae3d);
    return (hash ^ (hash >>> 13)) & (this.#slots.length - 1);
  }

  #grow(): void {
    const addresses = new Uint32Array(this.#addresses.length * 2);
    addresses.set(this.#addresses);
    this.#addresses = addresses;
    const lengths = new Uint8Array(this.#lengths.length * 2);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
    // Half full at most.
    this.#slots = new Int32Array(lengths.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let slot = this.#hash(number);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}
