import { z } from "zod";
import { type Bottleneck, bottlenecks } from "./bench.js";
import { type Disturbance, disturbanceSchema } from "./conditions.js";
import { type Summary, summarySchema } from "./statistics.js";

/** What is measured of one act upon a loaded target: a withdrawal, a change of attributes. */
export interface ActedFigures {
  /** In every run the receiver ended with exactly the routes that it should have, prefixes and attributes. */
  readonly exact: boolean;
  /** First octet of the act until the last UPDATE at the receiver. */
  readonly convergence_ms: Summary;
  /** Of the target, user and system, over the act. */
  readonly cpu_s: Summary;
  /** Of the target since its start, the tables' coming included. */
  readonly peak_rss_bytes: Summary;
  /** Of the tunnel in front of the target (`tls-stunnel`), which is not part of the two above. */
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
  /** Prefixes with other attributes than RFC 4271 has the target pass on, most of all runs; null where none is to be left. */
  readonly differing: number | null;
  readonly bottleneck: Bottleneck;
  readonly disturbance: Disturbance;
}

type Shape = {
  readonly [Field in keyof ActedFigures]-?: undefined extends ActedFigures[Field]
    ? z.ZodExactOptional<z.ZodType<Summary>>
    : z.ZodType<ActedFigures[Field]>;
};

export const actedFigures: Shape = {
  exact: z.boolean(),
  convergence_ms: summarySchema,
  cpu_s: summarySchema,
  peak_rss_bytes: summarySchema,
  tunnel_cpu_s: summarySchema.exactOptional(),
  tunnel_peak_rss_bytes: summarySchema.exactOptional(),
  differing: z.int().nonnegative().nullable(),
  bottleneck: z.enum(bottlenecks),
  disturbance: disturbanceSchema,
};
