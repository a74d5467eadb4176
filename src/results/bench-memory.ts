import { z } from "zod";
import type { ConvergenceKey } from "./bench.js";
import { tableKey } from "./bench-key.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Summary, summarySchema } from "./statistics.js";

/**
 * In this order: sessions but no routes; one peer's table; all peers' tables; the same after a while without UPDATEs;
 * after everything was withdrawn and announced again, and a while; after everything was withdrawn, and a while.
 */
export const memorySteps = ["idle", "one", "all", "settled", "flapped", "withdrawn"] as const;
export type MemoryStepName = (typeof memorySteps)[number];

export interface MemoryStep {
  readonly step: MemoryStepName;
  /** Paths that the target holds, of all peers together. */
  readonly paths: number;
  readonly rss_bytes: Summary;
  /** Proportional set size and private memory of the process and its children; null where the kernel does not say. */
  readonly pss_bytes: Summary | null;
  readonly private_bytes: Summary | null;
  /** RSS beyond that of `idle`, for each path; null where there are none. */
  readonly bytes_per_path: Summary | null;
}

export interface MemoryFigures {
  /** The receiver held exactly what it should at each step of every run. */
  readonly exact: boolean;
  readonly steps: readonly MemoryStep[];
  readonly peak_rss_bytes: Summary;
  /** RSS of `flapped` over that of `settled`. */
  readonly flap_ratio: Summary;
}

export type MemoryRow = Row<ConvergenceKey, MemoryFigures>;
export type MemoryDocument = ResultDocument<"kiln.bench.memory/1", MemoryRow>;

const step: z.ZodType<MemoryStep> = z.strictObject({
  step: z.enum(memorySteps),
  paths: z.int().nonnegative(),
  rss_bytes: summarySchema,
  pss_bytes: summarySchema.nullable(),
  private_bytes: summarySchema.nullable(),
  bytes_per_path: summarySchema.nullable(),
});

const row: z.ZodType<MemoryRow> = rowOf(tableKey, {
  exact: z.boolean(),
  steps: z.array(step).min(1),
  peak_rss_bytes: summarySchema,
  flap_ratio: summarySchema,
});

export const memoryDocument: z.ZodType<MemoryDocument> = documentOf("kiln.bench.memory/1", row);
