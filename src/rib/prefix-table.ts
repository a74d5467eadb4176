import { u8 } from "../codec/octets.js";
import { grown } from "./growable.js";

/**
 * The prefixes of one address family, each with a small id that columns elsewhere are indexed by.
 *
 * Open addressing with linear probing over typed arrays; an address is one 32-bit word for IPv4, four for IPv6. An id
 * stays until `remove`, and is given out again after that.
 */
export class PrefixTable {
  readonly words: 1 | 4;
  #capacity: number;
  #ids = 0;
  #live = 0;
  #free = -1;
  /** `words` per id. Of a free id the first word is the next free id + 1. */
  #addresses: Uint32Array;
  /** Bits of the prefix, or FREE. */
  #lengths: Uint8Array;
  /** By slot: id + 1 in the low bits, high bits of the hash above them; 0 for an empty slot. The number of slots parts the two. */
  #index: Int32Array;
  /** Slots of `#index` in use, a power of two: the array is as long as `reserve` will ever need. */
  #slots = 1 << 11;
  /** Slots whose prefix is gone. */
  #gone = 0;
  /** The key that is being looked for, written by `#read`. */
  readonly #key: Uint32Array;

  /** `reserve` prefixes fit without growing; until they are there, their memory is no more than a promise of the system. */
  constructor(words: 1 | 4, reserve: number = 1 << 10) {
    this.words = words;
    this.#capacity = reserve;
    this.#lengths = new Uint8Array(reserve);
    this.#index = new Int32Array(Math.max(this.#slots, reserve * 2));
    this.#addresses = new Uint32Array(this.#capacity * words);
    this.#key = new Uint32Array(words);
  }

  get count(): number {
    return this.#live;
  }

  /** One more than the highest id given out so far: columns by id need this many elements. */
  get idLimit(): number {
    return this.#ids;
  }

  get capacity(): number {
    return this.#capacity;
  }

  length(id: number): number {
    return this.#lengths[id] ?? 0;
  }

  /** Word `i` of the address, the first octet in its highest bits. */
  word(id: number, i: number): number {
    return this.#addresses[id * this.words + i] ?? 0;
  }

  has(id: number): boolean {
    return id < this.#ids && this.#lengths[id] !== FREE;
  }

  /** The id of the prefix of `length` bits whose octets begin at `at`; added when new. Spare bits don't count. */
  add(octets: Uint8Array, at: number, length: number): number {
    if (this.words === 1) return this.#add1(wordAt(octets, at, length), length);
    this.#read(octets, at, length);
    const hash = this.#hash4(length);
    const slot = this.#probe(hash, length);
    const entry = this.#index[slot] ?? 0;
    return entry === 0 ? this.#insert(slot, hash, length) : this.#idIn(entry);
  }

  /** The id of that prefix, or -1. */
  find(octets: Uint8Array, at: number, length: number): number {
    if (this.words === 1) return this.#find1(wordAt(octets, at, length), length);
    this.#read(octets, at, length);
    const entry = this.#index[this.#probe(this.#hash4(length), length)] ?? 0;
    return entry === 0 ? -1 : this.#idIn(entry);
  }

