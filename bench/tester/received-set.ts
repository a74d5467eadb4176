import { Afi, Safi } from "../../src/codec/iana.js";
import { u8, u16 } from "../../src/codec/octets.js";
import { eachUpdate, type PrefixKeys, type PreparedTable, prefixWord } from "../../src/table/prepared.js";
import { Ipv4Index, Ipv6Index, type PrefixIndex } from "./prefix-index.js";

const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

/** Strangers we remember one by one; with more of them the set can't be exact any more, whatever is withdrawn. */
const MAX_STRANGERS = 100_000;

/** What a receiver should hold in the end: the prefixes of all tables, each once. All receivers of a process share it. */
export class ExpectedSet {
  readonly v4: Ipv4Index;
  readonly v6: Ipv6Index;

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
  }

  get size(): number {
    return this.v4.size + this.v6.size;
  }

  /**
   * The places of the prefixes of a table that is part of the set, in the order of its messages. A place is a number for
   * both families: IPv4 prefixes come first.
   */
  placesOf({ messages, prefixes }: PreparedTable): Uint32Array {
    const places = new Uint32Array(prefixes);
    const { v4, v6 } = this;
    let next4 = 0;
    let next6 = 0;
    let n = 0;
    eachUpdate(messages, ({ nlri, nlriEnd, v6: isV6 }) => {
      for (let at = nlri; at < nlriEnd; n++) {
        const length = u8(messages, at++);
        const a = prefixWord(messages, at, length, 0);
        if (isV6) {
          const word = (which: number): number => prefixWord(messages, at, length, which);
          const number = v6.find(next6, length, a, word(1), word(2), word(3));
          next6 = number + 1;
          places[n] = v4.size + number;
        } else {
          const number = v4.find(next4, length, a);
          next4 = number + 1;
          places[n] = number;
        }
        at += (length + 7) >>> 3;
      }
    });
    return places;
  }
}

/**
 * Of which stretch of time each prefix is: the number that `now` had when the prefix came, was taken back, or, where
 * `always`, was announced once more. 0: not since the last `clear`.
 */
export class Stamps {
  /** By place, see `ExpectedSet.placesOf`; the others are its parts. */
  readonly all: Uint32Array;
  readonly v4: Uint32Array;
  readonly v6: Uint32Array;
  now = 0;
  always = false;

  constructor({ v4, v6 }: ExpectedSet) {
    this.all = new Uint32Array(v4.size + v6.size);
    this.v4 = this.all.subarray(0, v4.size);
    this.v6 = this.all.subarray(v4.size);
  }

  clear(): void {
    this.all.fill(0);
    this.now = 0;
  }
}

/**
 * What a receiver holds, against what it should hold in the end. `take` is the receiver's hot path: it looks at every
 * octet of an UPDATE that matters for the set and allocates nothing for a prefix that is expected.
 */
export class ReceivedSet {
  readonly expected: ExpectedSet;
  /** 1 for each prefix that is held, by its number. */
  readonly #held4: Uint8Array;
  readonly #held6: Uint8Array;
  /** The number after the last one found: the next prefix is mostly that one. */
  #next4 = 0;
  #next6 = 0;
  /** Where it is noted when each prefix came; null: nowhere. */
  stamps: Stamps | null = null;
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

  constructor(expected: ExpectedSet) {
    this.expected = expected;
    this.#held4 = new Uint8Array(expected.v4.size);
    this.#held6 = new Uint8Array(expected.v6.size);
    this.missing = this.size;
  }

  /** Expected prefixes. */
  get size(): number {
    return this.expected.size;
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
    const { v4, v6 } = this.expected;
    const lacking = [...lackingOf(v4, this.#held4), ...lackingOf(v6, this.#held6)].slice(0, SHOWN);
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
    this.#held4.fill(0);
    this.#held6.fill(0);
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
    const index = this.expected.v4;
    const held = this.#held4;
    const { stamps } = this;
    const now = announce ? 1 : 0;
    let next = this.#next4;
    let count = 0;
    let changed = 0;
    let at = start;
    while (at < end) {
      const length = u8(msg, at++);
      const after = at + ((length + 7) >>> 3);
      if (length > 32 || after > end) break;
      const address = prefixWord(msg, at, length, 0);
      const number = index.find(next, length, address);
      if (number < 0)
        this.#stranger(`${[24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".")}/${length}`, announce);
      else {
        next = number + 1;
        if (held[number] !== now) {
          held[number] = now;
          changed++;
          if (stamps !== null) stamps.v4[number] = stamps.now;
        } else if (stamps?.always) stamps.v4[number] = stamps.now;
      }
      count++;
      at = after;
    }
    this.#next4 = next;
    this.#count(announce, count, changed);
    return at === end;
  }

  #routes6(msg: Uint8Array, start: number, end: number, announce: boolean): boolean {
    const index = this.expected.v6;
    const held = this.#held6;
    const { stamps } = this;
    const now = announce ? 1 : 0;
    let next = this.#next6;
    let count = 0;
    let changed = 0;
    let at = start;
    while (at < end) {
      const length = u8(msg, at++);
      const after = at + ((length + 7) >>> 3);
      if (length > 128 || after > end) break;
      const a = prefixWord(msg, at, length, 0);
      const b = prefixWord(msg, at, length, 1);
      const c = prefixWord(msg, at, length, 2);
      const d = prefixWord(msg, at, length, 3);
      const number = index.find(next, length, a, b, c, d);
      if (number < 0) this.#stranger(`${[a, b, c, d].map((word) => word.toString(16)).join(" ")}/${length}`, announce);
      else {
        next = number + 1;
        if (held[number] !== now) {
          held[number] = now;
          changed++;
          if (stamps !== null) stamps.v6[number] = stamps.now;
        } else if (stamps?.always) stamps.v6[number] = stamps.now;
      }
      count++;
      at = after;
    }
    this.#next6 = next;
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

/** The first few prefixes that are not held. */
const lackingOf = (index: PrefixIndex, held: Uint8Array): string[] => {
  const texts: string[] = [];
  for (let number = 0; number < index.size && texts.length < SHOWN; number++) {
    if (held[number] === 0) texts.push(index.text(number));
  }
  return texts;
};

const some = (count: number, what: string, examples: readonly string[]): string => {
  if (count === 0) return "";
  const shown = examples.length === 0 ? "" : ` (${examples.join(", ")}${count > examples.length ? ", …" : ""})`;
  return `${count} ${what}${shown}`;
};

const isIpv6Unicast = (msg: Uint8Array, value: number): boolean =>
  u16(msg, value) === Afi.Ipv6 && u8(msg, value + 2) === Safi.Unicast;
