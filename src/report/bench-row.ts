import { isMeasured, type ResultDocument, reasonOf, suspicion } from "../results/index.js";
import { whole } from "./units.js";

/**
 * Rows of benchmarks by the names of their fields, for views that serve every scenario, also one that is made later. What
 * a row is about stands first in it, up to its first figure (`rowOf` in src/results); the unit of a figure stands in its name.
 */
export type BenchRow = Readonly<Record<string, unknown>>;
export type BenchDocument = ResultDocument<string, object>;

export const rowsOf = ({ rows }: BenchDocument): readonly BenchRow[] => rows as readonly BenchRow[];

export const measuredRows = (document: BenchDocument): readonly BenchRow[] => rowsOf(document).filter(isMeasured);

/** Whether a document has rows of a benchmark, or of what is made of benchmarks. */
export const isBench = ({ schema }: { readonly schema: string }): boolean =>
  /^kiln\.(bench\.[a-z-]+|compare|trend)\/\d+$/.test(schema);

/** `convergence` of `kiln.bench.convergence/1`. */
export const scenarioOf = ({ schema }: { readonly schema: string }): string =>
  schema.replace(/^kiln\.(bench\.)?|\/\d+$/g, "");

export const targetOf = (row: BenchRow): string => (typeof row.target === "string" ? row.target : "");

/** Names each row of a document: the target, and what else the rows differ in. */
export const rowNames = (rows: readonly BenchRow[], ...without: readonly string[]): ((row: BenchRow) => string) => {
  const differing = differingKeys(rows).filter((key) => !without.includes(key));
  return (row) => {
    const target = without.includes("target") ? "" : targetOf(row);
    const parts = differing.filter((key) => key !== "target").map((key) => keyText(key, row[key]));
    return [target, ...parts].filter((part) => part !== "").join(" ");
  };
};

/** Parts of what rows are about in which they are not all the same. */
const differingKeys = (rows: readonly BenchRow[]): string[] => {
  const keys = [...new Set(rows.flatMap(keysOf))];
  return keys.filter((key) => new Set(rows.map((row) => JSON.stringify(row[key] ?? null))).size > 1);
};

/** Of a row without figures all of it but the reason. Versions and notes are told elsewhere. */
const keysOf = (row: BenchRow): string[] => {
  const names = Object.keys(row);
  const end = names.findIndex((name) => isFigure(row[name]));
  const apart = ["version", "note", "skipped", "failed"];
  return names.slice(0, end < 0 ? names.length : end).filter((name) => !apart.includes(name) && !hasUnit(name));
};

const isFigure = (value: unknown): boolean =>
  typeof value === "boolean" || Array.isArray(value) || spreadOf(value) !== null || percentilesOf(value) !== null;

const hasUnit = (name: string): boolean => /_(ms|s|bytes|ns_per_op|per_s)$/.test(name);

const keyText = (name: string, value: unknown): string => {
  if (value === null || value === undefined || value === "generated") return "";
  if (name === "multiple") return `×${String(value)}`;
  if (name === "family") return value === "6" ? "IPv6" : "IPv4 and IPv6";
  if (name === "concurrency") return `${whole(Number(value))} at once`;
  if (name === "rate") return `${whole(Number(value))} due/s`;
  if (typeof value === "number") return `${whole(value)} ${value === 1 ? name.replace(/([^e])s$/, "$1") : name}`;
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([part, one]) => (typeof one === "boolean" ? (one ? part : "") : String(one)))
    .filter((text) => text !== "")
    .join(" ");
};

// ---- figures of any row

export interface Shown {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
  /** Single samples, or further percentiles. */
  readonly marks: readonly number[];
}

/** Of a summary; of a micro case's nanoseconds the smallest and the 99th percentile. Null for what is neither. */
export const spreadOf = (value: unknown): Shown | null => {
  const { median, min, max, p99, samples } = fieldsOf(value);
  const high = max ?? p99;
  if (typeof median !== "number" || typeof min !== "number" || typeof high !== "number") return null;
  return { middle: median, low: min, high, marks: numbersOf(samples) };
};

/** Of a distribution: the median, and the other percentiles as marks up to the largest value. */
export const percentilesOf = (value: unknown): Shown | null => {
  const { p50, p95, p99, p999, max } = fieldsOf(value);
  if (typeof p50 !== "number" || typeof max !== "number") return null;
  return { middle: p50, low: p50, high: max, marks: numbersOf([p95, p99, p999, max]) };
};

export const numbersOf = (value: unknown): number[] =>
  Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];

export const fieldsOf = (value: unknown): BenchRow =>
  typeof value === "object" && value !== null ? (value as BenchRow) : {};

// ---- what a reader must know of single rows

/** Rows that have no figures, each with the reason. */
export const unmeasured = (document: BenchDocument): string[] => {
  const rows = rowsOf(document);
  const name = rowNames(rows);
  return rows.flatMap((row) => {
    const reason = reasonOf(row);
    return reason === null ? [] : [`${name(row)}: ${"skipped" in row ? "skipped: " : ""}${reason}`];
  });
};

/** What speaks against the figures of measured rows, one line for each row that has something. */
export const cautions = (document: BenchDocument): string[] => {
  const name = rowNames(rowsOf(document));
  return measuredRows(document).flatMap((row) => {
    const told = [
      ...(row.exact === false ? ["NOT exact: a receiver ended with other routes than it should have"] : []),
      ...(row.tester_bound === true ? ["tester-bound: the figure says little about the target"] : []),
      ...(HELD_DOWN.has(row.bottleneck) ? [`the ${row.bottleneck} was the bottleneck, not the target`] : []),
      ...(row.bottleneck === "unclear" ? ["no process was clearly the bottleneck"] : []),
      ...suspect(row.disturbance),
      ...(typeof row.differing === "number" && row.differing > 0
        ? [`${whole(row.differing)} prefixes with other attributes than RFC 4271 has a speaker pass on`]
        : []),
      ...(typeof row.note === "string" ? [row.note] : []),
    ];
    return told.length === 0 ? [] : [`${name(row)}: ${told.join("; ")}`];
  });
};

const HELD_DOWN: ReadonlySet<unknown> = new Set(["sender", "receiver", "client", "pause"]);

const suspect = (disturbance: unknown): string[] => {
  const { foreign_cpu, steal } = fieldsOf(disturbance);
  const [foreign, stolen] = [spreadOf(foreign_cpu), spreadOf(steal)];
  if (foreign === null || stolen === null) return [];
  const reason = suspicion(disturbance as Parameters<typeof suspicion>[0]);
  return reason === null ? [] : [`suspect: ${reason}`];
};
