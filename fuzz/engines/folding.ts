import { signatureOf } from "../campaign/failure.js";
import type { Watcher } from "./job.js";
import type { Report } from "./order.js";

/** Tells of progress twice a second, and of a failure when it is the first of its signature or smaller than the last. */
export const folding = (report: (one: Report) => void, cpuMs: () => number): Watcher => {
  const smallest = new Map<string, number>();
  let told = performance.now();
  return {
    progress(executions) {
      if (performance.now() - told < 500) return;
      told = performance.now();
      report({ type: "progress", executions });
    },
    failure(failure) {
      const signature = signatureOf(failure);
      if ((smallest.get(signature) ?? Number.POSITIVE_INFINITY) <= failure.input.length) return;
      smallest.set(signature, failure.input.length);
      report({ type: "failure", failure, cpuMs: cpuMs() });
    },
  };
};
