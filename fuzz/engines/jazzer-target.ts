import { writeSync } from "node:fs";
import type { Target } from "../targets/target.js";
import { askedTarget } from "./asked-target.js";
import { KnownFailures } from "./known-failures.js";

/** Executions after which the clock is asked. */
const BATCH = 64;
const TELL_MS = 250;
const STDERR = 2;

/**
 * Entry of the bundle that Jazzer.js loads: one target's `fuzz`. Jazzer.js keeps its event loop waiting while it fuzzes,
 * and tells of executions at powers of two only, so the target itself says how many there were and what they took.
 */
export const told = (targets: readonly Target[]): ((data: Uint8Array) => void) => {
  const target = askedTarget(targets);
  const known = new KnownFailures(process.env.KILN_FUZZ_KNOWN ?? "");
  const loaded = process.cpuUsage();
  let executions = 0;
  let last = 0;
  const tell = (): void => {
    last = performance.now();
    const { user, system } = process.cpuUsage(loaded);
    writeSync(STDERR, `kiln: ${executions} executions in ${Math.round((user + system) / 1000)} ms\n`);
  };

  return (data) => {
    executions++;
    if (executions % BATCH === 0 && performance.now() - last > TELL_MS) tell();
    try {
      target.fuzz(Uint8Array.from(data));
    } catch (error) {
      if (!known.adds(error)) return;
      tell();
      throw error;
    }
  };
};
