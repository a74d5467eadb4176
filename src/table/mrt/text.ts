import { u8, u16, u32 } from "../../codec/octets.js";

/** ASCII text under construction, in octets: strings of half a million lines would cost more than the lines. */
export class Text {
  octets: Uint8Array;
  size = 0;

  constructor(capacity: number) {
    this.octets = new Uint8Array(capacity);
  }

  /** Makes room for so many octets more. */
  reserve(more: number): void {
    if (this.size + more <= this.octets.length) return;
    const roomier = new Uint8Array(Math.max(this.size + more, this.octets.length * 2));
    roomier.set(this.octets.subarray(0, this.size));
    this.octets = roomier;
  }

  ascii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.octets[this.size++] = text.charCodeAt(i);
  }

  char(code: number): void {
    this.reserve(1);
    this.octets[this.size++] = code;
  }

  append(other: Text): void {
    this.reserve(other.size);
    const { octets } = this;
    const from = other.octets;
    let at = this.size;
    for (let i = 0; i < other.size; i++) octets[at++] = from[i] ?? 0;
    this.size = at;
  }

  /** A whole number from 0 to 2^32 - 1, filled up with zeros to `width` digits. */
  decimal(value: number, width = 1): void {
    this.reserve(10);
    let digits = width;
    for (let bound = 10 ** width; value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.size + digits - 1; at >= this.size; at--) {
      const quotient = Math.floor(rest / 10);
      this.octets[at] = 48 + rest - quotient * 10;
      rest = quotient;
    }
    this.size += digits;
  }

  ipv4(octets: Uint8Array, at: number): void {
    this.decimal(u8(octets, at));
    for (let i = 1; i < 4; i++) {
      this.char(DOT);
      this.decimal(u8(octets, at + i));
    }
  }

  /** As inet_ntop writes it, but with `::` for a single zero group too: so does bgpdump. */
  ipv6(octets: Uint8Array, at: number): void {
    let best = -1;
    let bestLength = 0;
    for (let group = 0; group < 8; ) {
      let length = 0;
      while (group + length < 8 && u16(octets, at + 2 * (group + length)) === 0) length++;
      if (length > bestLength) {
        best = group;
        bestLength = length;
      }
      group += length + 1;
    }
    for (let group = 0; group < 8; group++) {
      if (group === best) {
        this.ascii("::");
        group += bestLength - 1;
        continue;
      }
      if (group > 0 && group !== best + bestLength) this.char(COLON);
      if (best === 0 && group === Math.max(6, bestLength) && embedsIpv4(octets, at, bestLength)) {
        this.ipv4(octets, at + 12);
        return;
      }
      this.#hex(u16(octets, at + 2 * group));
    }
  }

  #hex(value: number): void {
    this.reserve(4);
    for (let shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0; shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 0xf;
      this.octets[this.size++] = digit < 10 ? 48 + digit : 87 + digit;
    }
  }
}

const DOT = 0x2e;
const COLON = 0x3a;

/** RFC 4291 §2.5.5: IPv4-compatible and IPv4-mapped addresses end in dotted decimal; ::1 does not. */
const embedsIpv4 = (octets: Uint8Array, at: number, zeros: number): boolean =>
  zeros === 6 || (zeros === 7 && u32(octets, at + 12) !== 1) || (zeros === 5 && u16(octets, at + 10) === 0xffff);
