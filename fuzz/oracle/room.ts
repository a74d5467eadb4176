/**
 * Octets in which an oracle lays an input among others: the same ones again and again, since memory of one's own costs more
 * than most inputs take to read. What a socket gives is a Buffer, whose `slice` shares the octets where that of a
 * Uint8Array copies them.
 */
export class Room {
  /** The input is octets [MARGIN, MARGIN + its length) of these. */
  octets: Uint8Array;
  readonly #make: (length: number) => Uint8Array;
  /** Octets from the first one on that may not be as they are between inputs. */
  #used = 0;

  constructor(make: (length: number) => Uint8Array) {
    this.#make = make;
    this.octets = make(ORDINARY).fill(SPOILT);
  }

  /** Lays `input` between octets that are `fill`. */
  lay(input: Uint8Array, fill: number): void {
    this.spoil();
    const end = MARGIN + input.length + MARGIN;
    if (end > this.octets.length) this.octets = this.#make(2 * end).fill(SPOILT);
    this.octets.fill(fill, 0, end);
    this.octets.set(input, MARGIN);
    this.#used = end;
  }

  /** Overwrites what was laid: nothing read from there may refer to it. */
  spoil(): void {
    this.octets.fill(SPOILT, 0, this.#used);
    this.#used = 0;
  }
}

/** Octets around an input. */
export const MARGIN = 8;
const SPOILT = 0x5a;
const ORDINARY = 5000;

export const octetsRoom: Room = new Room((length) => new Uint8Array(length));
export const bufferRoom: Room = new Room((length) => Buffer.alloc(length));
