import { declareFault, type Fault, Verdict } from "./fault.js";
import { setU8, setU16, setU32 } from "./octets.js";

/** Protocol versions: RFC 6810 (0), RFC 8210 (1), draft-ietf-sidrops-8210bis (2). */
export type RtrVersion = 0 | 1 | 2;

/** Error codes, RFC 8210 §12; 9 by draft-ietf-sidrops-8210bis §12. */
export const RtrError = {
  CorruptData: 0,
  InternalError: 1,
  NoDataAvailable: 2,
  InvalidRequest: 3,
  UnsupportedVersion: 4,
  UnsupportedPduType: 5,
  WithdrawalOfUnknownRecord: 6,
  DuplicateAnnouncement: 7,
  UnexpectedVersion: 8,
  AspaProviderList: 9,
} as const;

/**
 * One row of the PDU table: all the codec knows about a PDU type of the RPKI-Router protocol.
 *
 * Offsets are those of the whole PDU, header included: octets 2 and 3 of the header belong to the value.
 */
export interface PduSpec<Value> {
  readonly type: number;
  /** As in the registry, `Serial Notify`. */
  readonly name: string;
  /** The versions that have this type. */
  readonly versions: readonly RtrVersion[];
  /** Every fault `check` can give. */
  readonly faults: readonly Fault[];
  /** Judges a PDU whose header was judged: its length is `end - start`, 8 or more. Never throws. */
  check(msg: Uint8Array, start: number, end: number, version: RtrVersion): Fault | null;
  /** The value of a PDU that is well formed. Fresh: nothing in it refers to `msg`. */
  read(msg: Uint8Array, start: number, end: number, version: RtrVersion): Value;
  /** Octets of the whole PDU. */
  size(value: Value, version: RtrVersion): number;
  /** Writes what is the value's, not version, type and length. Throws RangeError for what the wire cannot carry. */
  encode(value: Value, out: Uint8Array, start: number, version: RtrVersion): void;
}

/** A PDU with its value. */
export interface Pdu<Value = unknown> {
  readonly version: RtrVersion;
  readonly type: number;
  readonly value: Value;
}

export const PDU_HEADER = 8;

/** Octets 2 and 3: session identifier, error code, or flags and a reserved octet. */
export const HEADER_FIELD = 2;

/**
 * A PDU that is answered with an Error Report and ends the session: every code that octets can earn is fatal (RFC 8210
 * §12). It is a `SessionReset` whose NOTIFICATION code is the error code; there are no subcodes.
 */
export const fatal = (id: string, code: number = RtrError.CorruptData, rfc = "RFC 8210 §12"): Fault =>
  declareFault(id, Verdict.SessionReset, [code, 0], rfc);

export const setPduHeader = (out: Uint8Array, at: number, version: RtrVersion, type: number, length: number): void => {
  setU16(out, setU8(out, setU8(out, at, version), type), 0);
  setU32(out, at + 4, length);
};
