import { z } from "zod";

// ---- kiln.fuzz.finding/2: one bug, beside the inputs that show it

export const findingKinds = ["oracle", "crash", "hang", "memory", "exit"] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly schema: "kiln.fuzz.finding/2";
  readonly target: string;
  readonly module: string;
  /** Twelve hexadecimal digits that sightings of one bug share. */
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
    /** fast-check: the arbitrary, or the test, and the path to the counterexample. */
    readonly arbitrary?: string | undefined;
    readonly path?: string | undefined;
    /** Kiln's engine: the input it was made of, and the mutations that made it. */
    readonly parent?: string | undefined;
    readonly trail?: readonly string[] | undefined;
  };
  /** Octets of the smallest input that an engine made. */
  readonly octets: number;
  /** Octets of the minimised input beside it; null where it was not minimised yet. */
  readonly minimized: number | null;
  readonly status: "open" | "closed";
  readonly closed_at: string | null;
  /** What was said when it was closed. */
  readonly closed_why: string | null;
  /** How often it came back after it was closed. */
  readonly regressions: number;
  /** In how many runs it was found. */
  readonly runs: number;
  readonly first_seen: string;
  readonly last_seen: string;
}

const count: z.ZodInt = z.int().nonnegative();
const text: z.ZodString = z.string().min(1);
export const signatureText: z.ZodString = z.string().regex(/^[0-9a-f]{12}$/);

const finding2 = z.strictObject({
  schema: z.literal("kiln.fuzz.finding/2"),
  // They become names of folders.
  target: z.string().regex(/^[\w.-]*\w[\w.-]*$/),
  module: text,
  signature: signatureText,
  kind: z.enum(findingKinds),
  what: text,
  message: z.string(),
  stack: z.array(z.string()),
  expected: z.string().nullable(),
  origin: z.strictObject({
    engine: text,
    seed: z.int(),
    arbitrary: z.string().optional(),
    path: z.string().optional(),
    parent: z.string().optional(),
    trail: z.array(z.string()).optional(),
  }),
  octets: count,
  minimized: count.nullable(),
  status: z.enum(["open", "closed"]),
  closed_at: z.iso.datetime().nullable(),
  closed_why: z.string().nullable(),
  regressions: count,
  runs: z.int().positive(),
  first_seen: z.iso.datetime(),
  last_seen: z.iso.datetime(),
});

/** What /1 did not have yet, for those who kept findings of it. */
const sinceTwo = { minimized: null, status: "open", closed_at: null, closed_why: null, regressions: 0 } as const;

/** Also reads kiln.fuzz.finding/1, and gives it as /2. */
export const finding: z.ZodType<Finding> = z.preprocess(
  (json) =>
    typeof json === "object" && json !== null && "schema" in json && json.schema === "kiln.fuzz.finding/1"
      ? { ...json, ...sinceTwo, schema: "kiln.fuzz.finding/2" }
      : json,
  finding2,
);

// ---- kiln.fuzz.findings/1: what `kiln findings` lists, shows and closes

export interface Findings {
  readonly schema: "kiln.fuzz.findings/1";
  readonly findings: readonly {
    readonly folder: string;
    readonly finding: Finding;
  }[];
  /** Folders that cannot be read, and why. */
  readonly problems: readonly { readonly folder: string; readonly problem: string }[];
}

export const findings: z.ZodType<Findings> = z.strictObject({
  schema: z.literal("kiln.fuzz.findings/1"),
  findings: z.array(z.strictObject({ folder: text, finding: finding2 })),
  problems: z.array(z.strictObject({ folder: text, problem: text })),
});

// ---- kiln.fuzz.replay/2: what `kiln repro` saw, a row for each input

export interface Replayed {
  readonly file: string;
  readonly target: string;
  readonly octets: number;
  /** The signature of the finding that the input belongs to; null when it belongs to none. */
  readonly finding: string | null;
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

export interface Replay {
  readonly schema: "kiln.fuzz.replay/2";
  readonly rows: readonly Replayed[];
}

export const replayDocument: z.ZodType<Replay> = z.strictObject({
  schema: z.literal("kiln.fuzz.replay/2"),
  rows: z.array(
    z.strictObject({
      file: text,
      target: text,
      octets: count,
      finding: signatureText.nullable(),
      outcome: z.string().nullable(),
      failure: z
        .strictObject({
          signature: signatureText,
          kind: z.enum(findingKinds),
          what: z.string(),
          message: z.string(),
          stack: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
});

// ---- kiln.fuzz.minimize/1: what `kiln minimize` made of an input

export interface Minimized {
  readonly schema: "kiln.fuzz.minimize/1";
  readonly target: string;
  readonly signature: string;
  /** Where the minimised input lies. */
  readonly file: string;
  readonly octets_before: number;
  readonly octets: number;
  readonly hex: string;
  readonly executions: number;
  readonly seconds: number;
  /** Nothing more can be taken away or made zero; false when time or executions ran out before. */
  readonly finished: boolean;
}

export const minimizeDocument: z.ZodType<Minimized> = z.strictObject({
  schema: z.literal("kiln.fuzz.minimize/1"),
  target: text,
  signature: signatureText,
  file: text,
  octets_before: count,
  octets: count,
  hex: z.string(),
  executions: count,
  seconds: z.number().nonnegative(),
  finished: z.boolean(),
});
