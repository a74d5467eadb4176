import {
  type Disturbance,
  figuresOf,
  isMeasured,
  type Measured,
  type PrefixLatency,
  reasonOf,
  type Summary,
  suspicion,
} from "../results/index.js";
import { left, right, type Shown } from "./table.js";
import { figure, megabytes, spread, whole } from "./units.js";

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

/** The same for rows that may have some figures only: of those the others stay empty, and `note` tells the reason. */
export const someFigures = <R extends object>(
  ...columns: readonly Shown<Partial<Measured<R>>>[]
): readonly Shown<R>[] =>
  columns.map(({ title, align, cell }, i) => ({
    title,
    align,
    cell: (row) => {
      const had = figuresOf(row);
      if (had !== null) return cell(had);
      return i === 0 ? (reasonOf(row) ?? "") : "";
    },
  }));

/** Of the tunnel in front of the target, where there is one. */
export const tunnel: readonly Shown<Tunnel>[] = [
  right("tunnel CPU s", ({ tunnel_cpu_s }) => spread(tunnel_cpu_s)),
  right("tunnel RSS MB", ({ tunnel_peak_rss_bytes }) => spread(tunnel_peak_rss_bytes, megabytes)),
];

interface Tunnel {
  readonly tunnel_cpu_s?: Summary;
  readonly tunnel_peak_rss_bytes?: Summary;
}

export const note = <R extends { readonly note?: string }>(): Shown<R> =>
  left("note", (row) => {
    const lacking = isMeasured(row) || figuresOf(row) === null ? "" : (reasonOf(row) ?? "");
    return [row.note ?? "", lacking].filter((text) => text !== "").join("; ");
  });

export const suspect = ({ disturbance }: { readonly disturbance?: Disturbance }): string =>
  disturbance === undefined ? "" : (suspicion(disturbance) ?? "");

export const latency = (found: PrefixLatency | undefined): string =>
  found === undefined ? "" : `${figure(found.p50)} / ${figure(found.p99)}`;

/** A figure that the tester held down comes first: then it hardly matters who else was busy. */
export const bottleneckOf = (row: { readonly bottleneck?: string; readonly tester_bound?: boolean }): string =>
  [
    ...(row.tester_bound === true ? ["tester-bound"] : []),
    ...(row.bottleneck === undefined ? [] : [row.bottleneck]),
  ].join(", ");

export const yesNo = (value: boolean | undefined): string => (value === undefined ? "" : value ? "yes" : "NO");
