import { Bit, subcodeBit } from "./judgement.js";

/** How sure the reference is of an attribute that it keeps. */
export const Kept = { Surely: 0, Maybe: 1 } as const;

/**
 * What is found on the way through a message: what its faults demand, and the attributes that stand. One is made and
 * begun anew for each message, so that judging allocates nothing.
 */
export class Reading {
  /** What the faults demand, in bits of `Bit`, and what faults that may be there would. */
  sure = 0;
  perhaps = 0;
  /** Subcodes of the NOTIFICATION that a reset may have. */
  subcodes = 0;
  /** Whether MP_REACH_NLRI was there, well formed or not. */
  hasReach = false;
  /** Whether it had octets where its routes are; null: who knows. */
  announces: boolean | null = false;

  /** Attributes that stand, each code once. */
  count = 0;
  readonly codes: Uint8Array = new Uint8Array(256);
  readonly flags: Uint8Array = new Uint8Array(256);
  readonly starts: Uint32Array = new Uint32Array(256);
  readonly ends: Uint32Array = new Uint32Array(256);
  /** One of `Kept`. */
  readonly how: Uint8Array = new Uint8Array(256);
  /** What `judgeRoutes` said of the routes in it. */
  readonly runs: Uint8Array = new Uint8Array(256);

  /** By type code: the number of the message that had it last. */
  readonly #seen = new Float64Array(256);
  #number = 0;

  begin(): void {
    this.sure = this.perhaps = this.subcodes = this.count = 0;
    this.hasReach = false;
    this.announces = false;
    this.#number++;
  }

  /** Whether the message has had this code before; it has from now on. */
  seeAgain(code: number): boolean {
    const isAgain = this.has(code);
    this.#seen[code] = this.#number;
    return isAgain;
  }

  has(code: number): boolean {
    return this.#seen[code] === this.#number;
  }

  reset(subcode: number): void {
    this.sure |= Bit.Reset;
    this.subcodes |= subcodeBit(subcode);
  }

  keep(code: number, start: number, end: number, how: number = Kept.Surely, run = 0): void {
    const i = this.count++;
    this.codes[i] = code;
    this.flags[i] = 0;
    this.starts[i] = start;
    this.ends[i] = end;
    this.how[i] = how;
    this.runs[i] = run;
  }

  /** RFC 7606 §3 (h): the strongest of what is sure, or a stronger one of what may be. */
  decisions(): number {
    const floor = strongest(this.sure);
    return floor | (this.perhaps & ~(floor - 1));
  }
}

const strongest = (bits: number): number => {
  if ((bits & Bit.Reset) !== 0) return Bit.Reset;
  if ((bits & Bit.Withdraw) !== 0) return Bit.Withdraw;
  return (bits & Bit.Discard) !== 0 ? Bit.Discard : Bit.Accepted;
};
