import { z } from "zod";
import { documentOf, isMeasured, type ResultDocument, type Row, rowOf } from "./document.js";
import { provenanceSchema } from "./provenance.js";

// ---- kiln.fuzz.run/2: what `kiln fuzz` did, a row for each target

export const fuzzEngines = ["kiln", "properties", "jsfuzz", "jazzer", "sweep"] as const;
export type FuzzEngine = (typeof fuzzEngines)[number];

export interface FuzzKey {
  /** `attribute-02-as-path` */
  readonly target: string;
  /** `src/codec/attribute/02-as-path.ts` */
  readonly module: string;
  readonly engine: FuzzEngine;
  readonly seed: number;
}

/** What every version of the document has. */
interface FuzzCounts {
  readonly executions: number;
  /** Wall-clock time, the engine's starts included; of several workers on one target, the sum. */
  readonly seconds: number;
  /** How much of the module and of what it imports was run; null where the engine does not measure it. */
  readonly coverage: {
    readonly covered: number;
    readonly total: number;
    readonly unit: "lines" | "points" | "edges";
  } | null;
  /** Inputs by what the decoder made of them: `accepted`, or the id of the decisive fault. Empty where not counted. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Faults that the module declares. */
  readonly faults: number;
  /** Signatures of what was found, each with a folder under `corpus/findings/<target>/`. */
  readonly findings: readonly string[];
}

export interface FuzzFigures extends FuzzCounts {
  /** CPU seconds of the processes that ran inputs; null where it was not measured. */
  readonly cpu_s: number | null;
  /** Inputs in the working corpus; null where the engine keeps none that it tells of. */
  readonly corpus: number | null;
  /** Edges by bucketed hit counts; null for engines that do not count them. */
  readonly features: number | null;
  /** Seconds from the campaign's begin to the last input that showed something new; null when none did. */
  readonly last_new_s: number | null;
  /** How it came to this; null for engines that tell only the end. */
  readonly series: Series | null;
  /** Why it was given up after a while; null when it was not. */
  readonly problem: string | null;
}

/** Points in time of one target, oldest first, at most 200: columns of equal length. */
export interface Series {
  /** Since the campaign's begin. */
  readonly elapsed_s: readonly number[];
  readonly edges: readonly number[];
  readonly executions: readonly number[];
  readonly corpus: readonly number[];
}

export type FuzzRow = Row<FuzzKey, FuzzFigures>;
export type FuzzDocument = ResultDocument<"kiln.fuzz.run/2", FuzzRow>;

/** As it was before Kiln had an engine of its own: read, to compare a night with it, and no longer written. */
export type FuzzDocument1 = ResultDocument<"kiln.fuzz.run/1", Row<FuzzKey, FuzzCounts>>;

const count: z.ZodInt = z.int().nonnegative();
const amount: z.ZodNumber = z.number().nonnegative();
const signature: z.ZodString = z.string().regex(/^[0-9a-f]{12}$/);

const fuzzKey = { target: z.string().min(1), module: z.string().min(1), engine: z.enum(fuzzEngines), seed: z.int() };
const fuzzCounts = {
  executions: count,
  seconds: amount,
  coverage: z.strictObject({ covered: count, total: count, unit: z.enum(["lines", "points", "edges"]) }).nullable(),
  outcomes: z.record(z.string(), count),
  faults: count,
  findings: z.array(signature),
};

const series: z.ZodType<Series> = z
  .strictObject({
    elapsed_s: z.array(amount).max(200),
    edges: z.array(count),
    executions: z.array(count),
    corpus: z.array(count),
  })
  .refine(
    ({ elapsed_s, edges, executions, corpus }) =>
      [edges, executions, corpus].every(({ length }) => length === elapsed_s.length),
    "its columns must be of equal length",
  );

export const fuzzDocument: z.ZodType<FuzzDocument> = documentOf(
  "kiln.fuzz.run/2",
  rowOf(fuzzKey, {
    ...fuzzCounts,
    cpu_s: amount.nullable(),
    corpus: count.nullable(),
    features: count.nullable(),
    last_new_s: amount.nullable(),
    series: series.nullable(),
    problem: z.string().min(1).nullable(),
  }),
);

