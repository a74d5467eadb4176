import { z } from "zod";
import { type Summary, summarySchema } from "./statistics.js";

export const tiers = ["smoke", "ci", "release"] as const;
export type Tier = (typeof tiers)[number];

/** What holds for all rows of a benchmark, so that a reader can judge whether they may be compared. */
export interface Conditions {
  /** The size that was asked for by name. */
  readonly tier?: Tier;
  /** By target, as `src/target` states it. */
  readonly comparability?: Readonly<Record<string, Readonly<Comparability>>>;
  /** SHA-256 of the programs that ran, by target; null where there is no one binary. */
  readonly binaries?: Readonly<Record<string, string | null>>;
  /** What the tester did alone, against a sink of its own, by transport. */
  readonly tester?: Readonly<Record<string, TesterCapacity>>;
  /** Cores that processes were bound to, by role, as `taskset` writes them. Absent: not bound. */
  readonly pinned?: Readonly<Record<string, string>>;
}

export interface Comparability {
  readonly mrai: string;
  readonly damping: string;
  readonly threads: string;
  readonly policy: string;
  readonly fib: string;
  readonly notes: readonly string[];
}

export interface TesterCapacity {
  readonly prefixes_per_s: Summary;
}

/** Of the time a run took: CPU that neither target nor tester used, and CPU that the hypervisor kept, as shares of all cores. */
export interface Disturbance {
  readonly foreign_cpu: Summary;
  readonly steal: Summary;
}

/** Of all cores: from here on a run's figures may be somebody else's doing. */
const SUSPECT_SHARE = 0.1;

/** Why figures are suspect, in a few words; null when nothing speaks against them. */
export const suspicion = ({ foreign_cpu, steal }: Disturbance): string | null => {
  const percent = (share: number): string => `${Math.round(share * 100)}%`;
  const reasons = [
    ...(foreign_cpu.max > SUSPECT_SHARE ? [`foreign CPU up to ${percent(foreign_cpu.max)}`] : []),
    ...(steal.max > SUSPECT_SHARE ? [`steal up to ${percent(steal.max)}`] : []),
  ];
  return reasons.length === 0 ? null : reasons.join(", ");
};

export const disturbanceSchema: z.ZodType<Disturbance> = z.strictObject({
  foreign_cpu: summarySchema,
  steal: summarySchema,
});

const text = z.string();

export const conditionsSchema: z.ZodType<Conditions> = z.strictObject({
  tier: z.enum(tiers).exactOptional(),
  comparability: z
    .record(
      z.string(),
      z.strictObject({ mrai: text, damping: text, threads: text, policy: text, fib: text, notes: z.array(text) }),
    )
    .exactOptional(),
  binaries: z.record(z.string(), z.string().nullable()).exactOptional(),
  tester: z.record(z.string(), z.strictObject({ prefixes_per_s: summarySchema })).exactOptional(),
  pinned: z.record(z.string(), z.string()).exactOptional(),
});
