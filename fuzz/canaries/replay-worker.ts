import { type Failure, failureFrom } from "../campaign/failure.js";
import type { Target } from "../targets/target.js";

/** Null: the target takes the input. */
export type ReplayAnswer = Failure | null;

export type Replay = (target: string, input: Uint8Array) => Promise<ReplayAnswer>;

/** What the bundle of a suite exports to the process that replays: it has the oracles that the targets have. */
export const replaying =
  (targets: readonly Target[]): Replay =>
  async (name, input) => {
    try {
      const target = targets.find((one) => one.name === name);
      if (target === undefined) throw new Error(`there is no target ${name}`);
      if (target.fuzzAsync === undefined) target.fuzz(input);
      else await target.fuzzAsync(input);
      return null;
    } catch (error) {
      return failureFrom(error, { target: name, input, expected: null, origin: { engine: "replay", seed: 0 } });
    }
  };
