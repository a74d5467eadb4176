import { createRequire } from "node:module";
import type { MicroRow } from "../src/results/index.js";
import type { MicroCase } from "./cases/index.js";

export interface MicroOptions {
  /** For each case, measured part. */
  readonly timeMs: number;
  readonly signal?: AbortSignal;
  progress?(row: MicroRow): void;
}

/** What a micro case needs is missing, or it broke; fit for a user. */
export class MicroError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MicroError";
  }
}

/**
 * Measures cases one after the other, each warmed up. A case that breaks gives a row that says so. Ends early, with the
 * rows there are, when `signal` is aborted. Throws MicroError when tinybench is not installed.
 */
export const runMicro = async (cases: readonly MicroCase[], options: MicroOptions): Promise<MicroRow[]> => {
  const { Bench } = await tinybench();
  const rows: MicroRow[] = [];
  for (const one of cases) {
    // A turn of the event loop: that is when Ctrl-C is noticed.
    await new Promise(setImmediate);
    if (options.signal?.aborted) break;
    const row = measured(one, options.timeMs, Bench);
    rows.push(row);
    options.progress?.(row);
  }
  return rows;
};

/** Fewer samples say nothing about the spread; a case takes longer than its time rather than have less. */
const LEAST_SAMPLES = 10;

const measured = ({ name, unit, setup }: MicroCase, timeMs: number, Bench: BenchClass): MicroRow => {
  try {
    const { ops, octets, run } = setup();
    const expected = run();
    if (!Number.isFinite(expected) || expected < 0) throw new MicroError(`its check sum is ${expected}`);
    // `throws`: what goes wrong within must not pass as a measurement.
    const bench = new Bench({
      time: timeMs,
      iterations: LEAST_SAMPLES,
      warmupTime: Math.min(250, timeMs),
      warmupIterations: LEAST_SAMPLES,
      throws: true,
    });
    bench.add(name, () => {
      const sum = run();
      if (sum !== expected) throw new MicroError(`its check sum was ${expected} at first and ${sum} later`);
    });
    bench.runSync();
    const result = bench.tasks[0]?.result;
    if (result?.state !== "completed") throw new MicroError(`tinybench gave no figures (${result?.state})`);
    const { p50, p99, min, mean, rme, samplesCount } = result.latency;
    const nanoseconds = (ms: number): number => (ms * 1e6) / ops;
    return {
      name,
      unit,
      ops_per_s: 1000 / (mean / ops),
      ns_per_op: { median: nanoseconds(p50), p99: nanoseconds(p99), min: nanoseconds(min) },
      rme_percent: rme,
      samples: samplesCount,
      ops_per_sample: ops,
      octets_per_op: octets === undefined ? null : octets / ops,
    };
  } catch (error) {
    return { name, failed: error instanceof Error ? error.message : String(error) };
  }
};

type BenchClass = typeof import("tinybench").Bench;

const tinybench = async (): Promise<typeof import("tinybench")> => {
  try {
    return await import("tinybench");
  } catch (cause) {
    if (isInstalled("tinybench")) throw cause;
    throw new MicroError(
      "tinybench is not installed: run `npm install tinybench`, or work from a checkout with `npm ci`",
      {
        cause,
      },
    );
  }
};

/** A development tool is there in a checkout and absent where the package was installed for use. */
const isInstalled = (name: string): boolean => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
};
