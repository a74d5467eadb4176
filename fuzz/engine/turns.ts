/** The ways by which inputs are made of what is there already. */
export type Way = "answers" | "mutants";

interface Account {
  octets: number;
  found: number;
}

/**
 * Whose turn it is. Answers are a quarter of the octets that are run while they find as much for their octets as mutants
 * do, and a twelfth when they don't: on some targets they go on to open what no chance opens, on others what is left to
 * answer is what octets happen to be. Older turns count for less.
 */
export class Turns {
  readonly #accounts: Readonly<Record<Way, Account>> = {
    answers: { octets: 0, found: 0 },
    mutants: { octets: 0, found: 0 },
  };

  isForAnswers(): boolean {
    const { answers, mutants } = this.#accounts;
    const share = yieldOf(answers) >= yieldOf(mutants) ? LARGE_SHARE : SMALL_SHARE;
    return answers.octets < share * (answers.octets + mutants.octets + 1);
  }

  /** Inputs of so many octets were run, and so many of them showed something new. */
  count(way: Way, octets: number, found: number): void {
    const account = this.#accounts[way];
    account.octets += octets;
    account.found += found;
    const { answers, mutants } = this.#accounts;
    if (answers.octets + mutants.octets < MEMORY) return;
    for (const one of [answers, mutants]) {
      one.octets /= 2;
      one.found /= 2;
    }
  }
}

/** What was not tried yet counts as good. */
const yieldOf = ({ octets, found }: Account): number => (found + 1) / (octets + UNTRIED);

const LARGE_SHARE = 1 / 4;
const SMALL_SHARE = 1 / 12;
const UNTRIED = 0x1_0000;
const MEMORY = 0x100_0000;
