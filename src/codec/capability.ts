import { declareFault, type Fault, Verdict } from "./fault.js";
import { ErrorCode, OpenError } from "./iana.js";

/** One row of the capability table (RFC 5492): all the codec knows about a capability code. */
export interface CapabilitySpec<Value> {
  readonly code: number;
  readonly name: string;
  /** Every fault `check` can give. */
  readonly faults: readonly Fault[];
  /** Judges the value octets [start, end) of `msg`; null means well formed. Never throws, never allocates. */
  check(msg: Uint8Array, start: number, end: number): Fault | null;
  /** The value of checked octets. Fresh: nothing in it refers to `msg`. */
  read(msg: Uint8Array, start: number, end: number): Value;
  /** Value octets that `encode` will write: at most 255. */
  size(value: Value): number;
  /** Writes the value octets and gives the offset after. Throws RangeError for what the wire cannot carry. */
  encode(value: Value, out: Uint8Array, at: number): number;
}

/** A capability with its value; of an unknown code the value is its octets (Uint8Array). */
export interface Capability<Value = unknown> {
  readonly code: number;
  readonly value: Value;
}

/** A capability that is ignored as if it had not been sent; the session goes on without it. */
export const ignored = (id: string, rfc: string): Fault =>
  declareFault(id, Verdict.Discard, [ErrorCode.Open, OpenError.UnsupportedCapability], rfc);
