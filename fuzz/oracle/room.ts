/**
 * Octets in which an oracle lays an input among others: the same ones again and again, since memory of one's own costs more
 * than most inputs take to read. A Buffer, as a socket gives it: its `slice` shares the octets where that of a Uint8Array
 * copies them. The octets around are 0xff: behind an input that lies alone there are none, which reads as 0.
 */
class Room {
  /** The input is octets [MARGIN, MARGIN + its length) of these. */
  octets: Uint8Array = Buffer.alloc(ORDINARY, SPOILT);
  /** Octets from the first one on that may not be as they are between inputs. */
  #used = 0;

  lay(input: Uint8Array): void {
    this.spoil();
    const end = MARGIN + input.length + MARGIN;
    if (end > this.octets.length) this.octets = Buffer.alloc(2 * end, SPOILT);
    this.octets.fill(AROUND, 0, end);
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
const AROUND = 0xff;
const SPOILT = 0x5a;
const ORDINARY = 5000;

export const room: Room = new Room();
