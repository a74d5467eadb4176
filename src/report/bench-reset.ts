import type { ResetRow } from "../results/index.js";
import { figures, loadOf, note, target, yesNo } from "./bench-columns.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, megabytes, spread, whole } from "./units.js";

export const resetTable = (rows: readonly ResetRow[]): Table =>
  tableOf(rows, [
    ...target<ResetRow>(),
    ...loadOf<ResetRow>(),
    right("sessions", ({ sessions }) => whole(sessions)),
    ...figures<ResetRow>(
      right("down ms", ({ down_ms }) => spread(down_ms)),
      right("Established ms", ({ established_ms }) => spread(established_ms)),
      right("routes back ms", ({ routes_ms }) => spread(routes_ms)),
      right("waiting %", ({ waiting_share }) => figure(waiting_share.median * 100)),
      right("retries", ({ retries }) => spread(retries, whole)),
      right("CPU s", ({ cpu_s }) => spread(cpu_s)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      left("bottleneck", ({ bottleneck }) => bottleneck),
      left("exact", ({ exact }) => yesNo(exact)),
    ),
    note(),
  ]);
