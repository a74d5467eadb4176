import { z } from "zod";
import { type Disturbance, disturbanceSchema } from "./conditions.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Curve, curveSchema, type PrefixLatency, prefixLatencySchema } from "./series.js";
import { type Summary, summarySchema } from "./statistics.js";

/** `tls-stunnel`: TLS by a tunnel in front of a target that has none. */
export const transports = ["tcp", "tls", "tls-stunnel"] as const;
export type Transport = (typeof transports)[number];

const count = z.int().nonnegative();
const positive = z.number().positive();

// ---- what every row against a target says first

export interface TargetKey {
  /** As in `src/target`: self, bird, … */
  readonly target: string;
  /** As the target reports it of itself; null when it could not be asked. */
  readonly version: string | null;
  readonly transport: Transport;
  /** What a reader must know to compare this row with another. */
  readonly note?: string;
}

export const targetKey: {
  readonly target: z.ZodString;
  readonly version: z.ZodNullable<z.ZodString>;
  readonly transport: z.ZodEnum<{ [T in Transport]: T }>;
  readonly note: z.ZodExactOptional<z.ZodString>;
} = {
  target: z.string().min(1),
  version: z.string().nullable(),
  transport: z.enum(transports),
  note: z.string().exactOptional(),
};

/** Which process was the busiest: a figure is the target's only when it was the target. */
export const bottlenecks = ["target", "sender", "receiver", "unclear"] as const;
export type Bottleneck = (typeof bottlenecks)[number];

// ---- kiln.bench.convergence/1

export interface ConvergenceKey extends TargetKey {
  /** Prefixes of each peer's table. */
  readonly prefixes: number;
  /** Peers that send a table; one more receives. */
  readonly peers: number;
  /** Where the table came from: `generated` or the basename of an MRT file. */
  readonly table?: string;
  /** Of a generated table that is not IPv4 alone. */
  readonly family?: (typeof otherFamilies)[number];
}

export const otherFamilies = ["6", "both"] as const;

export interface ConvergenceFigures {
  /** Whether the receiver held exactly the expected set, in every run. */
  readonly exact: boolean;
  /** First UPDATE octet sent until the receiver holds the set. */
  readonly convergence_ms: Summary;
  /** First UPDATE octet sent until the target has taken everything in, by its own counter. */
  readonly intake_ms: Summary;
  /** Of the target, user and system, over the convergence. */
  readonly cpu_s: Summary;
  readonly peak_rss_bytes: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of the two above. */
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
  /** The same without a target: the sender speaks to the receiver itself. What the tester can do at best. */
  readonly tester_ms?: Summary;
  readonly bottleneck?: Bottleneck;
  /** Over the prefixes and attributes the receiver held in the end; null when it was not the same in every exact run. */
  readonly best_paths_digest?: string | null;
  /** Prefixes with other attributes than RFC 4271 has the target pass on, most of all runs; null with several peers. */
  readonly differing?: number | null;
  /** What the receiver held over time, one for each run. */
  readonly curves?: readonly Curve[];
  readonly prefix_latency_ms?: PrefixLatency;
  readonly disturbance?: Disturbance;
  /** The target took less than twice what the tester takes against a sink: the figure says little about the target. */
  readonly tester_bound?: boolean;
}

export type ConvergenceRow = Row<ConvergenceKey, ConvergenceFigures>;
export type ConvergenceDocument = ResultDocument<"kiln.bench.convergence/1", ConvergenceRow>;

const convergenceRow: z.ZodType<ConvergenceRow> = rowOf(
  {
    ...targetKey,
    prefixes: count,
    peers: count,
    table: z.string().exactOptional(),
    family: z.enum(otherFamilies).exactOptional(),
  },
  {
    exact: z.boolean(),
    convergence_ms: summarySchema,
    intake_ms: summarySchema,
    cpu_s: summarySchema,
    peak_rss_bytes: summarySchema,
    tunnel_cpu_s: summarySchema.exactOptional(),
    tunnel_peak_rss_bytes: summarySchema.exactOptional(),
    tester_ms: summarySchema.exactOptional(),
    bottleneck: z.enum(bottlenecks).exactOptional(),
    best_paths_digest: z.string().nullable().exactOptional(),
    differing: count.nullable().exactOptional(),
    curves: z.array(curveSchema).exactOptional(),
    prefix_latency_ms: prefixLatencySchema.exactOptional(),
    disturbance: disturbanceSchema.exactOptional(),
    tester_bound: z.boolean().exactOptional(),
  },
);

export const convergenceDocument: z.ZodType<ConvergenceDocument> = documentOf(
  "kiln.bench.convergence/1",
  convergenceRow,
);

// ---- kiln.bench.update/1

/** Prefixes in an UPDATE: as many as the table has together, or one. */
export const packings = ["packed", "single"] as const;
export type Packing = (typeof packings)[number];

export interface UpdateKey extends ConvergenceKey {
  readonly packing?: Packing;
}

