import { z } from "zod";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Summary, summarySchema } from "./statistics.js";

// ---- kiln.fuzz.speed/1: how fast inputs are run, by whom

/**
 * `plain`: the target is called in a loop on inputs that were made before, not instrumented. `kiln x2`: two workers.
 * `jsfuzz`: as `--engine jsfuzz` runs it, which spares it the walk over code that is not under test. `jsfuzz alone`: as it
 * comes.
 */
export const runners = ["plain", "kiln", "kiln x2", "jsfuzz", "jsfuzz alone"] as const;
export type Runner = (typeof runners)[number];

export interface SpeedKey {
  readonly target: string;
  readonly runner: Runner;
  readonly seed: number;
}

export interface SpeedFigures {
  /** In one CPU second, user and system, of the processes that ran inputs. */
  readonly executions_per_cpu_s: Summary;
  /** In one second of the clock. */
  readonly executions_per_s: Summary;
}

export type SpeedRow = Row<SpeedKey, SpeedFigures>;
export type SpeedDocument = ResultDocument<"kiln.fuzz.speed/1", SpeedRow>;

export const speedDocument: z.ZodType<SpeedDocument> = documentOf(
  "kiln.fuzz.speed/1",
  rowOf(
    { target: z.string().min(1), runner: z.enum(runners), seed: z.int() },
    { executions_per_cpu_s: summarySchema, executions_per_s: summarySchema },
  ),
);
