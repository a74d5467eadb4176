import type { Fault } from "../../src/codec/fault.js";
import type { SessionContext } from "../../src/codec/session-context.js";

/** What a decoder made of an input: the id of the decisive fault, or `accepted`. */
export type Outcome = string;
export const ACCEPTED: Outcome = "accepted";

export const outcomeOf = (fault: Fault | null): Outcome => fault?.id ?? ACCEPTED;

/** The name of a part that is no field of the format: the octets in front of an input that say how it is read. */
export const CONTEXT = "context";

/** A part of an input: octets [start, end), named as its RFC does. What has parts is covered by them, in order. */
export interface Part {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly parts?: readonly Part[];
}

/** One decoder under test. */
export interface Target {
  /** `attribute-02-as-path`: stable, for it names the folders of the corpus. */
  readonly name: string;
  /** The module under test, from the project's root. */
  readonly module: string;
  /** Every fault the decoder can answer with. */
  readonly faults: readonly Fault[];
  /** Those of `faults` that the module declares itself, where others come from modules it calls; all of them if absent. */
  readonly own?: readonly Fault[];
  /**
   * Runs the decoder on one input under every oracle that fits it. Throws what must not happen: an `OracleViolation`,
   * or whatever the decoder itself threw.
   *
   * As jsfuzz, Jazzer.js and OSS-Fuzz want it: they ignore what is returned.
   */
  fuzz(data: Uint8Array): Outcome;
  /**
   * Runs what `fuzz` has under test once, under no oracle: enough to learn what an input is compared with. Without it
   * `fuzz` does. May throw.
   */
  once?(data: Uint8Array): void;
  /** Instead of `fuzz`, which then throws, where an answer takes turns of the event loop: a program asked over a pipe. */
  fuzzAsync?(data: Uint8Array): Promise<Outcome>;
  /** Octets of memory that every run takes, whatever its input: of a target that is more than a decoder. */
  readonly memory?: number;
  /** The input as a tree, however malformed it is: what a mutator that knows the format works on. Never throws. */
  parts?(data: Uint8Array): readonly Part[];
  /** The input that makes the decoder see `octets` in `session`: what `fuzz` takes apart. */
  input(octets: Uint8Array, session: SessionContext): Uint8Array;
}
