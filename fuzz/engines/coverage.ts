import { Session } from "node:inspector";
import type { Coverage } from "./job.js";
import type { Section } from "./sections.js";

/** One function as V8's block coverage reports it: its own range, then blocks in it that ran another number of times. */
export interface FunctionCoverage {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

/** Counts what runs of this very thread's script from `reset` on. Must be started before the script's functions run. */
export class PreciseCoverage {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Forgets what ran so far: what a module does when it is loaded is not what an input made it do. */
  reset(): void {
    this.#session.post("Profiler.takePreciseCoverage");
  }

  /** The functions of the script at `file` and how often their blocks ran. Counting begins anew. */
  peek(file: string): readonly FunctionCoverage[] {
    let functions: readonly FunctionCoverage[] = [];
    // In a session on its own thread the answer comes before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error === null) functions = answer.result.find(({ url }) => url.endsWith(file))?.functions ?? [];
    });
    return functions;
  }

  /** As `peek`, and ends the counting. */
  take(file: string): readonly FunctionCoverage[] {
    const functions = this.peek(file);
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
    return functions;
  }
}

/** The lines of functions in these sections of a script, and how many of them ran. Lines of brackets only don't count. */
export const linesCovered = (
  script: string,
  sections: readonly Section[],
  functions: readonly FunctionCoverage[],
): Coverage => {
  let covered = 0;
  let total = 0;
  for (const { start, end } of sections) {
    // 0 outside of functions, 1 ran, 2 did not. Inner functions and blocks come after outer ones and have the last word.
    const ran = new Uint8Array(end - start);
    for (const { ranges } of functions) {
      const [whole] = ranges;
      if (whole === undefined || whole.startOffset < start || whole.endOffset > end) continue;
      for (const { startOffset, endOffset, count } of ranges) {
        ran.fill(count > 0 ? 1 : 2, startOffset - start, endOffset - start);
      }
    }
    let at = 0;
    for (const line of script.slice(start, end).split("\n")) {
      const state = stateOf(line, ran.subarray(at, at + line.length));
      if (state > 0) total++;
      if (state === 1) covered++;
      at += line.length + 1;
    }
  }
  return { covered, total, unit: "lines" };
};

const stateOf = (line: string, ran: Uint8Array): number => {
  let state = 0;
  for (let i = 0; i < line.length; i++) {
    if (!/[\w$]/.test(line[i] ?? "")) continue;
    if (ran[i] === 1) return 1;
    if (ran[i] === 2) state = 2;
  }
  return state;
};

/** Blocks of the functions in these sections that were entered, each counted as often as it was. */
export const blocksRun = (sections: readonly Section[], functions: readonly FunctionCoverage[]): number => {
  let blocks = 0;
  for (const { ranges } of functions) {
    const [whole] = ranges;
    if (whole === undefined) continue;
    const isOurs = sections.some(({ start, end }) => whole.startOffset >= start && whole.endOffset <= end);
    if (isOurs) for (const { count } of ranges) blocks += count;
  }
  return blocks;
};