export const fuzzDocument1: z.ZodType<FuzzDocument1> = documentOf("kiln.fuzz.run/1", rowOf(fuzzKey, fuzzCounts));

/** The rows of a document of either version, with null for what the older one does not tell. */
export const fuzzRowsOf = ({ rows }: FuzzDocument | FuzzDocument1): readonly FuzzRow[] =>
  rows.map((row) => (isMeasured(row) ? { ...untold, ...row } : row));

const untold = { cpu_s: null, corpus: null, features: null, last_new_s: null, series: null, problem: null };

// ---- kiln.fuzz.status/1: how a campaign stands, while it runs

export const fuzzStates = ["waiting", "running", "paused", "ended", "failed"] as const;
export type FuzzState = (typeof fuzzStates)[number];

/** What ended a campaign: the clock (`--budget`, or each target's `--time`), `--plateau`, or Ctrl-C. */
export const fuzzEnds = ["budget", "plateau", "time", "signal"] as const;
export type FuzzEnd = (typeof fuzzEnds)[number];

export interface FuzzTargetStatus {
  readonly target: string;
  readonly engine: FuzzEngine;
  readonly state: FuzzState;
  readonly executions: number;
  /** Of the worker that runs or ran last; of several, the sum. */
  readonly exec_per_s: number;
  readonly seconds: number;
  readonly edges: number | null;
  readonly edges_total: number | null;
  readonly corpus: number | null;
  readonly findings: number;
  /** Seconds from the campaign's begin to the last input that showed something new. */
  readonly last_new_s: number | null;
  /** Why it could not be fuzzed. */
  readonly problem: string | null;
}

export interface FuzzStatus extends ResultDocument<"kiln.fuzz.status/1", FuzzTargetStatus> {
  readonly updated_at: string;
  readonly elapsed_s: number;
  /** Of the wall clock, for all; null without a limit. */
  readonly budget_s: number | null;
  /** Null while it runs. */
  readonly ended_by: FuzzEnd | null;
  readonly totals: {
    readonly executions: number;
    readonly exec_per_s: number;
    readonly edges: number;
    readonly corpus: number;
    readonly findings: number;
    readonly last_new_s: number | null;
  };
}

export const fuzzStatus: z.ZodType<FuzzStatus> = z.strictObject({
  schema: z.literal("kiln.fuzz.status/1"),
  provenance: provenanceSchema,
  updated_at: z.iso.datetime(),
  elapsed_s: amount,
  budget_s: amount.nullable(),
  ended_by: z.enum(fuzzEnds).nullable(),
  totals: z.strictObject({
    executions: count,
    exec_per_s: amount,
    edges: count,
    corpus: count,
    findings: count,
    last_new_s: amount.nullable(),
  }),
  rows: z.array(
    z.strictObject({
      target: z.string().min(1),
      engine: z.enum(fuzzEngines),
      state: z.enum(fuzzStates),
      executions: count,
      exec_per_s: amount,
      seconds: amount,
      edges: count.nullable(),
      edges_total: count.nullable(),
      corpus: count.nullable(),
      findings: count,
      last_new_s: amount.nullable(),
      problem: z.string().nullable(),
    }),
  ),
});

/** How many of its faults a target was brought to. Other outcomes, as the state a session ends in, have no slash. */
export const faultsReached = (outcomes: FuzzFigures["outcomes"]): number =>
  Object.keys(outcomes).filter((outcome) => outcome.includes("/")).length;

// ---- kiln.fuzz.list/1: what there is to fuzz

export interface FuzzList {
  readonly schema: "kiln.fuzz.list/1";
  readonly targets: readonly {
    readonly name: string;
    readonly module: string;
    /** Ids of the faults it may answer with. */
    readonly faults: readonly string[];
    /** Files under `corpus/seeds/<name>/`. */
    readonly seeds: number;
  }[];
}

export const fuzzList: z.ZodType<FuzzList> = z.strictObject({
  schema: z.literal("kiln.fuzz.list/1"),
  targets: z.array(
    z.strictObject({
      name: z.string().min(1),
      module: z.string().min(1),
      faults: z.array(z.string().min(1)),
      seeds: count,
    }),
  ),
});
