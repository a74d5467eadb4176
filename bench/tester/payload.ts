import { HEADER_LENGTH } from "../../src/codec/frame.js";
import { Afi, MessageType, Safi } from "../../src/codec/iana.js";
import { setU8, setU16, u8, u16 } from "../../src/codec/octets.js";
import { eachUpdate } from "../../src/table/prepared.js";

/** UPDATEs ready to be written: cut between messages into chunks that suit a socket. */
export interface Payload {
  readonly chunks: readonly Uint8Array[];
  /** Prefixes in all chunks up to the end of each. */
  readonly ends: readonly number[];
  readonly updates: number;
  readonly prefixes: number;
  readonly octets: number;
}

/**
 * What is made of a table: `packed` sends its UPDATEs as they are; `single` one prefix in each UPDATE; `withdraw` takes
 * all of its prefixes back, as many in an UPDATE as fit.
 */
export type Form = "packed" | "single" | "withdraw";

const CHUNK = 256 << 10;
const MAX_MESSAGE = 4096;
const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

export const payloadOf = (messages: Uint8Array, form: Form): Payload => {
  if (form === "packed") return cut(messages);
  const out = new Octets(messages.length);
  if (form === "single") writeSingles(messages, out);
  else writeWithdrawals(messages, out);
  return cut(out.written());
};

/** RFC 4724 §2, IPv4 and IPv6 unicast. */
export const endOfRib4: Uint8Array = message(new Uint8Array(4));
export const endOfRib6: Uint8Array = message(
  Uint8Array.of(0, 0, 0, 6, 0x80, MP_UNREACH_NLRI, 3, Afi.Ipv6 >> 8, Afi.Ipv6, Safi.Unicast),
);

function message(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER_LENGTH + body.length).fill(0xff, 0, 16);
  setU16(out, 16, out.length);
  setU8(out, 18, MessageType.Update);
  out.set(body, HEADER_LENGTH);
  return out;
}

const cut = (messages: Uint8Array): Payload => {
  const chunks: Uint8Array[] = [];
  const ends: number[] = [];
  let updates = 0;
  let prefixes = 0;
  let from = 0;
  eachUpdate(messages, (span) => {
    updates++;
    prefixes += countRoutes(messages, span.nlri, span.nlriEnd);
    prefixes += countRoutes(messages, span.start + 21, span.attributes - 2);
    if (span.end - from < CHUNK) return;
    chunks.push(messages.subarray(from, span.end));
    ends.push(prefixes);
    from = span.end;
  });
  if (from < messages.length) {
    chunks.push(messages.subarray(from));
    ends.push(prefixes);
  }
  return { chunks, ends, updates, prefixes, octets: messages.length };
};

const countRoutes = (octets: Uint8Array, start: number, end: number): number => {
  let count = 0;
  for (let at = start; at < end; at += 1 + ((u8(octets, at) + 7) >>> 3)) count++;
  return count;
};

const writeSingles = (messages: Uint8Array, out: Octets): void => {
  eachUpdate(messages, ({ start, attributes, attributesEnd, nlri, nlriEnd, v6 }) => {
    for (let at = nlri; at < nlriEnd; ) {
      const next = at + 1 + ((u8(messages, at) + 7) >>> 3);
      if (v6) {
        const body = reachOfOne(messages, attributes, attributesEnd, nlri, nlriEnd, at, next);
        out.message(Uint8Array.of(0, 0, body.length >>> 8, body.length), body, messages.subarray(0, 0));
      } else {
        const lead = messages.subarray(start + HEADER_LENGTH, attributes);
        out.message(lead, messages.subarray(attributes, attributesEnd), messages.subarray(at, next));
      }
      at = next;
    }
  });
};

/** The attributes with an MP_REACH_NLRI that carries only the route at [at, next). */
const reachOfOne = (
  messages: Uint8Array,
  start: number,
  end: number,
  nlri: number,
  nlriEnd: number,
  at: number,
  next: number,
): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (let attribute = start; attribute < end; ) {
    const extended = (u8(messages, attribute) & 0x10) !== 0;
    const value = attribute + (extended ? 4 : 3);
    const after = value + (extended ? u16(messages, attribute + 2) : u8(messages, attribute + 2));
    if (u8(messages, attribute + 1) === MP_REACH_NLRI && after === nlriEnd) {
      const size = nlri - value + next - at;
      parts.push(Uint8Array.of(u8(messages, attribute) & ~0x10, MP_REACH_NLRI, size));
      parts.push(messages.subarray(value, nlri), messages.subarray(at, next));
    } else parts.push(messages.subarray(attribute, after));
    attribute = after;
  }
  return Buffer.concat(parts);
};

const writeWithdrawals = (messages: Uint8Array, out: Octets): void => {
  for (const v6 of [false, true]) {
    // Header, both lengths, and for IPv6 the attribute with extended length, AFI and SAFI.
    const room = MAX_MESSAGE - HEADER_LENGTH - 4 - (v6 ? 7 : 0);
    const routes = new Uint8Array(room);
    let used = 0;
    const flush = (): void => {
      if (used === 0) return;
      const body = routes.subarray(0, used);
      if (v6) {
        const value = used + 3;
        const lead = Uint8Array.of(0, 0, (value + 4) >>> 8, value + 4, 0x90, MP_UNREACH_NLRI, value >>> 8, value);
        out.message(lead, Uint8Array.of(Afi.Ipv6 >> 8, Afi.Ipv6, Safi.Unicast), body);
      } else out.message(Uint8Array.of(used >>> 8, used), body, new Uint8Array(2));
      used = 0;
    };
    eachUpdate(messages, ({ nlri, nlriEnd, v6: isV6 }) => {
      if (isV6 !== v6) return;
      for (let at = nlri; at < nlriEnd; ) {
        const next = at + 1 + ((u8(messages, at) + 7) >>> 3);
        if (used + next - at > room) flush();
        routes.set(messages.subarray(at, next), used);
        used += next - at;
        at = next;
      }
    });
    flush();
  }
};

/** Octets that grow at their end. */
class Octets {
  #octets: Uint8Array;
  #used = 0;

  constructor(guess: number) {
    this.#octets = new Uint8Array(Math.max(guess, MAX_MESSAGE));
  }

  /** One UPDATE of three parts behind a header. */
  message(a: Uint8Array, b: Uint8Array, c: Uint8Array): void {
    const length = HEADER_LENGTH + a.length + b.length + c.length;
    if (this.#used + length > this.#octets.length) {
      const roomier = new Uint8Array(this.#octets.length * 2 + length);
      roomier.set(this.#octets.subarray(0, this.#used));
      this.#octets = roomier;
    }
    const out = this.#octets;
    let at = this.#used;
    out.fill(0xff, at, at + 16);
    at = setU8(out, setU16(out, at + 16, length), MessageType.Update);
    for (const part of [a, b, c]) {
      out.set(part, at);
      at += part.length;
    }
    this.#used = at;
  }

  written(): Uint8Array {
    return this.#octets.subarray(0, this.#used);
  }
}
