import { type Decoded, decisive, type Fault, type Found, Verdict } from "../../src/codec/fault.js";
import { hex } from "../../src/codec/octets.js";
import { bloat } from "./cost.js";
import { declared, unwritten } from "./field.js";
import { MARGIN, room } from "./room.js";
import { same, sameOctets } from "./same.js";
import { OracleViolation } from "./violation.js";

/** A decoder of whole messages, octets [start, end), and the encoder that should be its inverse. */
export interface MessageCodec<T> {
  readonly faults: readonly Fault[];
  decode(msg: Uint8Array, start: number, end: number): Decoded<T>;
  encode(value: T): Uint8Array;
  /** The octets that come back for a message without faults, where that can be said without help of the decoder. */
  canonical?(msg: Uint8Array): Uint8Array;
  /** The same for a message with discards only: what comes back is all that no fault in `found` takes away. */
  remaining?(msg: Uint8Array, found: readonly Found[]): Uint8Array;
  /** Whether a value that was received with discards only can be sent as well; without it, every one can. */
  isSendable?(value: T): boolean;
  /** What `decode` must make of the octets `encode` wrote for `value`; without it, `value` itself. */
  settled?(value: T): T;
}

/** What became of a message: the decisive fault, and the value that was read unless the session is reset. */
export interface Judged<T> {
  readonly fault: Fault | null;
  readonly value: T | null;
}

/** Judges one whole message under every oracle for messages. */
export const messageHolds = <T>(codec: MessageCodec<T>, msg: Uint8Array): Judged<T> => {
  room.lay(msg);
  const decoded = codec.decode(msg, 0, msg.length);
  unwritten(msg);
  const { value, found } = decoded;
  const fault = decisive(found)?.fault ?? null;
  for (const one of found) {
    declared(codec.faults, one.fault);
    if (one.start < 0 || one.end < one.start || one.end > msg.length) {
      throw new OracleViolation(
        "span",
        "a fault lies outside its message",
        `${one.fault.id} ${one.start}-${one.end} of ${msg.length}`,
      );
    }
  }
  if ((value === null) !== (fault?.verdict === Verdict.SessionReset)) {
    throw new OracleViolation(
      "verdict",
      "the value is not null exactly when a fault resets the session",
      `${fault?.id ?? "accepted"}: ${hex(msg)}`,
    );
  }
  spanSafe(codec, decoded, msg);
  if (value !== null) {
    bloat(value, msg.length);
    if (isSent(codec, value, fault)) roundTrips(codec, value, msg, found);
  }
  return { fault, value };
};

/** Decodes a message and encodes what it was, once, and judges nothing. */
export const messagePasses = <T>(codec: MessageCodec<T>, msg: Uint8Array): void => {
  const { value, found } = codec.decode(msg, 0, msg.length);
  if (value !== null && isSent(codec, value, decisive(found)?.fault ?? null)) codec.encode(value);
};

/** Whether the value can be sent on: after treat-as-withdraw nothing is kept that could be. */
const isSent = <T>(codec: MessageCodec<T>, value: T, fault: Fault | null): boolean =>
  (fault === null || fault.verdict === Verdict.Discard) && codec.isSendable?.(value) !== false;

/** The same octets elsewhere, among others: the same faults at the same places, and a value that is the same and fresh. */
const spanSafe = <T>(codec: MessageCodec<T>, alone: Decoded<T>, msg: Uint8Array): void => {
  const there = codec.decode(room.octets, MARGIN, MARGIN + msg.length);
  room.spoil();
  if (!sameFaults(there.found, alone.found)) {
    throw new OracleViolation(
      "span",
      "the faults depend on where the message lies",
      `${JSON.stringify(faultsOf(alone))} alone, ${JSON.stringify(faultsOf(there))} in place: ${hex(msg)}`,
    );
  }
  if (!same(there.value, alone.value)) {
    throw new OracleViolation("span", "the value depends on where its octets lie, or refers to them", hex(msg));
  }
};

const sameFaults = (a: readonly Found[], b: readonly Found[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i], b[i]];
    if (one?.fault !== other?.fault || one?.start !== other?.start || one?.end !== other?.end) return false;
    if (!same(one?.data, other?.data)) return false;
  }
  return true;
};

const faultsOf = <T>({ found }: Decoded<T>): unknown[] =>
  found.map(({ fault, start, end, data }) => [fault.id, start, end, data === undefined ? null : hex(data)]);

const roundTrips = <T>(codec: MessageCodec<T>, value: T, msg: Uint8Array, found: readonly Found[]): void => {
  const again = encoded(codec, value, msg);
  const expected = found.length === 0 ? codec.canonical?.(msg) : codec.remaining?.(msg, found);
  if (expected !== undefined && !sameOctets(again, expected)) {
    throw new OracleViolation(
      "round-trip",
      "the encoder writes other octets than the decoder accepted",
      `${hex(msg)} came back as ${hex(again)}, not as ${hex(expected)}`,
    );
  }
  // The same octets have just been decoded twice, with this value: their second generation is the first.
  const isFirst = found.length === 0 && codec.settled === undefined && sameOctets(again, msg);
  if (!isFirst) secondGeneration(codec, value, msg, again);
};

const secondGeneration = <T>(codec: MessageCodec<T>, value: T, msg: Uint8Array, again: Uint8Array): void => {
  const second = codec.decode(again, 0, again.length);
  if (second.value === null || second.found.length > 0) {
    throw new OracleViolation(
      "idempotence",
      "the decoder finds fault with what our encoder wrote",
      `${JSON.stringify(faultsOf(second))}: ${hex(again)}`,
    );
  }
  if (!same(second.value, codec.settled?.(value) ?? value)) {
    throw new OracleViolation("round-trip", "the value does not survive encoding", `${hex(msg)}, then ${hex(again)}`);
  }
  const third = encoded(codec, second.value, again);
  if (!sameOctets(third, again)) {
    throw new OracleViolation(
      "idempotence",
      "the second generation differs from the first",
      `${hex(again)} ${hex(third)}`,
    );
  }
};

const encoded = <T>(codec: MessageCodec<T>, value: T, from: Uint8Array): Uint8Array => {
  try {
    return codec.encode(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OracleViolation(
      "round-trip",
      "the encoder refuses what the decoder accepted",
      `${error.message}: ${hex(from)}`,
    );
  }
};
