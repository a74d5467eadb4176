import { hex } from "./octets.js";

/**
 * What a receiver does about a malformed message, mildest first.
 *
 * For UPDATE these are the answers RFC 7606 §2 allows, and §3 (h) lets the strongest win. For OPEN, `Discard` means that
 * one capability is ignored (RFC 5492 §3) and `SessionReset` that the session is refused.
 */
export const Verdict = { Discard: 1, TreatAsWithdraw: 2, AfiSafiDisable: 3, SessionReset: 4 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** One way a peer can be wrong. Declared once, frozen, compared by identity. */
export interface Fault {
  /** `module/what-is-wrong`, unique over the codec. */
  readonly id: string;
  readonly verdict: Verdict;
  /** NOTIFICATION code and subcode, sent only when the verdict resets the session. */
  readonly notify: readonly [code: number, subcode: number];
  /** The clause that decides, as `RFC 7606 §7.2`. */
  readonly rfc: string;
}

/** A fault at its place: octets [start, end) of the message are to blame. */
export interface Found {
  readonly fault: Fault;
  readonly start: number;
  readonly end: number;
  /** What the NOTIFICATION carries as data, when its clause asks for some. */
  readonly data?: Uint8Array;
}

/** What a decoder makes of a peer's octets. `value` is null exactly when a fault found resets the session. */
export interface Decoded<T> {
  readonly value: T | null;
  /** Every fault that was found, in the order of the octets; behind them, that something is missing. */
  readonly found: readonly Found[];
}

export const declareFault = (
  id: string,
  verdict: Verdict,
  notify: readonly [code: number, subcode: number],
  rfc: string,
): Fault => Object.freeze({ id, verdict, notify: Object.freeze(notify), rfc });

/** RFC 7606 §3 (h): the strongest verdict wins; of equals, the first that was found. */
export const stronger = (a: Fault | null, b: Fault | null): Fault | null => {
  if (a === null) return b;
  if (b === null) return a;
  return b.verdict > a.verdict ? b : a;
};

/** The found fault that decides the fate of the whole message, or null when there is none. */
export const decisive = (found: readonly Found[]): Found | null => {
  let worst: Found | null = null;
  for (const one of found) if (worst === null || one.fault.verdict > worst.fault.verdict) worst = one;
  return worst;
};

/** One line for logs: what is wrong, where, and the octets to blame (the first 32 of them). */
export const describeFound = ({ fault, start, end }: Found, msg: Uint8Array): string => {
  const shown = hex(msg, start, Math.min(end, start + 32));
  return `${fault.id} (${fault.rfc}) at octets ${start}-${end}: ${shown}${end - start > 32 ? "…" : ""}`;
};
