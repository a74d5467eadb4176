import { isMeasured, reasonOf } from "../results/index.js";
import { left, right, type Shown } from "./table.js";
import { whole } from "./units.js";

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

export const load = <
  R extends { readonly prefixes: number; readonly peers: number; readonly table?: string },
>(): readonly Shown<R>[] => [
  left("table", ({ table }) => table ?? "generated"),
  right("prefixes", ({ prefixes }) => whole(prefixes)),
  right("peers", ({ peers }) => whole(peers)),
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

export const yesNo = (value: boolean): string => (value ? "yes" : "NO");
