import { capabilityListFields } from "../../src/codec/capability/fields.js";
import { setHeader } from "../../src/codec/frame.js";
import { AS_TRANS, afiOf, MessageType, safiOf } from "../../src/codec/iana.js";
import { setU16, setU32, u8, u16 } from "../../src/codec/octets.js";
import type { PeeringConfig } from "../../src/session/types.js";
import { dissected } from "./parts.js";
import { CONTEXT, type Part } from "./target.js";

/**
 * Inputs that are a life and not a field: octets of configuration, then records, each one thing that happens.
 *
 *     | op (1) | length (2) | payload |   repeated to the end
 *
 * The upper three bits of the op say which connection is meant, where there are several. A length that reaches past the
 * end means all that is left.
 */
export const RECORD_HEAD = 3;

/** Records that count: as many as a life needs, and none takes long. */
const MOST_RECORDS = 500;

export type TakeRecord = (op: number, start: number, end: number) => void;

export const eachRecord = (data: Uint8Array, lead: number, take: TakeRecord): void => {
  let at = lead;
  for (let i = 0; i < MOST_RECORDS && at < data.length; i++) {
    const start = Math.min(at + RECORD_HEAD, data.length);
    const end = start - at < RECORD_HEAD ? start : Math.min(start + u16(data, at + 1), data.length);
    take(u8(data, at), start, end);
    at = end;
  }
};

export const recordOf = (op: number, payload: Uint8Array | readonly number[] = []): Uint8Array => {
  const record = new Uint8Array(RECORD_HEAD + payload.length);
  record.set(payload, setU16(record, setU8Of(record, op), payload.length));
  return record;
};

const setU8Of = (record: Uint8Array, op: number): number => {
  record[0] = op;
  return 1;
};

/** The records as a tree; `inside` dissects a payload. */
export const recordParts = (
  data: Uint8Array,
  lead: number,
  nameOf: (op: number) => string,
  inside: (op: number, start: number, end: number) => readonly Part[],
): readonly Part[] => {
  const parts: Part[] = [{ name: CONTEXT, start: 0, end: Math.min(lead, data.length) }];
  let at = lead;
  eachRecord(data, lead, (op, start, end) => {
    const head: Part[] = [{ name: "op", start: at, end: at + 1 }];
    if (start > at + 1) head.push({ name: "length", start: at + 1, end: start });
    parts.push({ name: `record ${nameOf(op)}`, start: at, end, parts: [...head, ...inside(op, start, end)] });
    at = end;
  });
  if (at < data.length && data.length > lead) parts.push({ name: "more", start: at, end: data.length });
  return parts;
};

/** A message of `type` around octets [start, end), cut to what a length field can say. */
export const framed = (type: MessageType, data: Uint8Array, start: number, end: number): Uint8Array => {
  const length = Math.min(19 + end - start, 0xffff);
  const msg = new Uint8Array(length);
  setHeader(msg, 0, length, type);
  msg.set(data.subarray(start, start + length - 19), 19);
  return msg;
};

/** What is in the first octet of `answeringOpen`'s payload. */
export const OpenFlag = {
  NoFourOctetAs: 0x01,
  Families: 0x02,
  /** Route refresh, enhanced route refresh, extended messages. */
  Bare: 0x04,
  GracefulRestart: 0x08,
  AddPath: 0x10,
  Role: 0x20,
  ShortHoldTime: 0x40,
  HighIdentifier: 0x80,
} as const;

/** Identifiers of a peer: below and above those of ours that are neither. */
export const LOW_IDENTIFIER = 0x0a000001;
const HIGH_IDENTIFIER = 0xfffffffe;

/**
 * An OPEN that the other side of `ours` accepts, unless it is told what it cannot: the first octet of the payload, octets
 * [start, end), says what is offered, and behind it capabilities stand as they are sent.
 */
export const answeringOpen = (
  data: Uint8Array,
  start: number,
  end: number,
  ours: Pick<PeeringConfig, "peerAs" | "families" | "role">,
): Uint8Array => {
  const flags = start < end ? u8(data, start) : 0;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const families = ours.families ?? [];
  const list: number[] = [];
  if (!has(OpenFlag.NoFourOctetAs)) list.push(65, 4, ...u32Octets(ours.peerAs));
  if (has(OpenFlag.Families)) for (const one of families) list.push(1, 4, ...u16Octets(afiOf(one)), 0, safiOf(one));
  if (has(OpenFlag.Bare)) list.push(2, 0, 70, 0, 6, 0);
  if (has(OpenFlag.GracefulRestart)) {
    list.push(64, 2 + 4 * families.length, 0x40, 120);
    for (const one of families) list.push(...u16Octets(afiOf(one)), safiOf(one), 0);
  }
  if (has(OpenFlag.AddPath) && families.length > 0) {
    list.push(69, 4 * families.length);
    for (const one of families) list.push(...u16Octets(afiOf(one)), safiOf(one), 3);
  }
  if (has(OpenFlag.Role)) list.push(9, 1, COUNTERPART[ours.role ?? 4] ?? 4);
  for (let at = start + 1; at < end && list.length < 4000; at++) list.push(u8(data, at));

  const wide = list.length > 253;
  const head =
    list.length === 0
      ? [0]
      : wide
        ? [255, 255, ...u16Octets(list.length + 3), 2, ...u16Octets(list.length)]
        : [list.length + 2, 2, list.length];
  const msg = new Uint8Array(28 + head.length + list.length);
  const at = setHeader(msg, 0, msg.length, MessageType.Open);
  msg[at] = 4;
  setU16(msg, at + 1, ours.peerAs > 0xffff ? AS_TRANS : ours.peerAs);
  setU16(msg, at + 3, has(OpenFlag.ShortHoldTime) ? 3 : 90);
  setU32(msg, at + 5, has(OpenFlag.HighIdentifier) ? HIGH_IDENTIFIER : LOW_IDENTIFIER);
  msg.set(head, 28);
  msg.set(list, 28 + head.length);
  return msg;
};

/** The payload of such a record, octets [start, end), as a tree: what is offered, then capabilities as in an OPEN. */
export const answerParts = (data: Uint8Array, start: number, end: number): readonly Part[] => [
  { name: "offered", start, end: start + 1 },
  ...dissected(data, start + 1, end, capabilityListFields),
];

/** RFC 9234 §4.2, table 2, by our role. */
const COUNTERPART: readonly number[] = [3, 2, 1, 0, 4];

const u16Octets = (value: number): [number, number] => [(value >>> 8) & 0xff, value & 0xff];
const u32Octets = (value: number): number[] => [...u16Octets(value >>> 16), ...u16Octets(value & 0xffff)];
