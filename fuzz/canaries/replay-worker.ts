import { type Failure, failureFrom } from "../campaign/failure.js";
import { asExpected } from "../oracle/expected.js";
import type { Target } from "../targets/target.js";

/** Null: the target takes the input. */
export type ReplayAnswer = Failure | null;

/** `expected`: the outcome that the input was made for, when it was. */
export type Replay = (target: string, input: Uint8Array, expected: string | null) => Promise<ReplayAnswer>;

/** What the bundle of a suite exports to the process that replays: it has the oracles that the targets have. */
export const replaying =
  (targets: readonly Target[]): Replay =>
  async (name, input, expected) => {
    try {
      const target = targets.find((one) => one.name === name);
      if (target === undefined) throw new Error(`there is no target ${name}`);
      asExpected(target.fuzzAsync === undefined ? target.fuzz(input) : await target.fuzzAsync(input), expected);
      return null;
    } catch (error) {
      return failureFrom(error, { target: name, input, expected, origin: { engine: "replay", seed: 0 } });
    }
  };
