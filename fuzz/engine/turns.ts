/** The ways by which inputs come about: of what is there already, or drawn from the arbitraries. */
export type Way = "answers" | "samples" | "mutants";

interface Account {
  work: number;
  found: number;
}

/**
 * Whose turn it is. Answers and samples have their largest share of the work while they find as much for it as mutants do,
 * and less, down to a smallest, the less they find: on some targets they go on to open what no chance opens, on others
 * what is left to answer is what octets happen to be, and arbitraries have shown what they can. Older turns count for
 * less.
 */
export class Turns {
  readonly #accounts: Readonly<Record<Way, Account>> = {
    answers: { work: 0, found: 0 },
    samples: { work: 0, found: 0 },
    mutants: { work: 0, found: 0 },
  };

  /** `areUnanswered`: there are inputs to answer comparisons of. */
  next(areUnanswered: boolean): Way {
    if (areUnanswered && this.#isBelowItsShare("answers")) return "answers";
    return this.#isBelowItsShare("samples") ? "samples" : "mutants";
  }

  /** So much work was done, and so many inputs showed something new. */
  count(way: Way, work: number, found: number): void {
    const account = this.#accounts[way];
    account.work += work;
    account.found += found;
    if (this.#work() < MEMORY) return;
    for (const one of Object.values(this.#accounts)) {
      one.work /= 2;
      one.found /= 2;
    }
  }

  #isBelowItsShare(way: "answers" | "samples"): boolean {
    const { [way]: account, mutants } = this.#accounts;
    const { largest, smallest } = SHARES[way];
    // Found for the same work, of what mutants find; what never found anything has the smallest share even beside nothing.
    const worth = account.found === 0 ? 0 : (account.found * mutants.work) / (mutants.found * account.work);
    const share = account.work < UNTRIED ? largest : largest * Math.min(1, worth);
    return account.work < Math.max(smallest, share) * (this.#work() + 1);
  }

  #work(): number {
    const { answers, samples, mutants } = this.#accounts;
    return answers.work + samples.work + mutants.work;
  }
}

const SHARES = {
  answers: { largest: 1 / 4, smallest: 1 / 16 },
  samples: { largest: 1 / 32, smallest: 1 / 128 },
} as const;
/** What was given less work than this counts as good. */
const UNTRIED = 0x4_0000;
const MEMORY = 0x800_0000;
