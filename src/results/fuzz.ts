import { z } from "zod";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";

// ---- kiln.fuzz.run/1: what `kiln fuzz` did, a row for each target

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

export interface FuzzFigures {
  readonly executions: number;
  /** Wall-clock time, the engine's start included. */
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

export type FuzzRow = Row<FuzzKey, FuzzFigures>;
export type FuzzDocument = ResultDocument<"kiln.fuzz.run/1", FuzzRow>;

const count: z.ZodInt = z.int().nonnegative();
const signature: z.ZodString = z.string().regex(/^[0-9a-f]{12}$/);

const fuzzRow: z.ZodType<FuzzRow> = rowOf(
  { target: z.string().min(1), module: z.string().min(1), engine: z.enum(fuzzEngines), seed: z.int() },
  {
    executions: count,
    seconds: z.number().nonnegative(),
    coverage: z.strictObject({ covered: count, total: count, unit: z.enum(["lines", "points", "edges"]) }).nullable(),
    outcomes: z.record(z.string(), count),
    faults: count,
    findings: z.array(signature),
  },
);

export const fuzzDocument: z.ZodType<FuzzDocument> = documentOf("kiln.fuzz.run/1", fuzzRow);

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

// ---- kiln.fuzz.finding/1: one bug, beside the input that shows it

export const findingKinds = ["oracle", "crash", "hang", "memory", "exit"] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly schema: "kiln.fuzz.finding/1";
  readonly target: string;
  readonly module: string;
  readonly signature: string;
  readonly kind: FindingKind;
  /** What happened, without what differs from input to input. */
  readonly what: string;
  readonly message: string;
  /** In TypeScript lines, innermost first. */
  readonly stack: readonly string[];
  /** The outcome that the input was made for; null when it was made for none. */
  readonly expected: string | null;
  /** Which engine made the input, with what it takes to have it made again. */
  readonly origin: {
    readonly engine: string;
    readonly seed: number;
    readonly arbitrary?: string | undefined;
    readonly path?: string | undefined;
  };
  /** Octets of the smallest input so far. */
  readonly octets: number;
  /** In how many runs it was found. */
  readonly runs: number;
  readonly first_seen: string;
  readonly last_seen: string;
}

export const finding: z.ZodType<Finding> = z.strictObject({
  schema: z.literal("kiln.fuzz.finding/1"),
  target: z.string().min(1),
  module: z.string().min(1),
  signature,
  kind: z.enum(findingKinds),
  what: z.string().min(1),
  message: z.string(),
  stack: z.array(z.string()),
  expected: z.string().nullable(),
  origin: z.strictObject({
    engine: z.string().min(1),
    seed: z.int(),
    arbitrary: z.string().optional(),
    path: z.string().optional(),
  }),
  octets: count,
  runs: z.int().positive(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
});

// ---- kiln.fuzz.replay/1: what `kiln repro` saw

export interface Replay {
  readonly schema: "kiln.fuzz.replay/1";
  readonly target: string;
  readonly octets: number;
  /** What the decoder made of it; null when it failed. */
  readonly outcome: string | null;
  readonly failure: {
    readonly signature: string;
    readonly kind: FindingKind;
    readonly what: string;
    readonly message: string;
    readonly stack: readonly string[];
  } | null;
}

export const replayDocument: z.ZodType<Replay> = z.strictObject({
  schema: z.literal("kiln.fuzz.replay/1"),
  target: z.string().min(1),
  octets: count,
  outcome: z.string().nullable(),
  failure: z
    .strictObject({
      signature,
      kind: z.enum(findingKinds),
      what: z.string(),
      message: z.string(),
      stack: z.array(z.string()),
    })
    .nullable(),
});
