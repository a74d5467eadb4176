import { z } from "zod";
import { type Bottleneck, bottlenecks, otherFamilies, type TargetKey, transports } from "./bench.js";
import { type Disturbance, disturbanceSchema } from "./conditions.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Curve, curveSchema } from "./series.js";
import { type Summary, summarySchema } from "./statistics.js";

// ---- kiln.bench.fanout/1: tables of few to many

export interface FanoutKey extends TargetKey {
  /** Prefixes of each sender's table. */
  readonly prefixes: number;
  /** Peers that send a table. */
  readonly peers: number;
  /** Peers that receive. */
  readonly receivers: number;
  /** Where the table came from: `generated` or the basename of an MRT file. */
  readonly table: string;
  /** Of a generated table that is not IPv4 alone. */
  readonly family?: (typeof otherFamilies)[number];
}

export interface FanoutFigures {
  /** Whether every receiver held exactly the expected set, in every run. */
  readonly exact: boolean;
  /** First UPDATE octet sent until the first, the median and the last receiver hold the set. */
  readonly first_ms: Summary;
  readonly median_ms: Summary;
  readonly last_ms: Summary;
  /** Of the target, user and system, until the last receiver. */
  readonly cpu_s: Summary;
  readonly peak_rss_bytes: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of the two above. */
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
  /** The last receiver without a target: as many senders speak to the receivers themselves. */
  readonly tester_ms: Summary;
  /** The target took less than twice that. */
  readonly tester_bound: boolean;
  readonly bottleneck: Bottleneck;
  /** Over the prefixes and attributes each receiver held in the end; null when they were not the same in all runs. */
  readonly best_paths_digest: string | null;
  /** Prefixes with other attributes than RFC 4271 has the target pass on, most of all receivers and runs; null with several senders. */
  readonly differing: number | null;
  /** What the receiver that was last held over time, one for each run. */
  readonly curves: readonly Curve[];
  readonly disturbance: Disturbance;
}

export type FanoutRow = Row<FanoutKey, FanoutFigures>;
export type FanoutDocument = ResultDocument<"kiln.bench.fanout/1", FanoutRow>;

const count = z.int().nonnegative();

const fanoutRow: z.ZodType<FanoutRow> = rowOf(
  {
    target: z.string().min(1),
    version: z.string().nullable(),
    transport: z.enum(transports),
    note: z.string().exactOptional(),
    prefixes: count,
    peers: z.int().positive(),
    receivers: z.int().positive(),
    table: z.string(),
    family: z.enum(otherFamilies).exactOptional(),
  },
  {
    exact: z.boolean(),
    first_ms: summarySchema,
    median_ms: summarySchema,
    last_ms: summarySchema,
    cpu_s: summarySchema,
    peak_rss_bytes: summarySchema,
    tunnel_cpu_s: summarySchema.exactOptional(),
    tunnel_peak_rss_bytes: summarySchema.exactOptional(),
    tester_ms: summarySchema,
    tester_bound: z.boolean(),
    bottleneck: z.enum(bottlenecks),
    best_paths_digest: z.string().nullable(),
    differing: count.nullable(),
    curves: z.array(curveSchema),
    disturbance: disturbanceSchema,
  },
);

export const fanoutDocument: z.ZodType<FanoutDocument> = documentOf("kiln.bench.fanout/1", fanoutRow);
