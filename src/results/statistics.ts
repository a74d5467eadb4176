import { z } from "zod";

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What is kept of repeated measurements of one quantity; the unit stands in the name of the field that holds it. */
export interface Summary extends Spread {
  /** In the order they were taken: a drift shows only there. */
  readonly samples: readonly number[];
}

export const summarySchema: z.ZodType<Summary> = z
  .strictObject({
    median: z.number(),
    min: z.number(),
    max: z.number(),
    samples: z.array(z.number()).min(1),
  })
  .refine(({ median, min, max }) => min <= median && median <= max, "the median must lie between min and max");

/** Percentiles of many short operations, of which the single samples are not kept. */
export interface Distribution {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export const distributionSchema: z.ZodType<Distribution> = z.strictObject({
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});

/** How two measurements of the same quantity stand to each other, with the extremes that their samples allow. */
export interface Ratio {
  /** Median over median. */
  readonly ratio: number;
  /** Smallest over largest and largest over smallest sample: an interval that holds 1 shows no difference. */
  readonly low: number;
  readonly high: number;
}

/** Throws RangeError when there are no samples or one is not a finite number. */
export const summary = (samples: readonly number[]): Summary => {
  const sorted = ascending(samples);
  return {
    median: percentile(sorted, 50),
    min: percentile(sorted, 0),
    max: percentile(sorted, 100),
    samples: [...samples],
  };
};

/** Throws RangeError when there are no samples or one is not a finite number. */
export const distribution = (samples: readonly number[]): Distribution => {
  const sorted = ascending(samples);
  return {
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
    max: percentile(sorted, 100),
  };
};

export const median = (samples: readonly number[]): number => percentile(ascending(samples), 50);

/** The p-th percentile (0 to 100) of samples in ascending order, linear between neighbours (Hyndman & Fan, type 7). */
export const percentile = (ascending: readonly number[], p: number): number => {
  const rank = (p / 100) * (ascending.length - 1);
  const below = ascending[Math.floor(rank)];
  const above = ascending[Math.ceil(rank)];
  if (below === undefined || above === undefined) {
    throw new RangeError(`there is no percentile ${p} of ${ascending.length} samples`);
  }
  return below + (above - below) * (rank - Math.floor(rank));
};

/** (max - min) / median: 0.1 means that the runs lie within a tenth of each other. 0 when all samples are 0. */
export const relativeSpread = ({ min, max, median }: Spread): number => (max === min ? 0 : (max - min) / median);

/** `a` over `b`. Null when `b` has a zero in it: a ratio to nothing says nothing. */
export const ratioOf = (a: Spread, b: Spread): Ratio | null => {
  if (b.median === 0 || b.min === 0 || b.max === 0) return null;
  return { ratio: a.median / b.median, low: a.min / b.max, high: a.max / b.min };
};

const ascending = (samples: readonly number[]): number[] => {
  if (samples.length === 0) throw new RangeError("there is nothing to summarise: no samples");
  for (const sample of samples) {
    if (!Number.isFinite(sample)) throw new RangeError(`a sample must be a finite number, not ${sample}`);
  }
  return [...samples].sort((a, b) => a - b);
};
