import { z } from "zod";
import type { ResultDocument } from "./document.js";
import { provenanceSchema } from "./provenance.js";

// ---- kiln.report/1: what `kiln report` wrote, and from what

export interface ReportedDocument {
  /** The name of its run's folder, or of its file. */
  readonly run: string;
  /** Its schema, as `kiln.bench.convergence/1`. */
  readonly document: string;
  readonly measured: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface ReportDocument extends ResultDocument<"kiln.report/1", ReportedDocument> {
  /** The folder that was written to, as it was named or found. */
  readonly folder: string;
  /** Paths of what was written, below the folder. */
  readonly files: readonly string[];
}

const count = z.int().nonnegative();

export const reportDocument: z.ZodType<ReportDocument> = z.strictObject({
  schema: z.literal("kiln.report/1"),
  provenance: provenanceSchema,
  folder: z.string().min(1),
  files: z.array(z.string().min(1)),
  rows: z.array(
    z.strictObject({
      run: z.string().min(1),
      document: z.string().min(1),
      measured: count,
      skipped: count,
      failed: count,
    }),
  ),
});
