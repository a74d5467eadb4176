import { z } from "zod";
import { type ChangePointRules, changePoints } from "./change-points.js";
import { judgedFigures } from "./comparison.js";
import type { ResultDocument } from "./document.js";
import type { SchemaName } from "./documents.js";
import type { HistoryEntry } from "./history.js";
import { type Provenance, provenanceSchema } from "./provenance.js";

// ---- kiln.trend/1: how figures went from run to run

export interface TrendPoint {
  readonly run: string;
  /** UTC, ISO 8601. */
  readonly started_at: string;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly version: string | null;
  readonly median: number;
}

export interface TrendChange {
  /** The first point of the new level, counted from 0. */
  readonly point: number;
  readonly direction: "better" | "worse";
  /** Medians of the levels, and the new over the old. */
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly p: number;
}

export interface TrendRow {
  /** As `kiln.bench.convergence/1`. */
  readonly document: string;
  readonly what: string;
  readonly figure: string;
  readonly better: "less" | "more";
  /** Digest of machine and runtime: figures of different ones are series of their own. */
  readonly machine: string;
  readonly points: readonly TrendPoint[];
  readonly changes: readonly TrendChange[];
}

export interface TrendDocument extends ResultDocument<"kiln.trend/1", TrendRow> {
  readonly rules: ChangePointRules;
  /** Lines of the history that could not be read. */
  readonly unreadable: number;
}

const positive = z.number().positive();

const row: z.ZodType<TrendRow> = z.strictObject({
  document: z.string(),
  what: z.string(),
  figure: z.string(),
  better: z.enum(["less", "more"]),
  machine: z.string(),
  points: z
    .array(
      z.strictObject({
        run: z.string(),
        started_at: z.iso.datetime(),
        commit: z.string().nullable(),
        dirty: z.boolean().nullable(),
        version: z.string().nullable(),
        median: positive,
      }),
    )
    .min(1),
  changes: z.array(
    z.strictObject({
      point: z.int().nonnegative(),
      direction: z.enum(["better", "worse"]),
      before: positive,
      after: positive,
      ratio: positive,
      p: z.number(),
    }),
  ),
});

export const trendDocument: z.ZodType<TrendDocument> = z.strictObject({
  schema: z.literal("kiln.trend/1"),
  provenance: provenanceSchema,
  rules: z.strictObject({
    least: z.int().positive(),
    threshold: z.number(),
    alpha: z.number(),
    permutations: z.int().positive(),
    seed: z.int().nonnegative(),
  }),
  unreadable: z.int().nonnegative(),
  rows: z.array(row),
});

/** The series in a history, oldest point first, each with where its level changed. */
export const trendOf = (
  history: { readonly entries: readonly HistoryEntry[]; readonly unreadable: number },
  rules: ChangePointRules,
  provenance: Provenance,
): TrendDocument => {
  const series = new Map<string, HistoryEntry[]>();
  for (const one of history.entries) {
    const id = JSON.stringify([one.document, one.machine, one.key]);
    series.set(id, [...(series.get(id) ?? []), one]);
  }
  const rows = [...series.values()].flatMap((entries) => rowsOf(byTime(entries), rules));
  return { schema: "kiln.trend/1", provenance, rules, unreadable: history.unreadable, rows };
};

const byTime = (entries: readonly HistoryEntry[]): HistoryEntry[] =>
  [...entries].sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));

const rowsOf = (entries: readonly HistoryEntry[], rules: ChangePointRules): TrendRow[] => {
  const [first] = entries;
  if (first === undefined) return [];
  return Object.entries(judgedFigures(first.document as SchemaName)).flatMap(([figure, better]): TrendRow[] => {
    const points = entries.flatMap((one): TrendPoint[] => {
      const median = one.figures[figure]?.median;
      if (median === undefined || median <= 0) return [];
      const { run, started_at, commit, dirty, version } = one;
      return [{ run, started_at, commit, dirty, version, median }];
    });
    if (points.length === 0) return [];
    const changes = changePoints(
      points.map(({ median }) => median),
      rules,
    ).map(({ index, before, after, p }): TrendChange => {
      const direction = after < before === (better === "less") ? "better" : "worse";
      return { point: index, direction, before, after, ratio: after / before, p };
    });
    return [{ document: first.document, what: first.what, figure, better, machine: first.machine, points, changes }];
  });
};
