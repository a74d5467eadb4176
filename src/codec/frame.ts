import { declareFault, type Fault, type Found, Verdict } from "./fault.js";
import { ErrorCode, HeaderError, MessageType } from "./iana.js";
import { copyOctets, setU8, setU16, u8, u16, within } from "./octets.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE } from "./session-context.js";

export const HEADER_LENGTH = 19;

const header = (what: string, subcode: number, rfc: string): Fault =>
  declareFault(`header/${what}`, Verdict.SessionReset, [ErrorCode.MessageHeader, subcode], rfc);

export const notSynchronized: Fault = header("not-synchronized", HeaderError.NotSynchronized, "RFC 4271 §6.1");
export const badLength: Fault = header("bad-length", HeaderError.BadLength, "RFC 4271 §6.1");
export const badType: Fault = header("bad-type", HeaderError.BadType, "RFC 4271 §6.1");

export const frameFaults: readonly Fault[] = [notSynchronized, badLength, badType];

/** Writes the header of a message of `length` octets at `at` and gives the offset after (RFC 4271 §4.1). */
export const setHeader = (out: Uint8Array, at: number, length: number, type: MessageType): number => {
  out.fill(0xff, at, at + 16);
  return setU8(out, setU16(out, at + 16, within(EXTENDED_MAX_MESSAGE, length, "the message length")), type);
};

/**
 * What is wrong with a message shorter than its type allows, or null. The framer lets none pass; decoders ask because
 * they are also given octets that no framer saw.
 */
export const tooShort = (start: number, end: number, type: MessageType): Found | null => {
  const length = end - start;
  if (length >= (SHORTEST[type] ?? 0)) return null;
  return { fault: badLength, start: 0, end: length, data: Uint8Array.of(length >>> 8, length) };
};

/** Shortest message of each type, RFC 4271 §6.1; 0: no such type. */
const SHORTEST: readonly number[] = [0, 29, 23, 21, 19, 23];

/** Takes one whole message, octets [start, end) of `msg`, valid during the call only. False stops the framer for good. */
export type FrameSink = (msg: Uint8Array, start: number, end: number, type: number) => boolean;

/**
 * Cuts messages out of a stream of octets, whatever chunks they arrive in (RFC 4271 §4.1).
 *
 * A message that lies whole in a chunk is handed on where it lies; one that is cut is gathered in a buffer of the
 * framer's own, which never grows past the longest message allowed.
 */
export class Framer {
  /** Octets of the longest UPDATE, NOTIFICATION or ROUTE-REFRESH: raise it when RFC 8654 was negotiated. */
  limit: number = ORDINARY_MAX_MESSAGE;
  #partial: Uint8Array = new Uint8Array(0);
  #held = 0;
  #done = false;

  /** Octets of an unfinished message that wait for the rest. */
  get held(): number {
    return this.#held;
  }

  /**
   * Hands every whole message to `sink`, in order. A faulty header ends the stream: the fault is given back (its
   * offsets count from the message's first octet) and later chunks are ignored.
   */
  push(chunk: Uint8Array, sink: FrameSink): Found | null {
    let at = 0;
    while (!this.#done && at < chunk.length) {
      const whole = this.#held === 0 && chunk.length - at >= HEADER_LENGTH;
      if (!whole) {
        const found = this.#gather(chunk, at, sink);
        at = this.#next;
        if (found !== null) return found;
        continue;
      }
      const fault = this.#judge(chunk, at);
      if (fault !== null) return this.#stop(fault, chunk, at);
      const end = at + u16(chunk, at + 16);
      if (end > chunk.length) {
        this.#keep(chunk, at, chunk.length);
        return null;
      }
      if (!sink(chunk, at, end, u8(chunk, at + 18))) this.#done = true;
      at = end;
    }
    return null;
  }

  #next = 0;

  /** Adds to the partial message what it lacks: first the header, then the rest. */
  #gather(chunk: Uint8Array, at: number, sink: FrameSink): Found | null {
    const want = this.#held < HEADER_LENGTH ? HEADER_LENGTH : u16(this.#partial, 16);
    const take = Math.min(want - this.#held, chunk.length - at);
    this.#keep(chunk, at, at + take);
    this.#next = at + take;
    if (this.#held < want) return this.#garbage();
    if (want === HEADER_LENGTH) {
      const fault = this.#judge(this.#partial, 0);
      if (fault !== null) return this.#stop(fault, this.#partial, 0);
      if (u16(this.#partial, 16) > HEADER_LENGTH) return null;
    }
    this.#held = 0;
    if (!sink(this.#partial, 0, want, u8(this.#partial, 18))) this.#done = true;
    return null;
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    const size = this.#held + end - start;
    if (size > this.#partial.length) {
      const roomier = new Uint8Array(size <= ORDINARY_MAX_MESSAGE ? ORDINARY_MAX_MESSAGE : EXTENDED_MAX_MESSAGE);
      roomier.set(this.#partial.subarray(0, this.#held));
      this.#partial = roomier;
    }
    this.#partial.set(chunk.subarray(start, end), this.#held);
    this.#held = size;
  }

  /** A marker that is already wrong need not wait for the rest of the header: the peer speaks something else. */
  #garbage(): Found | null {
    for (let i = 0; i < Math.min(this.#held, 16); i++) {
      if (this.#partial[i] !== 0xff) return this.#stop(notSynchronized, this.#partial, 0);
    }
    return null;
  }

  #judge(msg: Uint8Array, at: number): Fault | null {
    for (let i = 0; i < 16; i++) if (msg[at + i] !== 0xff) return notSynchronized;
    const length = u16(msg, at + 16);
    const type = u8(msg, at + 18);
    if (length < HEADER_LENGTH || length > this.limit) return badLength;
    const shortest = SHORTEST[type] ?? 0;
    if (shortest === 0) return badType;
    if (length < shortest) return badLength;
    // RFC 8654 §4: OPEN and KEEPALIVE keep the old limit; RFC 4271 §4.4: a KEEPALIVE is its header.
    if (type === MessageType.Keepalive && length !== HEADER_LENGTH) return badLength;
    if (type === MessageType.Open && length > ORDINARY_MAX_MESSAGE) return badLength;
    return null;
  }

  #stop(fault: Fault, msg: Uint8Array, at: number): Found {
    this.#done = true;
    // RFC 4271 §6.1: the data is the erroneous Length field, or the erroneous Type field.
    if (fault === badLength) return { fault, start: 16, end: 18, data: copyOctets(msg, at + 16, at + 18) };
    if (fault === badType) return { fault, start: 18, end: 19, data: copyOctets(msg, at + 18, at + 19) };
    return { fault, start: 0, end: 16 };
  }
}
