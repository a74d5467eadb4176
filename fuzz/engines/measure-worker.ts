import { readFileSync } from "node:fs";
import type { Target } from "../targets/target.js";
import { blocksRun, linesCovered, PreciseCoverage } from "./coverage.js";
import type { Coverage } from "./job.js";
import { isModule, type Section } from "./sections.js";

/** Inputs to run together on one target; `module` is what their reach is measured in. */
export interface Load {
  readonly target: string;
  readonly module: string;
  readonly inputs: readonly Uint8Array[];
}

export interface MeasureTask {
  readonly sections: readonly Section[];
  readonly loads: readonly Load[];
}

/** What one load ran. */
export interface Measured {
  /** Lines of the module's functions. */
  readonly reach: Coverage;
  /** Blocks of code under `src/` that were entered, each as often as it was: a count of work that no machine sways. */
  readonly work: number;
}

/** Entry of the process: runs one load after the other and counts what of the bundle ran. */
export const serveMeasuring = (targets: readonly Target[]): void => {
  process.once("message", ({ sections, loads }: MeasureTask) => {
    const script = readFileSync(__filename, "utf8");
    const decoders = sections.filter(({ module }) => /(?:^|\/)src\//.test(module));
    const coverage = new PreciseCoverage();
    coverage.start();
    const measured = loads.map(({ target: name, module, inputs }): Measured => {
      const target = targets.find((one) => one.name === name);
      coverage.reset();
      for (const input of inputs) target?.fuzz(input);
      const functions = coverage.peek(__filename);
      const own = sections.filter((section) => isModule(module, section.module));
      return { reach: linesCovered(script, own, functions), work: blocksRun(decoders, functions) };
    });
    process.send?.(measured);
    process.disconnect();
  });
};
