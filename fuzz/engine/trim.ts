import type { Part } from "../targets/target.js";

/**
 * Smaller inputs that may still do the same: without one of the parts, the large ones first; cut short; without stretches
 * of octets. `accept` says of the last one given whether it did, and what follows is made of it.
 */
export class Trimmer {
  data: Uint8Array;
  #tries: number;

  constructor(data: Uint8Array, tries: number) {
    this.data = data;
    this.#tries = tries;
  }

  *candidates(parts: readonly Part[]): Generator<Uint8Array> {
    // Offsets hold as long as what is dropped lies behind what was dropped before.
    for (const { start, end } of flat(parts).slice(0, this.#tries >> 2)) {
      if (end <= this.data.length && end > start) yield* this.#try(without(this.data, start, end));
    }
    for (let size = this.data.length >>> 1; size >= 1 && this.#tries > 0; size >>>= 1) {
      for (let end = this.data.length; end > 0 && this.#tries > 0; end -= size) {
        if (end <= this.data.length) yield* this.#try(without(this.data, Math.max(0, end - size), end));
      }
    }
  }

  *#try(candidate: Uint8Array): Generator<Uint8Array> {
    if (this.#tries-- > 0) yield candidate;
  }

  accept(candidate: Uint8Array): void {
    this.data = candidate;
  }
}

const without = (data: Uint8Array, start: number, end: number): Uint8Array => {
  const out = new Uint8Array(data.length - (end - start));
  out.set(data.subarray(0, start));
  out.set(data.subarray(end), start);
  return out;
};

/** All parts, those that end last first, of two that end together the larger one. */
const flat = (parts: readonly Part[]): Part[] =>
  parts.flatMap((part) => [part, ...flat(part.parts ?? [])]).sort((a, b) => b.end - a.end || a.start - b.start);