/** Steady state: a table that is already there is announced again and again with changed attributes. */
export interface UpdateFigures {
  /** The receiver's set was exact at the end, in every run. */
  readonly exact: boolean;
  /** What the target took from the sender. */
  readonly in_updates_per_s: Summary;
  readonly in_prefixes_per_s: Summary;
  /** What the target gave to the receiver. */
  readonly out_updates_per_s: Summary;
  readonly out_prefixes_per_s: Summary;
  readonly cpu_s: Summary;
  readonly peak_rss_bytes: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of the two above. */
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
  readonly bottleneck?: Bottleneck;
  /** Of the last announcement of each prefix. */
  readonly prefix_latency_ms?: PrefixLatency;
  readonly disturbance?: Disturbance;
  /** The target took in more than half of what the tester can send to a sink. */
  readonly tester_bound?: boolean;
}

export type UpdateRow = Row<UpdateKey, UpdateFigures>;
export type UpdateDocument = ResultDocument<"kiln.bench.update/1", UpdateRow>;

const updateRow: z.ZodType<UpdateRow> = rowOf(
  {
    ...targetKey,
    prefixes: count,
    peers: count,
    table: z.string().exactOptional(),
    family: z.enum(otherFamilies).exactOptional(),
    packing: z.enum(packings).exactOptional(),
  },
  {
    exact: z.boolean(),
    in_updates_per_s: summarySchema,
    in_prefixes_per_s: summarySchema,
    out_updates_per_s: summarySchema,
    out_prefixes_per_s: summarySchema,
    cpu_s: summarySchema,
    peak_rss_bytes: summarySchema,
    tunnel_cpu_s: summarySchema.exactOptional(),
    tunnel_peak_rss_bytes: summarySchema.exactOptional(),
    bottleneck: z.enum(bottlenecks).exactOptional(),
    prefix_latency_ms: prefixLatencySchema.exactOptional(),
    disturbance: disturbanceSchema.exactOptional(),
    tester_bound: z.boolean().exactOptional(),
  },
);

export const updateDocument: z.ZodType<UpdateDocument> = documentOf("kiln.bench.update/1", updateRow);

// ---- kiln.bench.soak/1

export interface SoakKey extends TargetKey {
  readonly prefixes: number;
  /** Full withdrawals and re-announcements that were asked for. */
  readonly rounds: number;
}

export interface SoakSample {
  /** Counted from 1. */
  readonly round: number;
  readonly rss_bytes: number;
  /** Withdrawal and re-announcement until the receiver's set was exact again. */
  readonly round_ms: number;
}

export interface SoakFigures {
  readonly exact: boolean;
  readonly samples: readonly SoakSample[];
  /** The round that the last one is compared with: the first ones still warm up. */
  readonly settled_round: number;
  /** RSS after the last round over RSS after `settled_round`: 1.1 is 10% growth. */
  readonly rss_growth: number;
}

export type SoakRow = Row<SoakKey, SoakFigures>;
export type SoakDocument = ResultDocument<"kiln.bench.soak/1", SoakRow>;

const soakRow: z.ZodType<SoakRow> = rowOf(
  { ...targetKey, prefixes: count, rounds: count },
  {
    exact: z.boolean(),
    samples: z.array(z.strictObject({ round: count, rss_bytes: count, round_ms: z.number().nonnegative() })).min(1),
    settled_round: count,
    rss_growth: positive,
  },
);

export const soakDocument: z.ZodType<SoakDocument> = documentOf("kiln.bench.soak/1", soakRow);

// ---- kiln.bench.micro/1

export interface MicroKey {
  /** `frame`, `update-check`, … */
  readonly name: string;
}

export interface MicroFigures {
  /** What one operation is, as `UPDATE` or `attribute set`. */
  readonly unit: string;
  readonly ops_per_s: number;
  readonly ns_per_op: { readonly median: number; readonly p99: number; readonly min: number };
  /** Relative margin of error of the mean, percent, at 95% confidence. */
  readonly rme_percent: number;
  /** Measured iterations, each of `ops_per_sample` operations. */
  readonly samples: number;
  readonly ops_per_sample: number;
  /** Wire octets of one operation on average, where it has some. */
  readonly octets_per_op: number | null;
}

export type MicroRow = Row<MicroKey, MicroFigures>;
export type MicroDocument = ResultDocument<"kiln.bench.micro/1", MicroRow>;

const microRow: z.ZodType<MicroRow> = rowOf(
  { name: z.string().min(1) },
  {
    unit: z.string().min(1),
    ops_per_s: positive,
    ns_per_op: z.strictObject({ median: positive, p99: positive, min: positive }),
    rme_percent: z.number().nonnegative(),
    samples: z.int().positive(),
    ops_per_sample: z.int().positive(),
    octets_per_op: z.number().nonnegative().nullable(),
  },
);

export const microDocument: z.ZodType<MicroDocument> = documentOf("kiln.bench.micro/1", microRow);
