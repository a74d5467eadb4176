import { z } from "zod";
import { type Bottleneck, bottlenecks, type otherFamilies, type TargetKey } from "./bench.js";
import { tableKey } from "./bench-key.js";
import { type Disturbance, disturbanceSchema } from "./conditions.js";
import { documentOf, type ResultDocument, type Row, rowOf } from "./document.js";
import { type Summary, summarySchema } from "./statistics.js";

export interface ResetKey extends TargetKey {
  /** Prefixes of all sessions together: each has a part of the table. */
  readonly prefixes: number;
  /** Sessions that go down and come back at once. */
  readonly sessions: number;
  readonly table?: string;
  readonly family?: (typeof otherFamilies)[number];
}

export interface ResetFigures {
  /** In every run the receiver was left with nothing and then held exactly the whole table again. */
  readonly exact: boolean;
  /** First Cease sent until the receiver holds nothing any more. */
  readonly down_ms: Summary;
  /** First attempt to connect until the last session is Established. */
  readonly established_ms: Summary;
  /** First attempt to connect until the receiver holds the table; each peer sends as soon as it is Established. */
  readonly routes_ms: Summary;
  /** Of the time until Established, what passed until the last attempt in vain had ended: mean of all sessions. */
  readonly waiting_share: Summary;
  /** Attempts that did not get to Established and were made again, all sessions together. */
  readonly retries: Summary;
  /** Of the target, from the first Cease until the routes are back. */
  readonly cpu_s: Summary;
  readonly peak_rss_bytes: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of the two above. */
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
  /** `sender`: the process of all the peers. */
  readonly bottleneck: Bottleneck;
  readonly disturbance: Disturbance;
}

export type ResetRow = Row<ResetKey, ResetFigures>;
export type ResetDocument = ResultDocument<"kiln.bench.reset/1", ResetRow>;

const { peers: _, ...key } = tableKey;
const row: z.ZodType<ResetRow> = rowOf(
  { ...key, sessions: z.int().positive() },
  {
    exact: z.boolean(),
    down_ms: summarySchema,
    established_ms: summarySchema,
    routes_ms: summarySchema,
    waiting_share: summarySchema,
    retries: summarySchema,
    cpu_s: summarySchema,
    peak_rss_bytes: summarySchema,
    tunnel_cpu_s: summarySchema.exactOptional(),
    tunnel_peak_rss_bytes: summarySchema.exactOptional(),
    bottleneck: z.enum(bottlenecks),
    disturbance: disturbanceSchema,
  },
);

export const resetDocument: z.ZodType<ResetDocument> = documentOf("kiln.bench.reset/1", row);
