import fc from "fast-check";
import { failureFrom } from "../campaign/failure.js";
import { asExpected } from "../oracle/expected.js";
import type { Arbitraries } from "../properties/arbitraries.js";
import { casesOf } from "../properties/cases.js";
import type { Outcome, Target } from "../targets/target.js";
import type { Watcher } from "./job.js";

/** How one run is bounded. `now` is a clock in milliseconds. */
export interface PropertiesOptions {
  readonly seed: number;
  readonly until: number;
  now(): number;
  stopped(): boolean;
}

/**
 * The properties of one target, in rounds until the time is up: valid inputs are accepted, a planted fault is named, and
 * every oracle holds for them as for near-valid and random octets. A failing input is shrunk by fast-check, handed on with
 * seed and path, and the rounds go on. Gives how often each outcome came.
 */
export const runProperties = (
  target: Target,
  arbitraries: Arbitraries,
  { seed, until, now, stopped }: PropertiesOptions,
  watcher: Watcher,
): Record<Outcome, number> => {
  const outcomes: Record<Outcome, number> = {};
  const properties = casesOf(arbitraries);
  const failed = new Map<string, number>();
  let executions = 0;
  for (let round = 0; !stopped() && (round === 0 || now() < until); round++) {
    const property = properties[round % properties.length];
    if (property === undefined) break;
    const details = fc.check(
      fc.property(property.cases, ({ data, expected }) => {
        executions++;
        const outcome = target.fuzz(data);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        asExpected(outcome, expected);
      }),
      {
        seed: (seed + round) | 0,
        numRuns: ROUND,
        // Shrinking pays once or twice; a bug that is found in every round would eat all the time.
        endOnFailure: (failed.get(property.name) ?? 0) >= SHRUNK,
        interruptAfterTimeLimit: Math.max(1, Math.ceil(until - now())),
        markInterruptAsFailure: false,
      },
    );
    const [counterexample] = details.counterexample ?? [];
    if (details.failed && counterexample !== undefined) {
      failed.set(property.name, (failed.get(property.name) ?? 0) + 1);
      watcher.failure(
        failureFrom(details.errorInstance, {
          target: target.name,
          input: counterexample.data,
          expected: counterexample.expected,
          origin: {
            engine: "properties",
            arbitrary: property.name,
            seed: details.seed,
            path: details.counterexamplePath ?? "",
          },
        }),
      );
    }
    watcher.progress(executions);
  }
  return outcomes;
};

const ROUND = 250;
const SHRUNK = 2;
