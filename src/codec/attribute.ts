import { declareFault, type Fault, Verdict } from "./fault.js";
import { ErrorCode, UpdateError } from "./iana.js";
import type { SessionContext } from "./session-context.js";

/** Bits of the attribute flags octet, RFC 4271 §4.3. The lower four are unused: sent as zero, ignored when received. */
export const Flag = { Optional: 0x80, Transitive: 0x40, Partial: 0x20, ExtendedLength: 0x10 } as const;

/**
 * One row of the attribute table: all the codec knows about a type code.
 *
 * `check` judges at once and allocates nothing; `read` materialises and is called on checked octets only. What the hot
 * path needs of an attribute (the length of a path, its first AS) is a plain function in the attribute's module that
 * reads in place.
 */
export interface AttributeSpec<Value> {
  readonly code: number;
  /** As in the IANA registry, `AS_PATH`. */
  readonly name: string;
  /** Optional and Transitive as they must be (RFC 4271 §5). */
  readonly flags: number;
  /** What it means when those two bits differ, RFC 7606 §3 (c). */
  readonly flagFault: Fault;
  /** Every fault `check` can give, `flagFault` among them. */
  readonly faults: readonly Fault[];
  /** Those of `faults` that spoil a part only: `read` leaves that part out and the attribute stands. */
  readonly partial?: readonly Fault[];
  /** Judges the value octets [start, end) of `msg`; null means well formed. Never throws, never allocates. */
  check(msg: Uint8Array, start: number, end: number, session: SessionContext): Fault | null;
  /** The value of octets that are well formed, or whose fault is partial. Numbers and fresh arrays only: nothing in it refers to `msg`. */
  read(msg: Uint8Array, start: number, end: number, session: SessionContext): Value;
  /** Value octets that `encode` will write. Throws RangeError for a value that no octets can carry. */
  size(value: Value, session: SessionContext): number;
  /** Writes the value octets at `at` and gives the offset after. Throws RangeError for what the wire cannot carry. */
  encode(value: Value, out: Uint8Array, at: number, session: SessionContext): number;
}

/** An attribute with its value, as encoders take it and decoders give it. */
export interface Attribute<Value = unknown> {
  readonly code: number;
  /** Optional, Transitive and Partial; ExtendedLength is the encoder's business. */
  readonly flags: number;
  readonly value: Value;
}

/** A malformed attribute whose clause says treat-as-withdraw: most do (RFC 7606 §7). */
export const treatAsWithdraw = (id: string, rfc: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  declareFault(id, Verdict.TreatAsWithdraw, [ErrorCode.Update, subcode], rfc);

/** A malformed attribute that is dropped while the rest of the UPDATE stands. */
export const discarded = (id: string, rfc: string, subcode: number = UpdateError.OptionalAttribute): Fault =>
  declareFault(id, Verdict.Discard, [ErrorCode.Update, subcode], rfc);

/** RFC 7606 §3 (c): wrong Optional or Transitive bit, where the attribute's own text says nothing else. */
export const wrongFlags = (name: string): Fault =>
  treatAsWithdraw(`${name}/wrong-flags`, "RFC 7606 §3 (c)", UpdateError.AttributeFlags);
