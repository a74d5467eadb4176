import { grown } from "./growable.js";

/** A growing set of small numbers. */
export class Bits {
  #words = new Uint32Array(1 << 8);

  has(i: number): boolean {
    return ((this.#words[i >>> 5] ?? 0) & (1 << (i & 31))) !== 0;
  }

  /** True when it is new. */
  set(i: number): boolean {
    const word = i >>> 5;
    if (word >= this.#words.length) this.#words = grown(this.#words, Math.max(word + 1, this.#words.length * 2));
    const before = this.#words[word] ?? 0;
    this.#words[word] = before | (1 << (i & 31));
    return this.#words[word] !== before;
  }

  /** True when it was there. */
  clear(i: number): boolean {
    if (!this.has(i)) return false;
    this.#words[i >>> 5] = (this.#words[i >>> 5] ?? 0) & ~(1 << (i & 31));
    return true;
  }

  clearAll(): void {
    this.#words.fill(0);
  }
}
