import { z } from "zod";

// ---- kiln.corpus/1: what `kiln corpus` found and did, a row for each target

export const corpusCommands = ["stats", "prune", "merge", "import"] as const;
export type CorpusCommand = (typeof corpusCommands)[number];

export interface CorpusRow {
  readonly target: string;
  /** Inputs of the working corpus, and their octets, as the command left them. */
  readonly files: number;
  readonly octets: number;
  /** Seeds that come with Kiln: they count in what is reached, and are never touched. */
  readonly seeds: number;
  /** Edges of the target's modules that seeds and corpus take, of so many. */
  readonly edges: number;
  readonly edges_total: number;
  /** Edges by bucketed counts of how often they were taken, and outcomes. */
  readonly features: number;
  /** Inputs that fail: bugs. */
  readonly failing: readonly { readonly file: string; readonly why: string }[];
  /** Inputs that were offered (merge, import), and those of them that were taken over. */
  readonly offered: number;
  readonly added: number;
  /** Names of inputs without which as much is reached (prune). */
  readonly removed: readonly string[];
}

export interface CorpusDocument {
  readonly schema: "kiln.corpus/1";
  readonly command: CorpusCommand;
  /** Whether files were written or removed. */
  readonly dry_run: boolean;
  readonly rows: readonly CorpusRow[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

const count: z.ZodInt = z.int().nonnegative();
const text: z.ZodString = z.string().min(1);

export const corpusDocument: z.ZodType<CorpusDocument> = z.strictObject({
  schema: z.literal("kiln.corpus/1"),
  command: z.enum(corpusCommands),
  dry_run: z.boolean(),
  rows: z.array(
    z.strictObject({
      target: text,
      files: count,
      octets: count,
      seeds: count,
      edges: count,
      edges_total: count,
      features: count,
      failing: z.array(z.strictObject({ file: text, why: text })),
      offered: count,
      added: count,
      removed: z.array(text),
    }),
  ),
  notes: z.array(z.string()),
});
