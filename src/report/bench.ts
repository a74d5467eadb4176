import type {
  AnyDocument,
  Compared,
  ConvergenceRow,
  FanoutRow,
  MicroRow,
  SoakRow,
  UpdateRow,
} from "../results/index.js";
import { actedTable } from "./bench-acted.js";
import { churnTable } from "./bench-churn.js";
import {
  bottleneckOf,
  figures,
  latency,
  load,
  note,
  someFigures,
  suspect,
  target,
  tunnel,
  yesNo,
} from "./bench-columns.js";
import { handshakeTable, ofVersion1 } from "./bench-handshake.js";
import { memoryTable } from "./bench-memory.js";
import { resetTable } from "./bench-reset.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, megabytes, spread, times, whole } from "./units.js";

/** The heading and the table of a benchmark document; null for documents that are no benchmark. */
export const benchTable = (document: AnyDocument): { readonly title: string; readonly table: Table } | null => {
  switch (document.schema) {
    case "kiln.bench.convergence/1":
      return { title: "Convergence", table: convergenceTable(document.rows) };
    case "kiln.bench.update/1":
      return { title: "Steady-state UPDATEs", table: updateTable(document.rows) };
    case "kiln.bench.fanout/1":
      return { title: "Fan-out to many peers", table: fanoutTable(document.rows) };
    case "kiln.bench.handshake/1":
      return { title: "Sessions up to Established", table: handshakeTable(document.rows.map(ofVersion1)) };
    case "kiln.bench.handshake/2":
      return { title: "Sessions", table: handshakeTable(document.rows) };
    case "kiln.bench.soak/1":
      return { title: "Soak", table: soakTable(document.rows) };
    case "kiln.bench.withdraw/1":
      return { title: "Withdrawal", table: actedTable(document.rows) };
    case "kiln.bench.replace/1":
      return { title: "Replaced routes", table: actedTable(document.rows) };
    case "kiln.bench.churn/1":
      return { title: "Churn over a full table", table: churnTable(document.rows) };
    case "kiln.bench.reset/1":
      return { title: "Sessions down and up", table: resetTable(document.rows) };
    case "kiln.bench.memory/1":
      return { title: "Memory", table: memoryTable(document.rows) };
    case "kiln.bench.micro/1":
      return { title: "Micro cases", table: microTable(document.rows) };
    default:
      return null;
  }
};

export const convergenceTable = (rows: readonly ConvergenceRow[]): Table =>
  tableOf(rows, [
    ...target<ConvergenceRow>(),
    ...load<ConvergenceRow>(),
    ...someFigures<ConvergenceRow>(
      right("convergence ms", ({ convergence_ms }) => spread(convergence_ms)),
      right("intake ms", ({ intake_ms }) => spread(intake_ms)),
      right("prefix ms p50/p99", ({ prefix_latency_ms }) => latency(prefix_latency_ms)),
      right("CPU s", ({ cpu_s }) => spread(cpu_s)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      ...tunnel,
      left("exact", ({ exact }) => yesNo(exact)),
      left("bottleneck", bottleneckOf),
      left("suspect", suspect),
    ),
    note(),
  ]);

export const updateTable = (rows: readonly UpdateRow[]): Table =>
  tableOf(rows, [
    ...target<UpdateRow>(),
    ...load<UpdateRow>(),
    left("packing", ({ packing }) => packing ?? ""),
    ...someFigures<UpdateRow>(
      right("UPDATEs/s in", ({ in_updates_per_s }) => spread(in_updates_per_s, whole)),
      right("prefixes/s in", ({ in_prefixes_per_s }) => spread(in_prefixes_per_s, whole)),
      right("UPDATEs/s out", ({ out_updates_per_s }) => spread(out_updates_per_s, whole)),
      right("prefixes/s out", ({ out_prefixes_per_s }) => spread(out_prefixes_per_s, whole)),
      right("prefix ms p50/p99", ({ prefix_latency_ms }) => latency(prefix_latency_ms)),
      right("CPU s", ({ cpu_s }) => spread(cpu_s)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      ...tunnel,
      left("exact", ({ exact }) => yesNo(exact)),
      left("bottleneck", bottleneckOf),
      left("suspect", suspect),
    ),
    note(),
  ]);

export const fanoutTable = (rows: readonly FanoutRow[]): Table =>
  tableOf(rows, [
    ...target<FanoutRow>(),
    ...load<FanoutRow>(),
    right("receivers", ({ receivers }) => whole(receivers)),
    ...someFigures<FanoutRow>(
      right("last ms", ({ last_ms }) => spread(last_ms)),
      right("median ms", ({ median_ms }) => spread(median_ms)),
      right("first ms", ({ first_ms }) => spread(first_ms)),
      right("CPU s", ({ cpu_s }) => spread(cpu_s)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      ...tunnel,
      left("exact", ({ exact }) => yesNo(exact)),
      left("bottleneck", bottleneckOf),
      left("suspect", suspect),
    ),
    note(),
  ]);

export const soakTable = (rows: readonly SoakRow[]): Table =>
  tableOf(rows, [
    ...target<SoakRow>(),
    right("prefixes", ({ prefixes }) => whole(prefixes)),
    right("rounds", ({ rounds }) => whole(rounds)),
    ...figures<SoakRow>(
      right("last RSS MB", ({ samples }) => megabytes(samples.at(-1)?.rss_bytes ?? 0)),
      right("settled RSS MB", ({ samples, settled_round }) =>
        megabytes(samples.find(({ round }) => round === settled_round)?.rss_bytes ?? 0),
      ),
      right("growth", ({ rss_growth }) => `×${rss_growth.toFixed(2)}`),
      left("exact", ({ exact }) => yesNo(exact)),
    ),
    note(),
  ]);

export const microTable = (rows: readonly MicroRow[]): Table =>
  tableOf(rows, [
    left("case", ({ name }) => name),
    ...figures<MicroRow>(
      right("ns/op", ({ ns_per_op }) => figure(ns_per_op.median)),
      right("p99 ns/op", ({ ns_per_op }) => figure(ns_per_op.p99)),
      right("ops/s", ({ ops_per_s }) => whole(ops_per_s)),
      right("MB/s", ({ octets_per_op, ops_per_s }) =>
        octets_per_op === null ? "" : megabytes(octets_per_op * ops_per_s),
      ),
      right("± %", ({ rme_percent }) => rme_percent.toFixed(1)),
      right("samples", ({ samples }) => whole(samples)),
      left("one op is", ({ unit }) => unit),
    ),
  ]);

/** How figures moved since another run. `spread` of the ratio is what the samples allow; it is a hint, not a test. */
export const comparisonTable = (compared: readonly Compared[]): Table =>
  tableOf(compared, [
    left("what", ({ what }) => what),
    left("figure", ({ figure: name }) => name),
    right("before", ({ before, figure: name }) => spread(before, shownAs(name))),
    right("now", ({ now, figure: name }) => spread(now, shownAs(name))),
    right("now / before", ({ ratio }) => (ratio === null ? "" : times(ratio))),
    left("", verdict),
  ]);

/** Samples that overlap show no difference; more than that needs runs side by side. */
const verdict = ({ ratio, better, versions }: Compared): string => {
  const changed = versions === null ? "" : ` (${versions[0]} → ${versions[1]})`;
  if (ratio === null) return changed.trim();
  if (ratio.low <= 1 && ratio.high >= 1) return `no difference shown${changed}`;
  return `${ratio.ratio < 1 === (better === "less") ? "better" : "worse"}${changed}`;
};

const shownAs = (name: string): ((value: number) => string) => (name.endsWith("_bytes") ? whole : figure);
