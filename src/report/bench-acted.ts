import type { ReplaceRow, WithdrawRow } from "../results/index.js";
import { figures, load, note, target, yesNo } from "./bench-columns.js";
import { left, right, type Table, tableOf } from "./table.js";
import { megabytes, spread, whole } from "./units.js";

type ActedRow = WithdrawRow | ReplaceRow;

/** Of `withdraw` and `replace`. */
export const actedTable = (rows: readonly ActedRow[]): Table =>
  tableOf(rows, [
    ...target<ActedRow>(),
    ...load<ActedRow>(),
    left("mode", ({ mode }) => mode),
    ...figures<ActedRow>(
      right("convergence ms", ({ convergence_ms }) => spread(convergence_ms)),
      right("CPU s", ({ cpu_s }) => spread(cpu_s)),
      right("peak RSS MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      left("exact", ({ exact }) => yesNo(exact)),
      right("differing", ({ differing }) => (differing === null ? "" : whole(differing))),
      left("bottleneck", ({ bottleneck }) => bottleneck),
    ),
    note(),
  ]);
