import { copyOctets, hex, u8, u16, u24, u32 } from "./octets.js";
import { displayText } from "./text.js";

/** One field of a message as a dissector shows it: octets [start, end) of the message, what they mean, what is in them. */
export interface Field {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** In words; absent for a field that is but the sum of its parts. */
  readonly value?: string;
  readonly fields?: readonly Field[];
}

/**
 * Names the fields of octets [start, end), one after the other. It is made for octets that may be malformed: nothing
 * throws, nothing is read past the end. A field that the end cuts off is shown as far as it goes and says so; what is
 * asked for after that is empty.
 */
export class FieldReader {
  readonly fields: Field[] = [];
  readonly msg: Uint8Array;
  readonly end: number;
  at: number;

  constructor(msg: Uint8Array, start: number, end: number) {
    this.msg = msg;
    this.at = start;
    this.end = end;
  }

  /** Octets not yet named. */
  get left(): number {
    return this.end - this.at;
  }

  /** An unsigned integer of so many octets; 0 when it is cut off. `text` says what the number means: `2 (INCOMPLETE)`. */
  u8(name: string, text?: (value: number) => string): number {
    return this.#integer(name, 1, u8, text);
  }

  u16(name: string, text?: (value: number) => string): number {
    return this.#integer(name, 2, u16, text);
  }

  u24(name: string, text?: (value: number) => string): number {
    return this.#integer(name, 3, u24, text);
  }

  u32(name: string, text?: (value: number) => string): number {
    return this.#integer(name, 4, u32, text);
  }

  u64(name: string, text?: (value: bigint) => string): bigint {
    const octets = this.octets(name, 8, (eight) => {
      const value = BigInt(`0x${hex(eight)}`);
      return text?.(value) ?? `${value}`;
    });
    return octets.length === 8 ? BigInt(`0x${hex(octets)}`) : 0n;
  }

  /** `length` octets, in hexadecimal digits unless `text` knows better. None, of which it says nothing, are no field. */
  octets(name: string, length: number, text: (octets: Uint8Array) => string = shortHex): Uint8Array {
    if (!this.#has(name, length)) return NONE;
    const octets = copyOctets(this.msg, this.at, this.at + length);
    const said = text(octets);
    if (said !== "") this.#push(name, length, said);
    return octets;
  }

  /** An address: IPv4 of 4 octets, IPv6 of 16; of any other length, digits. */
  address(name: string, length: number): void {
    this.octets(name, length, addressText);
  }

  /** Text in UTF-8, shown so that it does no harm. */
  text(name: string, length: number): void {
    this.octets(name, length, displayText);
  }

  /** A field of `length` octets with fields in it. `value` is said of it before them, or after when it is a function. */
  group(name: string, length: number, inside: (reader: FieldReader) => string | undefined): void {
    const taken = Math.min(length, this.left);
    const reader = new FieldReader(this.msg, this.at, this.at + taken);
    const value = inside(reader);
    reader.rest("not understood");
    const cut = taken < length ? `cut short: ${taken} of ${length} octets` : undefined;
    const said = [value, cut].filter((one) => one !== undefined).join(", ");
    const field = { name, start: this.at, end: this.at + taken, fields: reader.fields };
    this.fields.push(said === "" ? field : { ...field, value: said });
    this.at += taken;
    if (cut !== undefined) this.at = this.end;
  }

  /** Whatever is left, as digits; nothing when nothing is. */
  rest(name: string, text: (octets: Uint8Array) => string = shortHex): void {
    if (this.left > 0) this.octets(name, this.left, text);
  }

  #integer(
    name: string,
    width: number,
    read: (octets: Uint8Array, at: number) => number,
    text: ((value: number) => string) | undefined,
  ): number {
    if (!this.#has(name, width)) return 0;
    const value = read(this.msg, this.at);
    this.#push(name, width, text?.(value) ?? `${value}`);
    return value;
  }

  /** Whether `length` octets are there. If not, those that are there are shown as what they are: too few. */
  #has(name: string, length: number): boolean {
    if (length <= this.left) return true;
    if (this.left > 0) {
      const shown = shortHex(copyOctets(this.msg, this.at, this.end));
      this.#push(name, this.left, `${shown} (cut short: ${this.left} of ${length} octets)`);
    }
    return false;
  }

  #push(name: string, length: number, value: string): void {
    this.fields.push({ name, start: this.at, end: this.at + length, value });
    this.at += length;
  }
}

const NONE = new Uint8Array(0);

/** Hexadecimal digits of the first 32 octets. */
export const shortHex = (octets: Uint8Array): string =>
  octets.length > 32 ? `${hex(octets, 0, 32)}… (${octets.length} octets)` : hex(octets);

/** `192.0.2.1` of 4 octets, `2001:db8::1` of 16 (RFC 5952); digits of any other number. */
export const addressText = (octets: Uint8Array): string => {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return shortHex(octets);
  const groups = Array.from({ length: 8 }, (_, i) => u16(octets, 2 * i).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  return `${groups.slice(0, zeros.start).join(":")}::${groups.slice(zeros.start + zeros.length).join(":")}`;
};

/** `192.0.2.0/24`: a prefix of which only the octets it needs are given; `width` octets make a whole address. */
export const prefixText = (octets: Uint8Array, bits: number, width: 4 | 16): string => {
  const address = new Uint8Array(width);
  address.set(octets.subarray(0, width));
  return `${addressText(address)}/${bits}`;
};

/** RFC 4364 §4.2: `65536:7`, `192.0.2.1:7`; a type that is not known as digits. */
export const distinguisherText = (rd: Uint8Array): string => {
  if (rd.length !== 8) return shortHex(rd);
  const type = u16(rd, 0);
  if (type === 0) return `${u16(rd, 2)}:${u32(rd, 4)}`;
  if (type === 1) return `${rd.subarray(2, 6).join(".")}:${u16(rd, 6)}`;
  if (type === 2) return `${u32(rd, 2)}:${u16(rd, 6)}`;
  return shortHex(rd);
};

/** A function that says what a number means: `2 (INCOMPLETE)`, `7 (unassigned)`. */
export const named =
  (names: Readonly<Record<number, string>>, otherwise = "unassigned") =>
  (value: number): string =>
    `${value} (${names[value] ?? otherwise})`;

const longestZeros = (groups: readonly string[]): { readonly start: number; readonly length: number } => {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
};
