import fc from "fast-check";
import { failureFrom } from "../campaign/failure.js";
import { FindingStore } from "../campaign/finding.js";
import { asExpected } from "../oracle/expected.js";
import type { Target } from "../targets/target.js";
import type { PropertyCase } from "./cases.js";
import { findingsFolder } from "./reporter.js";

export interface CheckOptions {
  /** Run before what is drawn, and whatever is drawn. */
  readonly examples?: readonly PropertyCase[];
  /** Inputs that are drawn beside the examples. */
  readonly numRuns?: number;
  readonly seed?: number;
  /** Where a failure is left as a finding; the folder in KILN_FINDINGS without it, or nowhere. */
  readonly findings?: string | null;
}

/**
 * A property of a target: every oracle holds for the inputs of an arbitrary and for examples, and those that were made
 * for an outcome have it. Throws what fast-check throws, with seed and path; the failing input is left as a finding of
 * the target, which `kiln repro` runs again.
 */
export const checkTarget = (
  target: Target,
  name: string,
  cases: fc.Arbitrary<PropertyCase>,
  { examples = [], numRuns = 100, seed, findings = findingsFolder() }: CheckOptions = {},
): void => {
  fc.assert(
    fc.property(cases, ({ data, expected }) => {
      asExpected(target.fuzz(data), expected);
    }),
    {
      examples: examples.map((one): [PropertyCase] => [one]),
      numRuns: numRuns + examples.length,
      ...(seed === undefined ? {} : { seed }),
      reporter(details) {
        const [counterexample] = details.counterexample ?? [];
        if (details.failed && counterexample !== undefined && findings !== null) {
          const origin = {
            engine: "properties",
            arbitrary: name,
            seed: details.seed,
            path: details.counterexamplePath ?? "",
          };
          const { data: input, expected } = counterexample;
          const failure = failureFrom(details.errorInstance, { target: target.name, input, expected, origin });
          new FindingStore(findings).add(failure, target.module);
        }
        const report = fc.defaultReportMessage(details);
        if (report !== undefined) throw new Error(report, { cause: details.errorInstance });
      },
    },
  );
};
