import { z } from "zod";
import { isMeasured, type ResultDocument, type Row, rowOf } from "./document.js";
import { type FuzzEngine, fuzzEngines } from "./fuzz.js";
import { provenanceSchema } from "./provenance.js";
import { rankTest } from "./rank-test.js";
import { median } from "./statistics.js";

// ---- kiln.fuzz.canaries/1: which planted bugs an engine finds, and after how much work

export interface CanaryKey {
  readonly engine: FuzzEngine;
  /** `B16` */
  readonly canary: string;
  /** The target that the engine was given. */
  readonly target: string;
}

export interface CanaryFigures {
  readonly trials: number;
  /** Trials that ended in a detection: a failure of an input that a build without the bug takes. */
  readonly found_trials: number;
  /** CPU seconds of the processes that ran inputs up to the first detection, by trial; null where there was none. */
  readonly cpu_s: readonly (number | null)[];
  /** Of all trials, those without a detection counted with the limit. */
  readonly median_cpu_s: number;
  /** In a CPU second, over all trials. */
  readonly executions_per_s: number;
  /** Of the smallest detection after it was minimised; there when that was asked for, null when it could not be. */
  readonly minimized_octets?: number | null | undefined;
  /** Of the shortest input known to show the bug; there beside `minimized_octets`. */
  readonly shortest_octets?: number | undefined;
}

export type CanaryRow = Row<CanaryKey, CanaryFigures>;

export interface CanarySummary {
  readonly engines: readonly {
    readonly engine: FuzzEngine;
    readonly canaries: number;
    /** Canaries found in at least four of five trials, or as large a share of however many there were. */
    readonly found: number;
    /** Over all trials of all canaries, those without a detection counted with the limit. */
    readonly median_cpu_s: number;
  }[];
  /** Each two engines by their CPU seconds over the canaries that both were tried on; `a12` below 0.5: `a` is the faster one. */
  readonly pairs: readonly {
    readonly a: FuzzEngine;
    readonly b: FuzzEngine;
    readonly u: number;
    readonly p: number;
    readonly a12: number;
  }[];
}

export interface CanaryDocument extends ResultDocument<"kiln.fuzz.canaries/1", CanaryRow> {
  /** CPU seconds after which a trial ended without a detection. */
  readonly limit_s: number;
  /** Whether engines began with Kiln's seed corpus, or with nothing but what they know of their own. */
  readonly seeds: boolean;
  readonly summary: CanarySummary;
}

const count: z.ZodInt = z.int().nonnegative();
const engine: z.ZodType<FuzzEngine> = z.enum(fuzzEngines);

const canaryRow: z.ZodType<CanaryRow> = rowOf(
  { engine, canary: z.string().min(1), target: z.string().min(1) },
  {
    trials: z.int().positive(),
    found_trials: count,
    cpu_s: z.array(z.number().nonnegative().nullable()),
    median_cpu_s: z.number().nonnegative(),
    executions_per_s: z.number().nonnegative(),
    minimized_octets: count.nullable().optional(),
    shortest_octets: count.optional(),
  },
);

export const canaryDocument: z.ZodType<CanaryDocument> = z.strictObject({
  schema: z.literal("kiln.fuzz.canaries/1"),
  provenance: provenanceSchema,
  rows: z.array(canaryRow),
  limit_s: z.number().positive(),
  seeds: z.boolean(),
  summary: z.strictObject({
    engines: z.array(z.strictObject({ engine, canaries: count, found: count, median_cpu_s: z.number().nonnegative() })),
    pairs: z.array(
      z.strictObject({
        a: engine,
        b: engine,
        u: z.number(),
        p: z.number().min(0).max(1),
        a12: z.number().min(0).max(1),
      }),
    ),
  }),
});

/** Share of its trials in which a canary must be detected to count as found. */
const FOUND_SHARE = 0.8;

export const isFound = ({ trials, found_trials }: Pick<CanaryFigures, "trials" | "found_trials">): boolean =>
  found_trials >= FOUND_SHARE * trials;

/** What the rows say of the engines. `limitS`: what a trial without a detection counts as. */
export const summarised = (rows: readonly CanaryRow[], limitS: number): CanarySummary => {
  const measured = rows.filter(isMeasured);
  const engines = [...new Set(measured.map((row) => row.engine))];
  const of = (one: FuzzEngine): (CanaryKey & CanaryFigures)[] => measured.filter((row) => row.engine === one);
  const seconds = (some: readonly CanaryFigures[]): number[] => some.flatMap((row) => censored(row.cpu_s, limitS));
  return {
    engines: engines.map((one) => ({
      engine: one,
      canaries: of(one).length,
      found: of(one).filter(isFound).length,
      median_cpu_s: median(seconds(of(one))),
    })),
    pairs: engines.flatMap((a, i) =>
      engines.slice(i + 1).flatMap((b) => {
        const both = of(a).filter(({ canary }) => of(b).some((row) => row.canary === canary));
        if (both.length === 0) return [];
        const names = new Set(both.map(({ canary }) => canary));
        const others = of(b).filter(({ canary }) => names.has(canary));
        return [{ a, b, ...rankTest(seconds(both), seconds(others)) }];
      }),
    ),
  };
};

export const censored = (cpuS: readonly (number | null)[], limitS: number): number[] =>
  cpuS.map((one) => one ?? limitS);

/** An engine and a canary, as one key. */
export const pairOf = ({ engine, canary }: Pick<CanaryRow, "engine" | "canary">): string => `${engine} ${canary}`;
