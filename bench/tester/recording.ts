import { u8 } from "../../src/codec/octets.js";

const CHUNK = 4 << 20;
/** Below it a plain loop is cheaper than the view that `set` needs. */
const SHORT = 160;

/** Keeps messages for later, whole and in order, at the price of copying their octets. */
export class Recording {
  readonly #chunks: Uint8Array[] = [];
  #last: Uint8Array = new Uint8Array(0);
  #used = 0;
  #ends: number[] = [];

  add(msg: Uint8Array, start: number, end: number): void {
    if (this.#used + end - start > this.#last.length) this.#grow();
    if (end - start < SHORT) {
      const to = this.#last;
      for (let at = start, put = this.#used; at < end; ) to[put++] = u8(msg, at++);
    } else {
      this.#last.set(msg.subarray(start, end), this.#used);
    }
    this.#used += end - start;
  }

  /** Runs of whole messages, in the order they were added. */
  *chunks(): Generator<Uint8Array> {
    for (const [at, chunk] of this.#chunks.entries()) yield chunk.subarray(0, this.#ends[at] ?? this.#used);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#ends = [];
    this.#last = new Uint8Array(0);
    this.#used = 0;
  }

  #grow(): void {
    if (this.#chunks.length > 0) this.#ends.push(this.#used);
    this.#last = new Uint8Array(CHUNK);
    this.#chunks.push(this.#last);
    this.#used = 0;
  }
}
