import type { Outcome, Target } from "../targets/target.js";
import { ACCEPTED } from "../targets/target.js";

/** A user's function, as `--module` names it: throws what must not happen. A text it gives back is its outcome. */
export type UserFuzz = (data: Uint8Array) => unknown;

/** A user's own decoder under test. `module` is its file, for coverage. */
export const moduleTarget = (name: string, module: string, fuzz: UserFuzz): Target => ({
  name,
  module,
  faults: [],
  fuzz: (data) => {
    const answer = fuzz(data);
    if (answer instanceof Promise) {
      // Nobody waits for it: its rejection must not bring the worker down.
      answer.catch(() => {});
      throw new Error("it gave back a promise: declare the function `async`");
    }
    return outcomeOf(answer);
  },
  ...(fuzz.constructor.name === "AsyncFunction"
    ? { fuzzAsync: async (data: Uint8Array): Promise<Outcome> => outcomeOf(await fuzz(data)) }
    : {}),
  input: (octets) => octets,
});

const LONGEST_OUTCOME = 80;

const outcomeOf = (answer: unknown): Outcome =>
  typeof answer === "string" ? answer.slice(0, LONGEST_OUTCOME) : ACCEPTED;
