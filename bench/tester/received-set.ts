import { Afi, Safi } from "../../src/codec/iana.js";
import { u8, u16 } from "../../src/codec/octets.js";
import { type PrefixKeys, prefixWord } from "../../src/table/prepared.js";
import { Ipv4Index, Ipv6Index } from "./prefix-index.js";

const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

/** Strangers we remember one by one; with more of them the set can't be exact any more, whatever is withdrawn. */
const MAX_STRANGERS = 100_000;

/**
 * What a receiver holds, against what it should hold in the end. `take` is the receiver's hot path: it looks at every
 * octet of an UPDATE that matters for the set and allocates nothing for a prefix that is expected.
 */
export class ReceivedSet {
  readonly v4: Ipv4Index;
  readonly v6: Ipv6Index;
  /** Expected prefixes that are not held. */
  missing: number;
  /** UPDATEs taken, End-of-RIB markers left out; prefixes announced and withdrawn in them. */
  updates = 0;
  announced = 0;
  withdrawn = 0;
  endOfRib = 0;
  /** UPDATEs whose lengths contradict each other. */
  malformed = 0;
  readonly #strangers = new Set<string>();
  #tooMany = false;

  constructor(tables: readonly PrefixKeys[]) {
    let most4 = 0;
    let most6 = 0;
    for (const { v4len, v6len } of tables) {
      most4 += v4len.length;
      most6 += v6len.length;
    }
    this.v4 = new Ipv4Index(most4);
    this.v6 = new Ipv6Index(most6);
    for (const { v4, v4len, v6, v6len } of tables) {
      for (let i = 0; i < v4len.length; i++) this.v4.add(v4len[i] ?? 0, v4[i] ?? 0);
      for (let i = 0, w = 0; i < v6len.length; i++, w += 4) {
        this.v6.add(v6len[i] ?? 0, v6[w] ?? 0, v6[w + 1] ?? 0, v6[w + 2] ?? 0, v6[w + 3] ?? 0);
      }
    }
    this.missing = this.size;
  }

  /** Expected prefixes. */
  get size(): number {
    return this.v4.size + this.v6.size;
  }

  /** Prefixes held that nobody expects. */
  get strangers(): number {
    return this.#strangers.size;
  }

  get exact(): boolean {
    return this.missing === 0 && this.#strangers.size === 0 && !this.#tooMany && this.malformed === 0;
  }

