import { z } from "zod";
import type { Distribution } from "./statistics.js";

/** How a count grew during one run: what had come at `ms` after the first octet was sent. Both ascend; at most 200 points. */
export interface Curve {
  readonly ms: readonly number[];
  readonly prefixes: readonly number[];
}

/** How long single prefixes took from sender to receiver, all runs together; `ecdf` is for plots, at most 200 points. */
export interface PrefixLatency extends Distribution {
  readonly ecdf: { readonly ms: readonly number[]; readonly share: readonly number[] };
}

const ascending = (numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i === 0 || n >= (numbers[i - 1] ?? n));
const axis = z.array(z.number().nonnegative()).max(200).refine(ascending, "it must ascend");

export const curveSchema: z.ZodType<Curve> = z
  .strictObject({ ms: axis, prefixes: axis })
  .refine(({ ms, prefixes }) => ms.length === prefixes.length, "a curve needs as many counts as times");

export const prefixLatencySchema: z.ZodType<PrefixLatency> = z.strictObject({
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
  ecdf: z
    .strictObject({ ms: axis, share: axis })
    .refine(({ ms, share }) => ms.length === share.length, "an ECDF needs as many shares as times"),
});
