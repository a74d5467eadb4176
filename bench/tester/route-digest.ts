import { u8 } from "../../src/codec/octets.js";
import { eachUpdate, prefixWord } from "../../src/table/prepared.js";
import { canonicalHash, type Hash } from "./canonical.js";
import { mix, type PrefixIndex } from "./prefix-index.js";
import type { ExpectedSet } from "./received-set.js";

/**
 * The attributes of every route of a set, as one hash per prefix, and over all of them one digest that does not depend
 * on the order in which they came. Works off the clock, on messages that were recorded.
 */
export class RouteDigest {
  readonly #set: ExpectedSet;
  readonly #hash4: Uint32Array;
  readonly #hash6: Uint32Array;

  constructor(set: ExpectedSet) {
    this.#set = set;
    this.#hash4 = new Uint32Array(set.v4.size * 2);
    this.#hash6 = new Uint32Array(set.v6.size * 2);
  }

  /**
   * The announcements of UPDATEs in order, the last one for a prefix stands. Prefixes that the set doesn't know are
   * passed over. `forwardedBy`: see `canonicalHash`.
   */
  apply(messages: Uint8Array, forwardedBy: number | null = null): void {
    const hash: Hash = { hi: 0, lo: 0 };
    let next4 = 0;
    let next6 = 0;
    eachUpdate(messages, ({ attributes, attributesEnd, nlri, nlriEnd, v6 }) => {
      if (nlri >= nlriEnd || !canonicalHash(messages, attributes, attributesEnd, hash, forwardedBy)) return;
      const to = v6 ? this.#hash6 : this.#hash4;
      const index = v6 ? this.#set.v6 : this.#set.v4;
      for (let at = nlri; at < nlriEnd; ) {
        const length = u8(messages, at++);
        const number = index.find(
          v6 ? next6 : next4,
          length,
          prefixWord(messages, at, length, 0),
          v6 ? prefixWord(messages, at, length, 1) : 0,
          v6 ? prefixWord(messages, at, length, 2) : 0,
          v6 ? prefixWord(messages, at, length, 3) : 0,
        );
        if (number >= 0) {
          to[number * 2] = hash.hi;
          to[number * 2 + 1] = hash.lo;
          if (v6) next6 = number + 1;
          else next4 = number + 1;
        }
        at += (length + 7) >>> 3;
      }
    });
  }

  /** Prefixes whose attributes differ between the two; both belong to the same set. */
  differences(other: RouteDigest): number {
    return differing(this.#hash4, other.#hash4) + differing(this.#hash6, other.#hash6);
  }

  /** 16 hex digits. Equal for equal routes, whatever the order of their coming. */
  text(): string {
    const sum = { hi: 0, lo: 0 };
    addUp(this.#set.v4, this.#hash4, 4, sum);
    addUp(this.#set.v6, this.#hash6, 6, sum);
    return [sum.hi, sum.lo].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const differing = (a: Uint32Array, b: Uint32Array): number => {
  let count = 0;
  for (let i = 0; i < a.length; i += 2) if (a[i] !== b[i] || a[i + 1] !== b[i + 1]) count++;
  return count;
};

const addUp = (index: PrefixIndex, hashes: Uint32Array, seed: number, sum: Hash): void => {
  for (let number = 0; number < index.size; number++) {
    const hi = hashes[number * 2] ?? 0;
    const lo = hashes[number * 2 + 1] ?? 0;
    if (hi === 0 && lo === 0) continue;
    sum.hi = (sum.hi + mix(hi, index.hashOf(number, seed))) | 0;
    sum.lo = (sum.lo + mix(lo, index.hashOf(number, seed + 1))) | 0;
  }
};