  /** What is wrong with the set, in a few words; null when it is exact. */
  get complaint(): string | null {
    if (this.exact) return null;
    const lacking = [...this.v4.lacking(SHOWN), ...this.v6.lacking(SHOWN)].slice(0, SHOWN);
    const strange = [...this.#strangers].slice(0, SHOWN);
    return [
      some(this.missing, "missing", lacking),
      some(this.#strangers.size, "unexpected", strange),
      some(this.malformed, "malformed UPDATEs", []),
    ]
      .filter((part) => part !== "")
      .join(", ");
  }

  get empty(): boolean {
    return this.missing === this.size && this.#strangers.size === 0 && !this.#tooMany && this.malformed === 0;
  }

  /** Forgets what is held: the session begins anew. */
  clear(): void {
    this.v4.clear();
    this.v6.clear();
    this.missing = this.size;
    this.updates = 0;
    this.announced = 0;
    this.withdrawn = 0;
    this.endOfRib = 0;
    this.malformed = 0;
    this.#strangers.clear();
    this.#tooMany = false;
  }

  /** Takes one UPDATE, octets [start, end) of `msg`, header included. */
  take(msg: Uint8Array, start: number, end: number): void {
    const withdrawnEnd = start + 21 + u16(msg, start + 19);
    const attributes = withdrawnEnd + 2;
    const attributesEnd = attributes > end ? end + 1 : attributes + u16(msg, withdrawnEnd);
    if (attributesEnd > end) {
      this.malformed++;
      return;
    }
    // RFC 4724 §2: nothing at all, or an MP_UNREACH_NLRI that withdraws nothing.
    const emptyUpdate = end - start === 23 || (end - start === 29 && u8(msg, attributes + 1) === MP_UNREACH_NLRI);
    if (emptyUpdate) {
      this.endOfRib++;
      return;
    }
    this.updates++;
    let sound = this.#routes4(msg, start + 21, withdrawnEnd, false);
    for (let at = attributes; at < attributesEnd; ) {
      const extended = (u8(msg, at) & 0x10) !== 0;
      const value = at + (extended ? 4 : 3);
      const next = value > attributesEnd ? value : value + (extended ? u16(msg, at + 2) : u8(msg, at + 2));
      if (next > attributesEnd) {
        sound = false;
        break;
      }
      const code = u8(msg, at + 1);
      if (code === MP_REACH_NLRI) {
        const nlri = value + 5 + u8(msg, value + 3);
        if (nlri > next) sound = false;
        else if (isIpv6Unicast(msg, value)) sound = this.#routes6(msg, nlri, next, true) && sound;
      } else if (code === MP_UNREACH_NLRI && isIpv6Unicast(msg, value)) {
        sound = this.#routes6(msg, value + 3, next, false) && sound;
      }
      at = next;
    }
    sound = this.#routes4(msg, attributesEnd, end, true) && sound;
    if (!sound) this.malformed++;
  }

  #routes4(msg: Uint8Array, start: number, end: number, announce: boolean): boolean {
    const index = this.v4;
    let count = 0;
    let changed = 0;
    let at = start;
    while (at < end) {
      const length = u8(msg, at++);
      const next = at + ((length + 7) >>> 3);
      if (length > 32 || next > end) break;
      const address = prefixWord(msg, at, length, 0);
      const number = index.find(length, address);
      if (number < 0)
        this.#stranger(`${[24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".")}/${length}`, announce);
      else if (index.hold(number, announce)) changed++;
      count++;
      at = next;
    }
    this.#count(announce, count, changed);
    return at === end;
  }

  #routes6(msg: Uint8Array, start: number, end: number, announce: boolean): boolean {
    const index = this.v6;
    let count = 0;
    let changed = 0;
    let at = start;
    while (at < end) {
      const length = u8(msg, at++);
      const next = at + ((length + 7) >>> 3);
      if (length > 128 || next > end) break;
      const a = prefixWord(msg, at, length, 0);
      const b = prefixWord(msg, at, length, 1);
      const c = prefixWord(msg, at, length, 2);
      const d = prefixWord(msg, at, length, 3);
      const number = index.find(length, a, b, c, d);
      if (number < 0) this.#stranger(`${[a, b, c, d].map((word) => word.toString(16)).join(" ")}/${length}`, announce);
      else if (index.hold(number, announce)) changed++;
      count++;
      at = next;
    }
    this.#count(announce, count, changed);
    return at === end;
  }

  #count(announce: boolean, count: number, changed: number): void {
    if (announce) {
      this.announced += count;
      this.missing -= changed;
    } else {
      this.withdrawn += count;
      this.missing += changed;
    }
  }

  #stranger(key: string, announce: boolean): void {
    if (!announce) this.#strangers.delete(key);
    else if (this.#strangers.size < MAX_STRANGERS) this.#strangers.add(key);
    else this.#tooMany = true;
  }
}

const SHOWN = 3;

const some = (count: number, what: string, examples: readonly string[]): string => {
  if (count === 0) return "";
  const shown = examples.length === 0 ? "" : ` (${examples.join(", ")}${count > examples.length ? ", …" : ""})`;
  return `${count} ${what}${shown}`;
};

const isIpv6Unicast = (msg: Uint8Array, value: number): boolean =>
  u16(msg, value) === Afi.Ipv6 && u8(msg, value + 2) === Safi.Unicast;
