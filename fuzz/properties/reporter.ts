import { relative } from "node:path";
import fc from "fast-check";
import { failureFrom } from "../campaign/failure.js";
import { FindingStore } from "../campaign/finding.js";
import { PROPERTY } from "../campaign/finding-text.js";

/** Where failing properties leave findings: the folder in KILN_FINDINGS; null when there is none. */
export const findingsFolder = (): string | null => process.env.KILN_FINDINGS || null;

/** The test that is running. */
export interface RunningTest {
  /** `src/codec/frame.test.ts`, or its absolute path. */
  readonly file: string;
  /** `frames > are cut anywhere` */
  readonly name: string;
}

/**
 * A reporter for `fc.configureGlobal`: a failing property, of whatever test, leaves a finding under `root` with its
 * seed, its path and its counterexample, and then fails as it does without it. Findings are called after the test's
 * file; what shows one again is in its README.
 */
export const findingReporter =
  (root: string, running: () => RunningTest) =>
  <Ts>(details: fc.RunDetails<Ts>): void => {
    if (details.failed) keep(root, running(), details);
    const report = fc.defaultReportMessage(details);
    if (report !== undefined) throw new Error(report, { cause: details.errorInstance });
  };

const keep = <Ts>(root: string, { file, name }: RunningTest, details: fc.RunDetails<Ts>): void => {
  const module = relative(process.cwd(), file).replaceAll("\\", "/");
  const failure = failureFrom(details.errorInstance, {
    target: module.replace(/\.ts$/, "").replaceAll(/[^\w.-]+/g, "-"),
    input: octetsOf(details.counterexample),
    expected: null,
    origin: { engine: PROPERTY, arbitrary: name, seed: details.seed, path: details.counterexamplePath ?? "" },
  });
  // What a test expects shows the values it compared.
  const what = `property: ${name}`;
  new FindingStore(root).add({ ...failure, kind: "oracle", what }, module);
};

/** The octets of the counterexample where it is made of nothing else, or what fast-check prints of it. */
const octetsOf = (counterexample: unknown): Uint8Array => {
  const [only, ...others] = Array.isArray(counterexample) ? counterexample : [counterexample];
  return only instanceof Uint8Array && others.length === 0
    ? only
    : new TextEncoder().encode(fc.stringify(counterexample));
};
