/** The ways by which inputs are made of what is there already. */
export type Way = "answers" | "mutants";

interface Account {
  work: number;
  found: number;
}

/**
 * Whose turn it is. Answers are a quarter of the work while they find as much for it as mutants
 * do, and a twelfth when they don't: on some targets they go on to open what no chance opens, on others what is left to
 * answer is what octets happen to be. Older turns count for less.
 */
export class Turns {
  readonly #accounts: Readonly<Record<Way, Account>> = {
    answers: { work: 0, found: 0 },
    mutants: { work: 0, found: 0 },
  };

  isForAnswers(): boolean {
    const { answers, mutants } = this.#accounts;
    const share = yieldOf(answers) >= yieldOf(mutants) ? LARGE_SHARE : SMALL_SHARE;
    return answers.work < share * (answers.work + mutants.work + 1);
  }

  /** So much work was done, and so many inputs showed something new. */
  count(way: Way, work: number, found: number): void {
    const account = this.#accounts[way];
    account.work += work;
    account.found += found;
    const { answers, mutants } = this.#accounts;
    if (answers.work + mutants.work < MEMORY) return;
    for (const one of [answers, mutants]) {
      one.work /= 2;
      one.found /= 2;
    }
  }
}

/** What was not tried yet counts as good. */
const yieldOf = ({ work, found }: Account): number => (found + 1) / (work + UNTRIED);

const LARGE_SHARE = 1 / 4;
const SMALL_SHARE = 1 / 12;
const UNTRIED = 0x2_0000;
const MEMORY = 0x200_0000;
