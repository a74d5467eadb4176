import { HEADER_LENGTH, setHeader } from "../../src/codec/frame.js";
import type { MessageType } from "../../src/codec/iana.js";

/** A whole message of `type` around the octets behind its header: no fuzzer should have to guess a marker. */
export const messageOf = (type: MessageType, body: Uint8Array, maxMessage: number): Uint8Array => {
  const kept = body.subarray(0, maxMessage - HEADER_LENGTH);
  const msg = new Uint8Array(HEADER_LENGTH + kept.length);
  msg.set(kept, setHeader(msg, 0, msg.length, type));
  return msg;
};

/** The octets behind the header of a whole message. */
export const bodyOf = (msg: Uint8Array): Uint8Array => msg.subarray(HEADER_LENGTH);
