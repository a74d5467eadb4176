import { HEADER_LENGTH, setHeader } from "../../src/codec/frame.js";
import type { MessageType } from "../../src/codec/iana.js";
import { EXTENDED_MAX_MESSAGE, ORDINARY_MAX_MESSAGE } from "../../src/codec/session-context.js";

/**
 * As `messageOf`, of octets from `from` on, in memory that is used again: valid until the next call. What is behind its
 * end can't be read, as that of a message with memory of its own.
 */
export const passingMessageOf = (type: MessageType, data: Uint8Array, from: number, maxMessage: number): Uint8Array => {
  const length = Math.max(0, Math.min(data.length - from, maxMessage - HEADER_LENGTH));
  if (HEADER_LENGTH + length > room.length) room = new Uint8Array(EXTENDED_MAX_MESSAGE);
  room.set(data.subarray(from, from + length), setHeader(room, 0, HEADER_LENGTH + length, type));
  return room.subarray(0, HEADER_LENGTH + length);
};

let room: Uint8Array = new Uint8Array(2 * ORDINARY_MAX_MESSAGE);

/** A whole message of `type` around the octets behind its header: no fuzzer should have to guess a marker. */
export const messageOf = (type: MessageType, body: Uint8Array, maxMessage: number): Uint8Array => {
  const kept = body.subarray(0, maxMessage - HEADER_LENGTH);
  const msg = new Uint8Array(HEADER_LENGTH + kept.length);
  msg.set(kept, setHeader(msg, 0, msg.length, type));
  return msg;
};

/** The octets behind the header of a whole message. */
export const bodyOf = (msg: Uint8Array): Uint8Array => msg.subarray(HEADER_LENGTH);
