/** A set of octets that is cleared and used again, so that a judgement that needs one allocates nothing. */
export class OctetSet {
  readonly #words = new Int32Array(8);

  clear(): void {
    this.#words.fill(0);
  }

  /** Whether the octet is new. */
  add(octet: number): boolean {
    const word = this.#words[octet >>> 5] ?? 0;
    const bit = 1 << (octet & 31);
    this.#words[octet >>> 5] = word | bit;
    return (word & bit) === 0;
  }
}
