import { readFileSync } from "node:fs";
import type { Target } from "../targets/target.js";
import { linesCovered, PreciseCoverage } from "./coverage.js";
import type { Coverage } from "./job.js";
import type { Section } from "./sections.js";

/** What the process is asked: the inputs of each target, and where each target's module stands in the bundle. */
export interface ReachTask {
  readonly sections: readonly Section[];
  readonly targets: readonly {
    readonly name: string;
    readonly module: string;
    readonly inputs: readonly Uint8Array[];
  }[];
}

/** How much of its module each target ran with its inputs. */
export interface ReachReport {
  readonly reach: readonly (readonly [target: string, Coverage])[];
}

/** Entry of the process: runs the inputs of one target after the other and counts the lines of its module that ran. */
export const serveReach = (targets: readonly Target[]): void => {
  process.once("message", ({ sections, targets: asked }: ReachTask) => {
    const script = readFileSync(__filename, "utf8");
    const coverage = new PreciseCoverage();
    coverage.start();
    const reach = asked.map(({ name, module, inputs }): readonly [string, Coverage] => {
      const target = targets.find((one) => one.name === name);
      coverage.reset();
      for (const input of inputs) target?.fuzz(input);
      const own = sections.filter((section) => section.module === module);
      return [name, linesCovered(script, own, coverage.peek(__filename))];
    });
    process.send?.({ reach } satisfies ReachReport);
    process.disconnect();
  });
};
