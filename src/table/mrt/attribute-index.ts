import { Flag } from "../../codec/attribute.js";
import { u8, u16 } from "../../codec/octets.js";

/**
 * Where the attributes of one list stand, by type code: offsets of the values into the octets that were scanned. Reused
 * for list after list, so that reading a file allocates nothing per route.
 *
 * It knows the frame of an attribute only (RFC 4271 §4.3); the values are the codec's business.
 */
export class AttributeIndex {
  readonly #starts: Uint32Array = new Uint32Array(256);
  readonly #ends: Uint32Array = new Uint32Array(256);
  /** The list in which a code was seen last. */
  readonly #seen: Uint32Array = new Uint32Array(256);
  #list = 0;

  /** Notes the attributes of octets [start, end), of each code the first. False when one reaches past the end. */
  scan(octets: Uint8Array, start: number, end: number): boolean {
    this.#list = (this.#list + 1) >>> 0;
    let at = start;
    while (at < end) {
      const head = u8(octets, at) & Flag.ExtendedLength ? 4 : 3;
      if (at + head > end) return false;
      const code = u8(octets, at + 1);
      const next = at + head + (head === 4 ? u16(octets, at + 2) : u8(octets, at + 2));
      if (next > end) return false;
      if (this.#seen[code] !== this.#list) {
        this.#seen[code] = this.#list;
        this.#starts[code] = at + head;
        this.#ends[code] = next;
      }
      at = next;
    }
    return true;
  }

  has(code: number): boolean {
    return this.#seen[code] === this.#list;
  }

  start(code: number): number {
    return this.#starts[code] ?? 0;
  }

  end(code: number): number {
    return this.#ends[code] ?? 0;
  }

  /** Octets of the value; 0 when the attribute is absent. */
  size(code: number): number {
    return this.has(code) ? this.end(code) - this.start(code) : 0;
  }
}
