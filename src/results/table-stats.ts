import { z } from "zod";

/** What `kiln table stats --json` and `kiln table make --json` print. Shares are of one, rounded to four decimals. */
export interface TableStats {
  readonly schema: "kiln.table.stats/1";
  /** The file, or the generator's options. */
  readonly source: string;
  /** Distinct prefixes of both families. */
  readonly prefixes: number;
  readonly ipv4: FamilyStats;
  readonly ipv6: FamilyStats;
  /** Prefixes announced, each as often as it was; of a RIB dump its entries. */
  readonly announced: number;
  readonly withdrawn: number;
  /** Null for a RIB dump, which has no UPDATEs. */
  readonly updates: {
    /** UPDATEs that announce something, and those that don't. */
    readonly announcing: number;
    readonly other: number;
    /** Prefixes that one announces. */
    readonly prefixes: Spread;
    readonly shareWithOne: number;
    /** Mean octets of an UPDATE, header included, and per announced prefix. */
    readonly octets: number;
    readonly octetsPerPrefix: number;
  } | null;
  readonly attributeSets: {
    readonly count: number;
    readonly perPrefix: number;
    /** Share of announced prefixes that the most used 1% and 10% of the sets have. */
    readonly top1Share: number;
    readonly top10Share: number;
  };
  readonly paths: {
    readonly unique: number;
    readonly perPrefix: number;
    /** Per cent of announced prefixes by hops: a set counts one, what is prepended counts. */
    readonly lengths: Readonly<Record<string, number>>;
    /** Share of attribute sets whose path has an AS twice in a row. */
    readonly prependedShare: number;
  };
  /** Share of attribute sets that have communities, and how many those have. */
  readonly communities: { readonly share: number; readonly count: Spread };
  /** Share of announced prefixes by ORIGIN. */
  readonly origin: { readonly igp: number; readonly egp: number; readonly incomplete: number };
  /** Share of attribute sets that have it. */
  readonly attributes: {
    readonly med: number;
    readonly aggregator: number;
    readonly atomicAggregate: number;
    readonly largeCommunities: number;
  };
  /** Records, and entries of them, that were left out as faulty. */
  readonly faulty: number;
  /** Offset in the decompressed file where reading had to stop, and why; null when it was read to its end. */
  readonly stopped: { readonly offset: number; readonly why: string } | null;
}

export interface FamilyStats {
  /** Distinct ones. */
  readonly prefixes: number;
  /** Per cent of them by length in bits. */
  readonly lengths: Readonly<Record<string, number>>;
}

export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const number = z.number().nonnegative();
const percentages = z.record(z.string(), z.number().min(0).max(100));
const spread: z.ZodType<Spread> = z.strictObject({ mean: number, median: number, p95: number, max: number });
const family: z.ZodType<FamilyStats> = z.strictObject({ prefixes: count, lengths: percentages });

export const tableStatsSchema: z.ZodType<TableStats> = z.strictObject({
  schema: z.literal("kiln.table.stats/1"),
  source: z.string().min(1),
  prefixes: count,
  ipv4: family,
  ipv6: family,
  announced: count,
  withdrawn: count,
  updates: z
    .strictObject({
      announcing: count,
      other: count,
      prefixes: spread,
      shareWithOne: share,
      octets: number,
      octetsPerPrefix: number,
    })
    .nullable(),
  attributeSets: z.strictObject({ count, perPrefix: number, top1Share: share, top10Share: share }),
  paths: z.strictObject({ unique: count, perPrefix: number, lengths: percentages, prependedShare: share }),
  communities: z.strictObject({ share, count: spread }),
  origin: z.strictObject({ igp: share, egp: share, incomplete: share }),
  attributes: z.strictObject({ med: share, aggregator: share, atomicAggregate: share, largeCommunities: share }),
  faulty: count,
  stopped: z.strictObject({ offset: count, why: z.string() }).nullable(),
});
