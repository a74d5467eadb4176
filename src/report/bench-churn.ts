import type { ChurnRow } from "../results/index.js";
import { figures, load, note, target, yesNo } from "./bench-columns.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, megabytes, spread, whole } from "./units.js";

export const churnTable = (rows: readonly ChurnRow[]): Table =>
  tableOf(rows, [
    ...target<ChurnRow>(),
    ...load<ChurnRow>(),
    right("× real", ({ multiple }) => whole(multiple)),
    right("UPDATEs/s", ({ updates_per_s }) => figure(updates_per_s)),
    ...figures<ChurnRow>(
      right("ms p50/p95/p99/p99.9/max", ({ latency_ms: { p50, p95, p99, p999, max } }) =>
        [p50, p95, p99, p999, max].map(figure).join(" / "),
      ),
      right("changes", ({ changes }) => whole(changes)),
      right("backlog", ({ backlog }) => spread(backlog, whole)),
      right("merged %", ({ merged_share }) => figure(merged_share.median * 100)),
      right("CPU %", ({ cpu_share }) => figure(cpu_share.median * 100)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      right("sender late ms", ({ sender_late_ms }) => figure(sender_late_ms.max)),
      left("exact", ({ exact }) => yesNo(exact)),
    ),
    note(),
  ]);
