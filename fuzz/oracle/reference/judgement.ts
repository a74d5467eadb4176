/**
 * What a receiver may do about a message. RFC 7606 §2 names them for UPDATE; of the other messages `discard` means that
 * a part is ignored.
 */
export type Decision = "accepted" | "discard" | "treat-as-withdraw" | "session-reset";

/** What the RFCs allow a receiver to decide about one message. */
export interface Judgement {
  /** One where they leave no choice and the reference reads all of it. */
  readonly decisions: readonly Decision[];
  /** With "session-reset" among the decisions: code and subcode that the NOTIFICATION may have. */
  readonly notify: readonly (readonly [code: number, subcode: number])[];
}

/**
 * A judgement in bits, so that judging allocates nothing: the decisions in the order of their strength, then the
 * subcodes of the NOTIFICATION from `SUBCODE` on. The code depends on the message; `HEADER` stands for 1/2.
 */
export const Bit = { Accepted: 1, Discard: 2, Withdraw: 4, Reset: 8, Header: 16 } as const;
const SUBCODE = 5;

export const subcodeBit = (subcode: number): number => 1 << (SUBCODE + subcode);

const NAMES: readonly Decision[] = ["accepted", "discard", "treat-as-withdraw", "session-reset"];

/** `code`: of the NOTIFICATION that refuses this kind of message. */
export const judgementOf = (bits: number, code: number): Judgement => {
  const notify: [number, number][] = (bits & Bit.Header) === 0 ? [] : [[1, 2]];
  for (let subcode = 0; subcode < 16; subcode++) if ((bits & subcodeBit(subcode)) !== 0) notify.push([code, subcode]);
  return { decisions: NAMES.filter((_, i) => (bits & (1 << i)) !== 0), notify };
};
