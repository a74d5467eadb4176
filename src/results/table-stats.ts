import { z } from "zod";

/** Mean, median, 95th percentile and largest of some count. */
const spread = z.strictObject({ mean: z.number(), median: z.number(), p95: z.number(), max: z.number() });

/** Per cent by value: `{"24": 54.1}`. */
const percentages = z.record(z.string(), z.number());

const family = z.strictObject({
  /** Distinct prefixes. */
  prefixes: z.int(),
  /** Per cent of them by length in bits. */
  lengths: percentages,
});

/** What a table looks like. Shares are of one, percentages of a hundred; null where there is nothing to divide by. */
export const tableStatsSchema = z.strictObject({
  schema: z.literal("kiln.table.stats/1"),
  /** The file, or the generator's options. */
  source: z.string(),
  /** Distinct prefixes of both families. */
  prefixes: z.int(),
  ipv4: family,
  ipv6: family,
  /** Prefixes announced, each as often as it was. */
  announced: z.int(),
  withdrawn: z.int(),
  /** UPDATEs that announce something, and those that don't. Null for a RIB dump, which has none. */
  updates: z
    .strictObject({
      announcing: z.int(),
      other: z.int(),
      /** Prefixes announced by one. */
      prefixes: spread,
      shareWithOne: z.number(),
      octets: z.number(),
      octetsPerPrefix: z.number(),
    })
    .nullable(),
  attributeSets: z.strictObject({
    count: z.int(),
    perPrefix: z.number(),
    /** Share of announced prefixes that the most used 1% and 10% of the sets have. */
    top1Share: z.number(),
    top10Share: z.number(),
  }),
  paths: z.strictObject({
    unique: z.int(),
    perPrefix: z.number(),
    /** Per cent of announced prefixes by AS numbers in the path; a set counts one, prepended ones count. */
    lengths: percentages,
    /** Share of attribute sets whose path repeats an AS. */
    prependedShare: z.number(),
  }),
  communities: z.strictObject({
    /** Share of attribute sets that have some. */
    share: z.number(),
    /** How many those have. */
    count: spread,
  }),
  /** Share of announced prefixes by ORIGIN. */
  origin: z.strictObject({ igp: z.number(), egp: z.number(), incomplete: z.number() }),
  /** Share of attribute sets that have it. */
  attributes: z.strictObject({
    med: z.number(),
    aggregator: z.number(),
    atomicAggregate: z.number(),
    largeCommunities: z.number(),
  }),
  /** Records and entries of the file that were left out as faulty. */
  faulty: z.int(),
  /** Where reading had to stop, when it did. */
  stopped: z.strictObject({ offset: z.int(), why: z.string() }).nullable(),
});

export type TableStats = z.infer<typeof tableStatsSchema>;
