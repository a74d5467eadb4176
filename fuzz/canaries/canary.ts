import type { SourceEdit } from "../engines/patched.js";

/**
 * How the original bug showed: an uncaught exception, an infinite loop, quadratic time, excess allocation, a wrong value
 * accepted, a round trip that changes octets, another action than RFC 7606 asks for, a state machine left behind.
 */
export type Symptom = "RE" | "IL" | "QT" | "EA" | "WV" | "RT" | "EH" | "SM";

/**
 * What an input needs to get there: nothing in particular, lengths that agree, valid nested TLVs, several messages or a
 * negotiated capability, a magic value.
 */
export type Reach = "S" | "L" | "N" | "M" | "V";

/** A bug that happened in some BGP implementation, as it would stand in our own sources. */
export interface Canary {
  /** `B01`, or `B43.2` for a further instance of `B43`: stable, results are compared by it. */
  readonly id: string;
  readonly area: string;
  readonly title: string;
  /** The implementation or the report it is known from. */
  readonly seenIn: string;
  /** As it shows in our code; the first is the one that the original had, where they differ. */
  readonly symptoms: readonly Symptom[];
  readonly reach: readonly Reach[];
  /** The most general target that comes by it. */
  readonly target: string;
  /** Where the patch departs from the original, and why. */
  readonly note?: string;
  readonly edits: readonly SourceEdit[];
  /** Input of the target under which it shows, in hexadecimal digits, spaces between fields: the shortest known. */
  readonly trigger: string;
}

/** The octets of digits with spaces between them; `(00 01)x3` stands for what is in brackets three times over. */
export const octetsOf = (digits: string): Uint8Array => {
  const plain = digits
    .replace(/\(([0-9a-f\s]+)\)x(\d+)/g, (_, part: string, times: string) => part.repeat(Number(times)))
    .replace(/\s+/g, "");
  return Uint8Array.from(plain.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
};