  /**
   * Frees the id. Its slot says that something was here, so that searches go on behind it; the other way, moving up what
   * follows, needs the address of each entry that may move, which is a miss of the cache.
   */
  remove(id: number): void {
    const index = this.#index;
    const mask = this.#slots - 1;
    let slot = this.#home(id);
    while (this.#idIn(index[slot] ?? 0) !== id) slot = (slot + 1) & mask;
    if (index[(slot + 1) & mask] === 0) {
      // No search goes on behind an empty slot: neither this one nor those gone before it need be told from empty ones.
      index[slot] = 0;
      for (slot = (slot - 1) & mask; index[slot] === GONE; slot = (slot - 1) & mask) {
        index[slot] = 0;
        this.#gone--;
      }
    } else {
      index[slot] = GONE;
      this.#gone++;
    }
    this.#lengths[id] = FREE;
    this.#addresses[id * this.words] = this.#free + 1;
    this.#free = id;
    this.#live--;
  }

  /** Writes length and address octets as NLRI carry them (RFC 4271 §4.3) and gives the offset after. */
  write(id: number, out: Uint8Array, start: number): number {
    const length = this.#lengths[id] ?? 0;
    const end = start + 1 + ((length + 7) >>> 3);
    out[start] = length;
    const base = id * this.words;
    for (let at = start + 1, i = 0; at < end; at++, i++) {
      out[at] = (this.#addresses[base + (i >>> 2)] ?? 0) >>> (24 - ((i & 3) << 3));
    }
    return end;
  }

  #add1(word: number, length: number): number {
    const index = this.#index;
    const mask = this.#slots - 1;
    const hash = mix(word, length);
    let slot = hash & mask;
    for (;;) {
      const entry = index[slot] ?? 0;
      if (entry === 0) break;
      // Only a hash that agrees in its high bits too is worth the look at the columns, which is a miss of the cache.
      if (((entry ^ hash) & ~mask) === 0) {
        const id = (entry & mask) - 1;
        if (id >= 0 && this.#addresses[id] === word && this.#lengths[id] === length) return id;
      }
      slot = (slot + 1) & mask;
    }
    this.#key[0] = word;
    return this.#insert(slot, hash, length);
  }

  /** As `#add1`. */
  #find1(word: number, length: number): number {
    const index = this.#index;
    const mask = this.#slots - 1;
    const hash = mix(word, length);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = index[slot] ?? 0;
      if (entry === 0) return -1;
      if (((entry ^ hash) & ~mask) !== 0) continue;
      const id = (entry & mask) - 1;
      if (id >= 0 && this.#addresses[id] === word && this.#lengths[id] === length) return id;
    }
  }

  /** The slot of the key of four words that was read, or the empty slot where it belongs. */
  #probe(hash: number, length: number): number {
    const index = this.#index;
    const mask = this.#slots - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = index[slot] ?? 0;
      if (entry === 0 || (((entry ^ hash) & ~mask) === 0 && this.#is4((entry & mask) - 1, length))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #idIn(entry: number): number {
    return (entry & (this.#slots - 1)) - 1;
  }

  #insert(slot: number, hash: number, length: number): number {
    let id = this.#free;
    if (id >= 0) {
      this.#free = (this.#addresses[id * this.words] ?? 0) - 1;
    } else {
      if (this.#ids === this.#capacity) this.#grow();
      id = this.#ids++;
    }
    for (let i = 0; i < this.words; i++) this.#addresses[id * this.words + i] = this.#key[i] ?? 0;
    this.#lengths[id] = length;
    this.#live++;
    // An id must fit into the bits below the slot count: there are never more ids than the most prefixes at once.
    if ((this.#live + this.#gone) * 4 > this.#slots * 3) this.#reindex();
    else this.#index[slot] = (hash & -this.#slots) | (id + 1);
    return id;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#addresses = grown(this.#addresses, this.#capacity * this.words);
    this.#lengths = grown(this.#lengths, this.#capacity);
  }

  /**
   * More slots, four times as many while they are few, then twice; or as many, where a third of those in use are of prefixes
   * that are gone. Done in place while the array is long enough, since
   * everything needed stands in the columns.
   */
  #reindex(): void {
    this.#index.fill(0, 0, this.#slots);
    if (this.#live * 2 > this.#slots) this.#slots *= this.#slots < 1 << 19 ? 4 : 2;
    this.#gone = 0;
    if (this.#slots > this.#index.length) this.#index = new Int32Array(this.#slots);
    const index = this.#index;
    const mask = this.#slots - 1;
    for (let id = 0; id < this.#ids; id++) {
      if (this.#lengths[id] === FREE) continue;
      const hash = this.#hashOf(id);
      let slot = hash & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = (hash & ~mask) | (id + 1);
    }
  }

  #read(octets: Uint8Array, at: number, length: number): void {
    for (let i = 0; i < this.words; i++) {
      this.#key[i] = wordAt(octets, at + 4 * i, Math.min(32, Math.max(0, length - 32 * i)));
    }
  }

  #hash4(length: number): number {
    const key = this.#key;
    return mix4(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0, length);
  }

  #is4(id: number, length: number): boolean {
    if (id < 0) return false;
    const at = id * 4;
    const a = this.#addresses;
    const k = this.#key;
    return (
      a[at] === k[0] && a[at + 1] === k[1] && a[at + 2] === k[2] && a[at + 3] === k[3] && this.#lengths[id] === length
    );
  }

  /** The slot where the search for this id begins. */
  #home(id: number): number {
    return this.#hashOf(id) & (this.#slots - 1);
  }

  #hashOf(id: number): number {
    const a = this.#addresses;
    const length = this.#lengths[id] ?? 0;
    const at = id * this.words;
    return this.words === 1
      ? mix(a[at] ?? 0, length)
      : mix4(a[at] ?? 0, a[at + 1] ?? 0, a[at + 2] ?? 0, a[at + 3] ?? 0, length);
  }
}

/** A slot whose prefix is gone: its id is -1. There are fewer slots than 2^31. */
const GONE = -0x80000000;

/** No prefix has this many bits. */
const FREE = 255;

/** The first `length` bits (0 to 32) at `at`, in the highest bits of a word; nothing after them is read. */
const wordAt = (octets: Uint8Array, at: number, length: number): number => {
  let word = 0;
  if (length > 0) word = u8(octets, at) << 24;
  if (length > 8) word |= u8(octets, at + 1) << 16;
  if (length > 16) word |= u8(octets, at + 2) << 8;
  if (length > 24) word |= u8(octets, at + 3);
  return length === 0 ? 0 : (word & (-1 << (32 - length))) >>> 0;
};

/** Spreads neighbouring prefixes over the index (the finalizer of MurmurHash3). */
const mix = (word: number, length: number): number => {
  let h = word ^ Math.imul(length + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const mix4 = (a: number, b: number, c: number, d: number, length: number): number =>
  mix(Math.imul(mix(Math.imul(mix(Math.imul(mix(a, 0), 31) ^ b, 1), 31) ^ c, 2), 31) ^ d, length);
