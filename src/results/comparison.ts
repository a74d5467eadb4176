import { isMeasured } from "./document.js";
import type { AnyDocument, SchemaName } from "./documents.js";
import { type Ratio, ratioOf, type Spread } from "./statistics.js";

/** One figure of one row as it was and as it is. */
export interface Compared {
  readonly schema: SchemaName;
  /** What was measured, as `self tcp 1000000 prefixes`. */
  readonly what: string;
  /** The name of the field, as `convergence_ms`. */
  readonly figure: string;
  readonly better: "less" | "more";
  readonly before: Spread;
  readonly now: Spread;
  /** Now over before; null when there is nothing to divide by. */
  readonly ratio: Ratio | null;
  /** Version of the target then and now, where both are known and differ. */
  readonly versions: readonly [before: string, now: string] | null;
}

/** Every figure that both sides measured of the same thing, in the order of `now`. What only one side has is left out. */
export const compareDocuments = (before: readonly AnyDocument[], now: readonly AnyDocument[]): Compared[] =>
  samePairs(before, now).flatMap(({ schema, before: old, now: row }) => comparedFigures(schema, old, row));

/** Two rows that measured the same thing, both with figures. */
export interface RowPair {
  readonly schema: SchemaName;
  readonly before: object;
  readonly now: object;
}

export const samePairs = (before: readonly AnyDocument[], now: readonly AnyDocument[]): RowPair[] => {
  const then = new Map(before.flatMap((one) => rowsOf(one).map((row) => [identity(one.schema, row), row])));
  return now.flatMap((one) =>
    rowsOf(one).flatMap((row) => {
      const old = then.get(identity(one.schema, row));
      return old !== undefined && isMeasured(old) && isMeasured(row)
        ? { schema: one.schema, before: old, now: row }
        : [];
    }),
  );
};

/** What a row measured, as `self tcp 1000000 prefixes`; `without` names parts of the key that are said elsewhere. */
export const whatOf = (schema: SchemaName, row: object, ...without: readonly string[]): string =>
  keyOf(schema)
    .filter((field) => !without.includes(field))
    .map((field) => shown(field, fieldOf(row, field)))
    .filter((text) => text !== "")
    .join(" ");

/** The parts of a row's key, in the order in which they are shown. */
export const keyOf = (schema: SchemaName): readonly string[] => comparables[schema]?.key ?? [];

/** Which figures of a schema are compared, and whether less or more of each is better. */
export const judgedFigures = (schema: SchemaName): Readonly<Record<string, "less" | "more">> =>
  comparables[schema]?.figures ?? {};

interface Comparable {
  /** Fields that say what was measured, in the order in which they are shown. */
  readonly key: readonly string[];
  readonly figures: Readonly<Record<string, "less" | "more">>;
}

const table = ["target", "transport", "prefixes", "peers", "table", "family"] as const;
const cost = { cpu_s: "less", peak_rss_bytes: "less" } as const;

/** Documents that are not here have no figures to compare. */
const comparables: Readonly<Partial<Record<SchemaName, Comparable>>> = {
  "kiln.bench.convergence/1": { key: table, figures: { convergence_ms: "less", intake_ms: "less", ...cost } },
  "kiln.bench.update/1": {
    key: [...table, "packing"],
    figures: {
      in_updates_per_s: "more",
      in_prefixes_per_s: "more",
      out_updates_per_s: "more",
      out_prefixes_per_s: "more",
      ...cost,
    },
  },
  "kiln.bench.withdraw/1": { key: [...table, "mode"], figures: { convergence_ms: "less", ...cost } },
  "kiln.bench.replace/1": { key: [...table, "mode"], figures: { convergence_ms: "less", ...cost } },
  "kiln.bench.churn/1": {
    key: [...table, "multiple"],
    figures: { p50_ms: "less", p99_ms: "less", cpu_share: "less", peak_rss_bytes: "less" },
  },
  "kiln.bench.reset/1": {
    key: ["target", "transport", "prefixes", "sessions", "table", "family"],
    figures: { down_ms: "less", established_ms: "less", routes_ms: "less", ...cost },
  },
  "kiln.bench.memory/1": {
    key: table,
    figures: { bytes_per_path: "less", flap_ratio: "less", peak_rss_bytes: "less" },
  },
  "kiln.bench.fanout/1": {
    key: [...table, "receivers"],
    figures: { first_ms: "less", median_ms: "less", last_ms: "less", ...cost },
  },
  "kiln.bench.handshake/1": {
    key: ["target", "transport", "tls", "count", "concurrency"],
    figures: { sessions_per_s: "more", cpu_ms_per_session: "less" },
  },
  "kiln.bench.handshake/2": {
    key: ["target", "transport", "tls", "until", "count", "warm_up", "concurrency", "rate", "arrivals"],
    figures: { sessions_per_s: "more", cpu_ms_per_session: "less" },
  },
  "kiln.bench.micro/1": { key: ["name"], figures: { ns_per_op: "less" } },
};

const rowsOf = (document: AnyDocument): readonly object[] =>
  document.schema in comparables ? (fieldOf(document, "rows") as readonly object[]) : [];

const identity = (schema: SchemaName, row: object): string =>
  JSON.stringify([schema, ...keyOf(schema).map((field) => fieldOf(row, field))]);

const comparedFigures = (schema: SchemaName, before: object, now: object): Compared[] => {
  const what = whatOf(schema, now);
  return Object.entries(judgedFigures(schema)).flatMap(([figure, better]) => {
    const [a, b] = [spreadOf(figureOf(before, figure)), spreadOf(figureOf(now, figure))];
    if (a === null || b === null) return [];
    return {
      schema,
      what,
      figure,
      better,
      before: a,
      now: b,
      ratio: ratioOf(b, a),
      versions: versionsOf(before, now),
    };
  });
};

export const fieldOf = (row: object, field: string): unknown => (row as Readonly<Record<string, unknown>>)[field];

/** A figure by its name. Rows of `memory` have one for each step: what the settled table takes stands for the row. */
export const figureOf = (row: object, figure: string): unknown =>
  fieldOf(row, figure) ?? fieldOf(settledOf(row), figure);

const settledOf = (row: object): object => {
  const steps = (fieldOf(row, "steps") ?? []) as readonly object[];
  return steps.find((step) => fieldOf(step, "step") === "settled") ?? {};
};

const shown = (field: string, value: unknown): string => {
  if (value === undefined || value === null || (field === "table" && value === "generated")) return "";
  if (typeof value === "number") return `${value} ${field}`;
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, part]) => (typeof part === "boolean" ? (part ? name : "") : String(part)))
    .filter((text) => text !== "")
    .join(" ");
};

/** Of a summary its own extremes; of a micro case's nanoseconds the smallest and the 99th percentile. */
export const spreadOf = (value: unknown): Spread | null => {
  const { median, min, max, p99 } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const most = max ?? p99;
  return typeof median === "number" && typeof min === "number" && typeof most === "number"
    ? { median, min, max: most }
    : null;
};

const versionsOf = (before: object, now: object): readonly [string, string] | null => {
  const [a, b] = [fieldOf(before, "version"), fieldOf(now, "version")];
  return typeof a === "string" && typeof b === "string" && a !== b ? [a, b] : null;
};
