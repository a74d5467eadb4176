import type { Fault } from "../../../src/codec/fault.js";
import type { Pdu } from "../../../src/codec/rtr.js";
import { same } from "../same.js";
import { complaint } from "./complaint.js";
import { u8, u16, u32 } from "./octets.js";

/** What the RFCs say of a whole PDU: its value, or the error codes (RFC 8210 §12) that it may be answered with. */
export type PduJudgement = { readonly errors: readonly number[] } | { readonly value: unknown };

/** RFC 6810 (version 0), RFC 8210 (1), draft-ietf-sidrops-8210bis (2). */
export const judgePdu = (msg: Uint8Array): PduJudgement => {
  if (msg.length < HEADER) return corrupt;
  const errors: number[] = [];
  const version = u8(msg, 0);
  const row = rows[u8(msg, 1)];
  if (version > NEWEST) errors.push(UNSUPPORTED_VERSION);
  if (row === undefined || version < row.since) errors.push(UNSUPPORTED_TYPE);
  if (u32(msg, 4) !== msg.length || msg.length > LONGEST) errors.push(CORRUPT);
  if (errors.length > 0 || row === undefined) return { errors };
  return row.read(msg, version);
};

/** Throws `OracleViolation` where what the codec made of a PDU is not what the RFCs say; see `updateAgrees`. */
export const pduAgrees = (msg: Uint8Array, fault: Fault | null, read: () => Pdu | null): void => {
  const judged = judgePdu(msg);
  if ("errors" in judged) {
    if (fault !== null && judged.errors.includes(fault.notify[0])) return;
    const wanted = judged.errors.join(" or ");
    throw complaint("the codec answers a PDU with another error than the RFCs", msg, `${fault?.id}, not ${wanted}: `);
  }
  if (fault !== null) throw complaint("the codec refuses a PDU that is well formed", msg, `${fault.id}: `);
  const pdu = read();
  if (pdu === null || pdu.version !== u8(msg, 0) || pdu.type !== u8(msg, 1) || !same(pdu.value, judged.value)) {
    throw complaint(`the value of a PDU of type ${u8(msg, 1)} is not what its octets say`, msg);
  }
};

const HEADER = 8;
const NEWEST = 2;
/** No document has a limit; README of `src/codec/rtr`. */
const LONGEST = 65536;

const CORRUPT = 0;
const UNSUPPORTED_VERSION = 4;
const UNSUPPORTED_TYPE = 5;
const ASPA_PROVIDER_LIST = 9;

const corrupt: PduJudgement = { errors: [CORRUPT] };
const badProviders: PduJudgement = { errors: [ASPA_PROVIDER_LIST] };

interface PduRow {
  /** The first version that has it. */
  readonly since: number;
  read(msg: Uint8Array, version: number): PduJudgement;
}

/** Always so many octets. */
const fixed = (length: number, read: (msg: Uint8Array) => unknown): PduRow => ({
  since: 0,
  read: (msg) => (msg.length === length ? { value: read(msg) } : corrupt),
});

/** RFC 8210 §5.2, §5.3. */
const serial = (msg: Uint8Array) => ({ sessionId: u16(msg, 2), serial: u32(msg, 8) });

/** RFC 8210 §5.1: of the flags the lowest bit counts. */
const isAnnounced = (flags: number): boolean => (flags & 1) === 1;

/** RFC 8210 §5.6, §5.7; the max length "MUST NOT be less than the Prefix Length" (§5.1). */
const prefix = (width: 4 | 16): PduRow => ({
  since: 0,
  read(msg) {
    const length = u8(msg, 9);
    const maxLength = u8(msg, 10);
    if (msg.length !== 16 + width || maxLength > 8 * width || length > maxLength) return corrupt;
    const address = msg.slice(12, 12 + width);
    return {
      value: { announce: isAnnounced(u8(msg, 8)), length, maxLength, prefix: address, as: u32(msg, 12 + width) },
    };
  },
});

/** RFC 8210 §5.8; RFC 6810 §5.7 has no intervals. */
const endOfData: PduRow = {
  since: 0,
  read(msg, version) {
    if (msg.length !== (version === 0 ? 12 : 24)) return corrupt;
    const intervals = version === 0 ? null : { refresh: u32(msg, 12), retry: u32(msg, 16), expire: u32(msg, 20) };
    return { value: { ...serial(msg), intervals } };
  },
};

/** RFC 8210 §5.10; the key has a tag and a length at least (§5.1). */
const routerKey: PduRow = {
  since: 1,
  read(msg) {
    if (msg.length < 34) return corrupt;
    const [subjectKeyIdentifier, subjectPublicKeyInfo] = [msg.slice(8, 28), msg.slice(32)];
    return {
      value: { announce: isAnnounced(u8(msg, 2)), subjectKeyIdentifier, as: u32(msg, 28), subjectPublicKeyInfo },
    };
  },
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** RFC 8210 §5.11: two fields behind their lengths, the second in UTF-8. */
const errorReport: PduRow = {
  since: 0,
  read(msg) {
    if (msg.length < 16) return corrupt;
    const pduEnd = 12 + u32(msg, 8);
    if (pduEnd + 4 > msg.length || pduEnd + 4 + u32(msg, pduEnd) !== msg.length) return corrupt;
    try {
      const text = utf8.decode(msg.subarray(pduEnd + 4));
      return { value: { code: u16(msg, 2), pdu: msg.slice(12, pduEnd), text } };
    } catch {
      return corrupt;
    }
  },
};

/** draft-ietf-sidrops-8210bis §5.12: increasing providers where it is announced, AS 0 only alone, else none. */
const aspa: PduRow = {
  since: 2,
  read(msg) {
    if (msg.length < 12 || msg.length % 4 !== 0) return corrupt;
    const announce = isAnnounced(u8(msg, 2));
    const providers: number[] = [];
    for (let at = 12; at < msg.length; at += 4) providers.push(u32(msg, at));
    const isIncreasing = providers.every((as, i) => i === 0 || as > (providers[i - 1] ?? 0));
    const isRight = announce
      ? providers.length === 1 || (isIncreasing && (providers[0] ?? 0) > 0)
      : providers.length === 0;
    return isRight ? { value: { announce, customer: u32(msg, 8), providers } } : badProviders;
  },
};

const rows: Readonly<Record<number, PduRow>> = {
  0: fixed(12, serial),
  1: fixed(12, serial),
  2: fixed(8, () => null),
  3: fixed(8, (msg) => ({ sessionId: u16(msg, 2) })),
  4: prefix(4),
  6: prefix(16),
  7: endOfData,
  8: fixed(8, () => null),
  9: routerKey,
  10: errorReport,
  11: aspa,
};
