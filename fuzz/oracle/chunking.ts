import type { Found } from "../../src/codec/fault.js";
import { Framer } from "../../src/codec/frame.js";
import { equalOctets, hex, u16 } from "../../src/codec/octets.js";
import { OracleViolation } from "./violation.js";

/** What a framer made of a stream. */
interface Framed {
  readonly messages: readonly Uint8Array[];
  readonly found: Found | null;
  /** Octets that wait for the rest of their message. */
  readonly held: number;
}

/**
 * However a stream is cut into chunks, the same messages and the same fault come out, and the messages are the stream
 * itself, in order, up to the fault or the octets held. `cuts` are offsets in ascending order. Gives the fault or null.
 */
export const chunkingHolds = (stream: Uint8Array, limit: number, cuts: readonly number[]): Found | null => {
  const whole = framed(stream, limit, []);
  contiguous(stream, whole);
  const single = Array.from({ length: Math.min(stream.length, OCTET_BY_OCTET) }, (_, i) => i);
  for (const ways of [cuts, single]) {
    const cut = framed(stream, limit, ways);
    if (!same(whole, cut)) {
      throw new OracleViolation(
        "chunking",
        "the chunks a stream arrives in change what is read from it",
        `${shown(whole)} in one, ${shown(cut)} cut at ${ways.slice(0, 16).join(" ")}: ${hex(stream)}`,
      );
    }
  }
  return whole.found;
};

/** So far from the start a stream is also pushed octet by octet. */
const OCTET_BY_OCTET = 512;

const framed = (stream: Uint8Array, limit: number, cuts: readonly number[]): Framed => {
  const framer = new Framer();
  framer.limit = limit;
  const messages: Uint8Array[] = [];
  let found: Found | null = null;
  const push = (start: number, end: number): void => {
    // As from a socket: a chunk is valid during the call only.
    const chunk = Uint8Array.from(stream.subarray(start, end));
    const fault = framer.push(chunk, (msg, from, to) => messages.push(Uint8Array.from(msg.subarray(from, to))) > 0);
    chunk.fill(0x5a);
    if (fault !== null && found !== null)
      throw new OracleViolation("chunking", "a stream ends with more than one fault");
    found ??= fault;
  };
  let at = 0;
  for (const cut of cuts) {
    push(at, cut);
    at = cut;
  }
  push(at, stream.length);
  return { messages, found, held: framer.held };
};

const contiguous = (stream: Uint8Array, { messages, found, held }: Framed): void => {
  let at = 0;
  for (const message of messages) {
    if (u16(message, 16) !== message.length || !equalOctets(message, stream.subarray(at, at + message.length))) {
      throw new OracleViolation("chunking", "a message is not the stream's own octets", `at ${at}: ${hex(stream)}`);
    }
    at += message.length;
  }
  if (found === null && at + held !== stream.length) {
    throw new OracleViolation(
      "chunking",
      "octets of the stream got lost",
      `${stream.length - at - held}: ${hex(stream)}`,
    );
  }
};

const same = (a: Framed, b: Framed): boolean =>
  a.messages.length === b.messages.length &&
  a.messages.every((message, i) => equalOctets(message, b.messages[i] ?? new Uint8Array(0))) &&
  (a.found === null ? b.found === null && a.held === b.held : b.found !== null && sameFound(a.found, b.found));

const sameFound = (a: Found, b: Found): boolean =>
  a.fault === b.fault &&
  a.start === b.start &&
  a.end === b.end &&
  equalOctets(a.data ?? new Uint8Array(0), b.data ?? new Uint8Array(0));

const shown = ({ messages, found, held }: Framed): string =>
  `${messages.map(({ length }) => length).join("+") || "no"} octets in messages, ${found?.fault.id ?? `${held} held`}`;
