import { isMeasured, type PrefixLatency, reasonOf } from "../results/index.js";
import { left, right, type Shown } from "./table.js";
import { figure, whole } from "./units.js";

/** Columns that the tables of benchmarks have in common. */

interface Against {
  readonly target: string;
  readonly version: string | null;
  readonly transport: string;
}

export const target = <R extends Against>(): readonly Shown<R>[] => [
  left("target", ({ target: name }) => name),
  left("version", ({ version }) => version ?? ""),
  left("transport", ({ transport }) => transport),
];

interface Load {
  readonly prefixes: number;
  readonly table?: string;
  readonly family?: "6" | "both";
}

export const load = <R extends Load & { readonly peers: number }>(): readonly Shown<R>[] => [
  ...loadOf<R>(),
  right("peers", ({ peers }) => whole(peers)),
];

export const loadOf = <R extends Load>(): readonly Shown<R>[] => [
  left("table", ({ table }) => table ?? "generated"),
  left("family", ({ family }) => (family === undefined ? "" : family === "6" ? "IPv6" : "both")),
  right("prefixes", ({ prefixes }) => whole(prefixes)),
];

/** Columns of figures: a row that has none tells the reason in the first of them and leaves the rest empty. */
export const figures = <R extends object>(
  ...columns: readonly Shown<Exclude<R, { skipped: string } | { failed: string }>>[]
): readonly Shown<R>[] =>
  columns.map(({ title, align, cell }, i) => ({
    title,
    align,
    cell: (row) => (isMeasured(row) ? cell(row) : i === 0 ? (reasonOf(row) ?? "") : ""),
  }));

export const note = <R extends { readonly note?: string }>(): Shown<R> => left("note", (row) => row.note ?? "");

export const latency = (found: PrefixLatency | undefined): string =>
  found === undefined ? "" : `${figure(found.p50)} / ${figure(found.p99)}`;

/** A figure that the tester held down comes first: then it hardly matters who else was busy. */
export const bottleneckOf = (row: { readonly bottleneck?: string; readonly tester_bound?: boolean }): string =>
  [
    ...(row.tester_bound === true ? ["tester-bound"] : []),
    ...(row.bottleneck === undefined ? [] : [row.bottleneck]),
  ].join(", ");

export const yesNo = (value: boolean): string => (value ? "yes" : "NO");
