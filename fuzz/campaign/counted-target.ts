import { readFileSync } from "node:fs";
import { type BoundRuntime, createRuntime, loadBuild } from "../engine/instrument/runtime.js";
import type { EdgeTable, InstrumentedBuild } from "../engine/types.js";
import type { Outcome, Target } from "../targets/target.js";

/** A target of an instrumented build, counted. Undefined when there is none of that name. */
export const countedTarget = (build: InstrumentedBuild, name: string): Target | undefined => {
  const { count } = JSON.parse(readFileSync(build.edges, "utf8")) as EdgeTable;
  const runtime = createRuntime(count);
  const { targets } = loadBuild<{ readonly targets: readonly Target[] }>(build.counters, runtime);
  const target = targets.find((one) => one.name === name);
  return target === undefined ? undefined : counted(target, runtime);
};

/**
 * The target, which throws when it takes more steps or memory than its input accounts for: what Kiln's engine takes for a
 * hang may be over in a second where no one counts. `runtime` is that of its build; of a build that is not instrumented
 * nothing is counted.
 */
export const counted = (target: Target, runtime: BoundRuntime): Target => {
  const begin = (octets: number): void => {
    runtime.spare = target.memory ?? 0;
    runtime.begin(octets);
  };
  const judged = (outcome: Outcome): Outcome => {
    // The code under test may have caught it.
    if (runtime.exceeded !== null) throw runtime.exceeded;
    return outcome;
  };
  const { fuzzAsync } = target;
  return {
    ...target,
    fuzz(data) {
      begin(data.length);
      return judged(target.fuzz(data));
    },
    ...(fuzzAsync === undefined
      ? {}
      : {
          async fuzzAsync(data) {
            begin(data.length);
            return judged(await fuzzAsync.call(target, data));
          },
        }),
    parts(data) {
      begin(AMPLE);
      return target.parts?.(data) ?? [];
    },
  };
};

/** Octets that account for all that is done with an input beside running it. */
const AMPLE = 1_000_000;
