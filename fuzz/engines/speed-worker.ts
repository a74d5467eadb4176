import { readFileSync } from "node:fs";
import type { Target } from "../targets/target.js";

/** What is to be called, on the inputs of a recording (length (4), octets), for how much CPU time, and how long at most. */
export interface PlainTask {
  readonly target: string;
  readonly file: string;
  readonly mostCpuMs: number;
  readonly timeMs: number;
}

/** What it came to. */
export interface PlainSpeed {
  readonly executions: number;
  readonly cpuMs: number;
  readonly elapsedMs: number;
}

/** Entry of the process: calls a target that is not instrumented, over and over on the same inputs. */
export const servePlain = (targets: readonly Target[]): void => {
  process.once("message", ({ target: name, file, mostCpuMs, timeMs }: PlainTask) => {
    const target = targets.find((one) => one.name === name);
    const inputs = recorded(Uint8Array.from(readFileSync(file)));
    if (target === undefined || inputs.length === 0) throw new RangeError(`nothing to run on ${name}`);
    // As in the engine's loop: the comparison is not to be won by what errors cost.
    Error.stackTraceLimit = 0;
    const before = process.cpuUsage();
    const began = performance.now();
    let executions = 0;
    while (cpuSince(before) < mostCpuMs && performance.now() - began < timeMs) {
      for (let i = 0; i < STRETCH; i++) {
        const input = inputs[executions++ % inputs.length];
        try {
          if (input !== undefined) target.fuzz(input);
        } catch {
          // A finding costs what it costs.
        }
      }
    }
    process.send?.({ executions, cpuMs: cpuSince(before), elapsedMs: performance.now() - began });
    process.disconnect();
  });
};

/** Calls between two looks at the clocks, which cost as much as a call or two. */
const STRETCH = 1024;

const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const recorded = (file: Uint8Array): Uint8Array[] => {
  const inputs: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at + 4 <= file.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    inputs.push(file.slice(at + 4, end));
    at = end;
  }
  return inputs;
};
