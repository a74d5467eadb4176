import { z } from "zod";
import type { ConvergenceKey } from "./bench.js";
import { tableKey } from "./bench-key.js";
import { type Disturbance, disturbanceSchema } from "./conditions.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Distribution, type Summary, summarySchema } from "./statistics.js";

export interface ChurnKey extends ConvergenceKey {
  /** Of the real rate of one peer. */
  readonly multiple: number;
  /** UPDATEs due in a second. */
  readonly updates_per_s: number;
}

export interface TailDistribution extends Distribution {
  readonly p999: number;
}

export interface ChurnFigures {
  /** In every run the receiver ended with exactly the routes that the last changes make, prefixes and attributes. */
  readonly exact: boolean;
  /** Single changes of a prefix, announced or withdrawn, in each run. */
  readonly changes: number;
  /**
   * Of each change, from the moment when it was due until the receiver had it, or a later state of the prefix; all runs
   * together.
   */
  readonly latency_ms: TailDistribution;
  /** Of each run. */
  readonly p50_ms: Summary;
  readonly p99_ms: Summary;
  /** Changes that had not come when the last one was due: 0 or few where the target keeps up. */
  readonly backlog: Summary;
  /** Share of the changes that no UPDATE of their own showed, because a later one had overtaken them in the target. */
  readonly merged_share: Summary;
  /** CPU of the target over the time of the schedule: 1 is one core. */
  readonly cpu_share: Summary;
  readonly peak_rss_bytes: Summary;
  /** How late the sender itself was at the most, timers and a full socket together; part of the latency. */
  readonly sender_late_ms: Summary;
  /** Prefixes with other attributes than RFC 4271 has the target pass on, most of all runs. */
  readonly differing: number;
  readonly disturbance: Disturbance;
}

export type ChurnRow = Row<ChurnKey, ChurnFigures>;
export type ChurnDocument = ResultDocument<"kiln.bench.churn/1", ChurnRow>;

const count = z.int().nonnegative();
const row: z.ZodType<ChurnRow> = rowOf(
  { ...tableKey, multiple: z.number().positive(), updates_per_s: z.number().positive() },
  {
    exact: z.boolean(),
    changes: count,
    latency_ms: z.strictObject({
      p50: z.number(),
      p95: z.number(),
      p99: z.number(),
      p999: z.number(),
      max: z.number(),
    }),
    p50_ms: summarySchema,
    p99_ms: summarySchema,
    backlog: summarySchema,
    merged_share: summarySchema,
    cpu_share: summarySchema,
    peak_rss_bytes: summarySchema,
    sender_late_ms: summarySchema,
    differing: count,
    disturbance: disturbanceSchema,
  },
);

export const churnDocument: z.ZodType<ChurnDocument> = documentOf("kiln.bench.churn/1", row);
