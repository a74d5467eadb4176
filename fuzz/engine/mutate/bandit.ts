import type { Random } from "../../../src/table/random.js";

const SLOTS = 256;
/** Draws after which what was learned is looked at again, and doubled counts are halved. */
const PERIOD = 4096;
const OLD = 1 << 16;
/** Share of draws that go to all arms alike, so that none is ever given up. */
const EVEN = 0.35;

/**
 * Which operator to use: those of whose mutants more were kept are drawn more often. Draws cost one number and one look
 * into a table.
 */
export class Bandit {
  readonly #arms: number;
  readonly #drawn: Float64Array;
  readonly #paid: Float64Array;
  readonly #table: Uint8Array = new Uint8Array(SLOTS);
  #left = PERIOD;

  constructor(arms: number) {
    this.#arms = arms;
    this.#drawn = new Float64Array(arms);
    this.#paid = new Float64Array(arms);
    this.#fill();
  }

  draw(random: Random): number {
    this.#left--;
    const arm = this.#table[random.next() >>> 24] ?? 0;
    this.#drawn[arm] = (this.#drawn[arm] ?? 0) + 1;
    return arm;
  }

  pay(arm: number): void {
    this.#paid[arm] = (this.#paid[arm] ?? 0) + 1;
  }

  /** Slots of 256 that each arm has. */
  shares(): readonly number[] {
    const shares = new Array<number>(this.#arms).fill(0);
    for (const arm of this.#table) shares[arm] = (shares[arm] ?? 0) + 1;
    return shares;
  }

  /** Makes the table anew, if there were enough draws since. Until then, the same numbers draw the same arms. */
  settle(): void {
    if (this.#left > 0) return;
    this.#left = PERIOD;
    this.#fill();
    // What paid at the beginning must not rule for ever.
    for (let arm = 0; arm < this.#arms; arm++) {
      if ((this.#drawn[arm] ?? 0) < OLD) continue;
      this.#drawn[arm] = (this.#drawn[arm] ?? 0) / 2;
      this.#paid[arm] = (this.#paid[arm] ?? 0) / 2;
    }
  }

  /** Slots by what an arm pays for a draw, one of them taken as paid so that what is untried counts as good. */
  #fill(): void {
    const rates = Array.from(
      { length: this.#arms },
      (_, arm) => ((this.#paid[arm] ?? 0) + 1) / ((this.#drawn[arm] ?? 0) + 64),
    );
    const sum = rates.reduce((a, b) => a + b, 0);
    let slot = 0;
    let share = 0;
    for (let arm = 0; arm < this.#arms; arm++) {
      share += EVEN / this.#arms + ((1 - EVEN) * (rates[arm] ?? 0)) / sum;
      for (const until = Math.round(share * SLOTS); slot < until && slot < SLOTS; slot++) this.#table[slot] = arm;
    }
    while (slot < SLOTS) this.#table[slot++] = this.#arms - 1;
  }
}
