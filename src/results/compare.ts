import { z } from "zod";
import { type ResultDocument, type Row, rowOf } from "./document.js";
import { comparisonVerdicts, type PairedRules } from "./paired.js";
import { provenanceSchema } from "./provenance.js";
import type { Spread } from "./statistics.js";

// ---- kiln.compare/1: two builds, programs or stored runs against each other; A is before, B is now

/** `rerun`: both were run now, in pairs. `same`: one build against itself. `stored`: figures of earlier runs. */
export const compareModes = ["rerun", "same", "stored"] as const;

export interface CompareSide {
  /** As the user named it: a revision, a program, a run. */
  readonly name: string;
  /** Of Kiln, where that is what is compared. */
  readonly commit: string | null;
  /** SHA-256 of the program, where one was named. */
  readonly digest: string | null;
  /** What the target reported of itself; several where stored runs had several. */
  readonly versions: readonly string[];
}

export interface CompareKey {
  readonly scenario: string;
  /** What was measured, as `tcp 100000 prefixes 1 peers`. */
  readonly what: string;
  /** The name of the field, as `cpu_s`. Empty in a row that could not be measured. */
  readonly figure: string;
  readonly better: "less" | "more";
  /** The figure that the scenario is judged by. */
  readonly headline: boolean;
  /** With `--repeat`: which of the comparisons, from 1. */
  readonly repetition?: number;
}

export interface CompareFigures {
  readonly verdict: (typeof comparisonVerdicts)[number];
  readonly a: Spread;
  readonly b: Spread;
  /** B over A: of pairs Hodges and Lehmann's estimate, of stored runs the median of all ratios. */
  readonly ratio: number;
  /** The interval at `rules.level`: of pairs BCa, of stored runs the rank test's. Null where samples are too few for one. */
  readonly low: number | null;
  readonly high: number | null;
  /** The median of the pairs' ratios; null for stored runs, which have no pairs. */
  readonly median_ratio: number | null;
  /** Of pairs the signed-rank test, of stored runs Mann and Whitney's. Null where no samples were kept. */
  readonly p: number | null;
  /** By Holm's method, over the headline figures or over the others. */
  readonly p_adjusted: number | null;
  /** Pairs, or samples of the smaller side of stored runs. */
  readonly pairs: number;
  /** Those of them that other programs or the hypervisor disturbed. */
  readonly suspect: number;
  /** As shares, 0.03 is 3%: what noise alone comes to, and what would be seen in four of five comparisons. */
  readonly noise_floor: number | null;
  readonly detectable: number | null;
}

export type CompareRow = Row<CompareKey, CompareFigures>;

/** Two runs, side by side. */
export interface ComparePair {
  readonly scenario: string;
  readonly what: string;
  readonly repetition?: number;
  /** In the order they were run, from 1. */
  readonly pair: number;
  readonly a: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, number>>;
  /** The larger share of the machine that was taken by others in either run; null where nobody looked. */
  readonly foreign_cpu: number | null;
  readonly steal: number | null;
  readonly suspect: boolean;
  /** Measured again later, undisturbed: not part of the figures. */
  readonly replaced: boolean;
}

export interface CompareDocument extends ResultDocument<"kiln.compare/1", CompareRow> {
  readonly mode: (typeof compareModes)[number];
  readonly sides: { readonly a: CompareSide; readonly b: CompareSide };
  readonly rules: PairedRules;
  /** What weakens the comparison, one line each. */
  readonly warnings: readonly string[];
  /** Every pair of runs with its figures; empty for stored runs. */
  readonly pairs: readonly ComparePair[];
  /** Ended early by the user. */
  readonly interrupted: boolean;
}

const ratio = z.number().positive();
const probability = z.number().min(0).max(1);
const count = z.int().nonnegative();
const share = z.number().nonnegative();

const spread: z.ZodType<Spread> = z.strictObject({ median: z.number(), min: z.number(), max: z.number() });

const side: z.ZodType<CompareSide> = z.strictObject({
  name: z.string().min(1),
  commit: z.string().nullable(),
  digest: z.string().nullable(),
  versions: z.array(z.string()),
});

const row: z.ZodType<CompareRow> = rowOf(
  {
    scenario: z.string().min(1),
    what: z.string(),
    figure: z.string(),
    better: z.enum(["less", "more"]),
    headline: z.boolean(),
    repetition: z.int().positive().exactOptional(),
  },
  {
    verdict: z.enum(comparisonVerdicts),
    a: spread,
    b: spread,
    ratio,
    low: ratio.nullable(),
    high: ratio.nullable(),
    median_ratio: ratio.nullable(),
    p: probability.nullable(),
    p_adjusted: probability.nullable(),
    pairs: count,
    suspect: count,
    noise_floor: share.nullable(),
    detectable: share.nullable(),
  },
);

const figures = z.record(z.string(), z.number());

const pair: z.ZodType<ComparePair> = z.strictObject({
  scenario: z.string().min(1),
  what: z.string(),
  repetition: z.int().positive().exactOptional(),
  pair: z.int().positive(),
  a: figures,
  b: figures,
  foreign_cpu: z.number().nullable(),
  steal: z.number().nullable(),
  suspect: z.boolean(),
  replaced: z.boolean(),
});

export const compareDocument: z.ZodType<CompareDocument> = z.strictObject({
  schema: z.literal("kiln.compare/1"),
  provenance: provenanceSchema,
  mode: z.enum(compareModes),
  sides: z.strictObject({ a: side, b: side }),
  rules: z.strictObject({ threshold: share, level: probability, resamples: count, seed: count }),
  warnings: z.array(z.string()),
  pairs: z.array(pair),
  interrupted: z.boolean(),
  rows: z.array(row),
});
