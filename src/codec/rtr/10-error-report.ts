import type { Fault } from "../fault.js";
import { copyOctets, setOctets, setU16, setU32, u16, u32, within } from "../octets.js";
import { fatal, HEADER_FIELD, PDU_HEADER, type PduSpec, RtrError } from "../rtr.js";
import { utf8, utf8Octets } from "../text.js";

export interface ErrorReport {
  readonly code: number;
  /** The PDU to blame, perhaps truncated; empty for an error that no PDU caused. */
  readonly pdu: Uint8Array;
  /** What the peer says; for a log, show it with `displayText`. */
  readonly text: string;
}

// §5.11: an erroneous Error Report drops the session and is not answered.
const erroneous = (what: string): Fault => fatal(`error-report/${what}`, RtrError.CorruptData, "RFC 8210 §5.11");

export const errorReportTooShort: Fault = erroneous("too-short");
export const errorReportPduOverrun: Fault = erroneous("pdu-overrun");
export const errorReportTextLength: Fault = erroneous("bad-text-length");
export const errorReportNotUtf8: Fault = erroneous("not-utf8");

const SHORTEST = PDU_HEADER + 8;

/**
 * Error Report, RFC 8210 §5.11.
 *
 *     | version (1) | type (1) = 10 | error code (2) | length (4) |
 *     | length of PDU (4) | erroneous PDU | length of text (4) | text in UTF-8 |
 */
export const errorReport: PduSpec<ErrorReport> = {
  type: 10,
  name: "Error Report",
  versions: [0, 1, 2],
  faults: [errorReportTooShort, errorReportPduOverrun, errorReportTextLength, errorReportNotUtf8],

  check(msg, start, end) {
    if (end - start < SHORTEST) return errorReportTooShort;
    if (u32(msg, start + PDU_HEADER) > end - start - SHORTEST) return errorReportPduOverrun;
    const text = textStart(msg, start);
    if (u32(msg, text - 4) !== end - text) return errorReportTextLength;
    return utf8(msg.subarray(text, end)) === null ? errorReportNotUtf8 : null;
  },

  read(msg, start, end) {
    const text = textStart(msg, start);
    return {
      code: u16(msg, start + HEADER_FIELD),
      pdu: copyOctets(msg, start + PDU_HEADER + 4, text - 4),
      text: utf8(msg.subarray(text, end)) ?? "",
    };
  },

  size: ({ pdu, text }) => SHORTEST + pdu.length + utf8Octets(text).length,

  encode({ code, pdu, text }, out, start) {
    const octets = utf8Octets(text);
    setU16(out, start + HEADER_FIELD, within(0xffff, code, "the error code"));
    const at = setOctets(out, setU32(out, start + PDU_HEADER, pdu.length), pdu);
    setOctets(out, setU32(out, at, octets.length), octets);
  },
};

/** Of a PDU whose encapsulated one lies within it. */
const textStart = (msg: Uint8Array, start: number): number => start + SHORTEST + u32(msg, start + PDU_HEADER);
