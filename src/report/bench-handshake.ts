import {
  type Distribution,
  type HandshakeFigures,
  type HandshakeKey,
  type HandshakeRow1,
  isMeasured,
  type Row,
} from "../results/index.js";
import { note, someFigures, target } from "./bench-columns.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, percentiles, spread, whole } from "./units.js";

/** A row of any version. */
type ShownHandshake = Row<
  Omit<HandshakeKey, "tls"> & { readonly tls: (Omit<Tls, "group"> & { readonly group?: string }) | null },
  HandshakeFigures
>;

type Tls = NonNullable<HandshakeKey["tls"]>;

/** What `kiln.bench.handshake/1` left out was always the same, or not known. */
export const ofVersion1 = (row: HandshakeRow1): ShownHandshake => {
  const before = { until: "established", warm_up: 200, rate: null, arrivals: null } as const;
  if (!isMeasured(row)) return { ...row, ...before };
  const { retries, established_ms: total_ms, ...figures } = row;
  const failures: Record<string, number> = retries === 0 ? {} : { "any kind": retries };
  return { ...figures, ...before, total_ms, failures, agreed_groups: [], open_loop: null };
};

export const handshakeTable = (rows: readonly ShownHandshake[]): Table =>
  tableOf(rows, [
    ...target<ShownHandshake>(),
    left("TLS", ({ tls }) => (tls === null ? "" : `${tls.version} ${tls.key} ${tls.authentication}`)),
    left("group", ({ tls }) => tls?.group ?? ""),
    left("handshake", ({ tls }) => (tls === null ? "" : tls.resumed ? "resumed" : "full")),
    left("until", ({ until }) => (until === "tls" ? "TLS" : "Established")),
    right("at once", ({ concurrency }) => whole(concurrency)),
    right("due/s", ({ rate }) => (rate === null ? "" : figure(rate))),
    ...someFigures<ShownHandshake>(
      right("sessions/s", ({ sessions_per_s }) => spread(sessions_per_s)),
      right("CPU ms each", ({ cpu_ms_per_session }) => spread(cpu_ms_per_session)),
      right("tunnel CPU ms each", ({ tunnel_cpu_ms_per_session }) => spread(tunnel_cpu_ms_per_session)),
      right("TCP ms p50/p95/p99", ({ tcp_ms }) => shown(tcp_ms)),
      right("TLS ms p50/p95/p99", ({ tls_ms }) => shown(tls_ms)),
      right("OPEN ms p50/p95/p99", ({ open_ms }) => shown(open_ms)),
      right("all ms p50/p95/p99", ({ total_ms }) => shown(total_ms)),
      right("resumed %", ({ resumed_share }) => (resumed_share == null ? "" : figure(resumed_share * 100))),
      left("failures", ({ failures = {} }) => describeFailures(failures)),
      right("pause ms", ({ pause_ms }) => (pause_ms === undefined ? "" : figure(pause_ms))),
      right("backlog", ({ open_loop }) => (open_loop == null ? "" : whole(open_loop.backlog))),
      left("bottleneck", ({ bottleneck }) => bottleneck ?? ""),
    ),
    note(),
  ]);

const shown = (found: Distribution | null | undefined): string => (found == null ? "" : percentiles(found));

const describeFailures = (failures: Readonly<Record<string, number>>): string =>
  Object.entries(failures)
    .map(([kind, times]) => `${whole(times)} ${kind}`)
    .join(", ");
