import { z } from "zod";
import type { ResultDocument } from "./document.js";
import { provenanceSchema } from "./provenance.js";

// ---- kiln.nightly/1: what a night found, beside the documents of its benchmarks and of its fuzzing

export interface NightlyFinding {
  /** Short and stable: the same bug has the same id in every run. */
  readonly id: string;
  readonly target: string;
  /** One line: what is wrong. */
  readonly what: string;
  /** The command that shows it again. */
  readonly reproduce: string;
  /** Seen by an earlier run already. */
  readonly known: boolean;
}

export interface NightlyDocument extends ResultDocument<"kiln.nightly/1", NightlyFinding> {
  readonly budget_s: number;
  readonly duration_s: number;
  /** Ended early by the user. */
  readonly interrupted: boolean;
  /** What went wrong with the run itself, one line each. */
  readonly problems: readonly string[];
  /** The run that this one was compared with, by its id; null when there was none. */
  readonly previous: string | null;
}

const finding: z.ZodType<NightlyFinding> = z.strictObject({
  id: z.string().min(1),
  target: z.string().min(1),
  what: z.string(),
  reproduce: z.string(),
  known: z.boolean(),
});

export const nightlyDocument: z.ZodType<NightlyDocument> = z.strictObject({
  schema: z.literal("kiln.nightly/1"),
  provenance: provenanceSchema,
  rows: z.array(finding),
  budget_s: z.number().positive(),
  duration_s: z.number().nonnegative(),
  interrupted: z.boolean(),
  problems: z.array(z.string()),
  previous: z.string().nullable(),
});
