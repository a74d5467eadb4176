import { declareFault, type Fault, Verdict } from "./fault.js";
import { ErrorCode, OpenError } from "./iana.js";

/**
 * What instances with one code but different values mean, which RFC 5492 §4 leaves to each capability. `all`: they add
 * up. `first`, `last`: that one counts. `refused`: the OPEN contradicts itself. Identical instances always count once.
 */
export type Repeated = "all" | "first" | "last" | "refused";

/** One row of the capability table (RFC 5492): all the codec knows about a capability code. */
export interface CapabilitySpec<Value> {
  readonly code: number;
  /** As in the IANA registry of capability codes, shortened. */
  readonly name: string;
  readonly repeated: Repeated;
  /** Every fault `check` can give. */
  readonly faults: readonly Fault[];
  /** Those of `faults` that spoil a part only: `read` leaves that part out and the rest of the capability stands. */
  readonly partial: readonly Fault[];
  /** Judges the value octets [start, end) of `msg`; null means well formed. Never throws, never allocates. */
  check(msg: Uint8Array, start: number, end: number): Fault | null;
  /** The value of octets that are well formed, or whose fault is partial. Fresh: nothing in it refers to `msg`. */
  read(msg: Uint8Array, start: number, end: number): Value;
  /** Value octets that `encode` will write. */
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

/**
 * A capability whose value has not the length its document gives. No document says what follows; a capability that
 * cannot be understood is ignored (RFC 5492 §3), and 2/7 must not be sent for one (§5).
 */
export const wrongLength = (name: string): Fault => ignored(`${name}/wrong-length`, "RFC 5492 §3");
