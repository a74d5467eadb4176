import { type Decoded, decisive, type Fault, type Found, Verdict } from "../../src/codec/fault.js";
import { equalOctets, hex } from "../../src/codec/octets.js";
import { bloat } from "./cost.js";
import { declared } from "./field.js";
import { bufferRoom, octetsRoom } from "./room.js";
import { same } from "./same.js";
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

/** Judges one whole message under every oracle for messages and gives the decisive fault, or null. */
export const messageHolds = <T>(codec: MessageCodec<T>, msg: Uint8Array): Fault | null => {
  const before = msg.slice();
  const decoded = codec.decode(msg, 0, msg.length);
  if (!equalOctets(msg, before)) throw new OracleViolation("span", "the decoder writes into its input", hex(before));
  const { value, found } = decoded;
  const worst = decisive(found)?.fault ?? null;
  for (const { fault, start, end } of found) {
    declared(codec.faults, fault);
    if (start < 0 || end < start || end > msg.length) {
      throw new OracleViolation(
        "span",
        "a fault lies outside its message",
        `${fault.id} ${start}-${end} of ${msg.length}`,
      );
    }
  }
  if ((value === null) !== (worst?.verdict === Verdict.SessionReset)) {
    throw new OracleViolation(
      "verdict",
      "the value is not null exactly when a fault resets the session",
      `${worst?.id ?? "accepted"}: ${hex(msg)}`,
    );
  }
  spanSafe(codec, decoded, msg, octetsRoom(msg.length + 2 * MARGIN), 0x00);
  spanSafe(codec, decoded, msg, bufferRoom(msg.length + 2 * MARGIN), 0xff);
  if (value === null) return worst;

  bloat(value, msg.length);
  // After treat-as-withdraw nothing is kept that could be sent on.
  const isKept = worst === null || worst.verdict === Verdict.Discard;
  if (isKept && codec.isSendable?.(value) !== false) roundTrips(codec, value, msg, found);
  return worst;
};

const MARGIN = 8;

/** The same octets elsewhere, among others: the same faults at the same places, and a value that is the same and fresh. */
const spanSafe = <T>(
  codec: MessageCodec<T>,
  alone: Decoded<T>,
  msg: Uint8Array,
  room: Uint8Array,
  fill: number,
): void => {
  room.fill(fill);
  room.set(msg, MARGIN);
  const there = codec.decode(room, MARGIN, MARGIN + msg.length);
  room.fill(0x5a);
  if (!same(there.found, alone.found)) {
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

const faultsOf = <T>({ found }: Decoded<T>): unknown[] =>
  found.map(({ fault, start, end, data }) => [fault.id, start, end, data === undefined ? null : hex(data)]);

const roundTrips = <T>(codec: MessageCodec<T>, value: T, msg: Uint8Array, found: readonly Found[]): void => {
  const again = encoded(codec, value, msg);
  const expected = found.length === 0 ? codec.canonical?.(msg) : codec.remaining?.(msg, found);
  if (expected !== undefined && !equalOctets(again, expected)) {
    throw new OracleViolation(
      "round-trip",
      "the encoder writes other octets than the decoder accepted",
      `${hex(msg)} came back as ${hex(again)}, not as ${hex(expected)}`,
    );
  }
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
  if (!equalOctets(third, again)) {
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
