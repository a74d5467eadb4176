import type { Fault } from "../../../src/codec/fault.js";
import { complaint } from "./complaint.js";
import { u8, u16 } from "./octets.js";

/** What is to be made of a stream of messages. */
export interface Framing {
  /** Octets of whole messages in front, and how many messages they are. */
  readonly octets: number;
  readonly messages: number;
  /** Subcodes that a NOTIFICATION 1/x may have for the header behind them; empty: the stream is right so far. */
  readonly subcodes: readonly number[];
}

/** Least octets of each type, RFC 4271 §4 and §6.1, RFC 7313 §3; and whether RFC 8654 §4 leaves it at 4096. */
const TYPES: Readonly<Record<number, { readonly least: number; readonly most: number }>> = {
  1: { least: 29, most: 4096 },
  2: { least: 23, most: 65535 },
  3: { least: 21, most: 65535 },
  4: { least: 19, most: 19 },
  5: { least: 23, most: 65535 },
};

const NOT_SYNCHRONIZED = 1;
const BAD_LENGTH = 2;
const BAD_TYPE = 3;
const HEADER = 19;

/** RFC 4271 §4.1 and §6.1. `limit`: 4096, or 65535 where RFC 8654 was agreed on. */
export const judgeStream = (stream: Uint8Array, limit: number): Framing => {
  let at = 0;
  for (let messages = 0; ; messages++) {
    const subcodes = judgeHeader(stream, at, limit);
    const isWhole = at + HEADER <= stream.length && at + u16(stream, at + 16) <= stream.length;
    if (subcodes.length > 0 || !isWhole) return { octets: at, messages, subcodes };
    at += u16(stream, at + 16);
  }
};

/** Throws `OracleViolation` where the framer, which handed on `octets` octets in `messages` messages, did otherwise. */
export const streamAgrees = (
  stream: Uint8Array,
  limit: number,
  fault: Fault | null,
  handedOn: { readonly octets: number; readonly messages: number },
): void => {
  const { octets, messages, subcodes } = judgeStream(stream, limit);
  if (octets !== handedOn.octets || messages !== handedOn.messages) {
    throw complaint("the framer hands on other messages than the stream has", stream);
  }
  if (fault === null ? subcodes.length === 0 : fault.notify[0] === 1 && subcodes.includes(fault.notify[1])) return;
  throw complaint(
    "the framer judges a header otherwise than the RFCs",
    stream,
    `${fault?.id ?? "accepted"}, not 1/${subcodes.join(" or 1/") || "accepted"}: `,
  );
};

const judgeHeader = (m: Uint8Array, at: number, limit: number): readonly number[] => {
  for (let i = at; i < at + 16 && i < m.length; i++) if (u8(m, i) !== 0xff) return [NOT_SYNCHRONIZED];
  if (at + HEADER > m.length) return [];
  const length = u16(m, at + 16);
  const type = TYPES[u8(m, at + 18)];
  const isOutside = length < HEADER || length > limit;
  if (type === undefined) return isOutside ? [BAD_LENGTH, BAD_TYPE] : [BAD_TYPE];
  return isOutside || length < type.least || length > type.most ? [BAD_LENGTH] : [];
};
