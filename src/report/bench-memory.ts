import type { MemoryRow, MemoryStep, MemoryStepName } from "../results/index.js";
import { figures, load, note, target, yesNo } from "./bench-columns.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, megabytes, spread } from "./units.js";

export const memoryTable = (rows: readonly MemoryRow[]): Table =>
  tableOf(rows, [
    ...target<MemoryRow>(),
    ...load<MemoryRow>(),
    ...figures<MemoryRow>(
      right("idle MB", ({ steps }) => at(steps, "idle", rss)),
      right("octets/path one", ({ steps }) => at(steps, "one", perPath)),
      right("all", ({ steps }) => at(steps, "all", perPath)),
      right("settled", ({ steps }) => at(steps, "settled", perPath)),
      right("flapped", ({ steps }) => at(steps, "flapped", perPath)),
      right("settled MB", ({ steps }) => at(steps, "settled", rss)),
      right("withdrawn MB", ({ steps }) => at(steps, "withdrawn", rss)),
      right("peak MB", ({ peak_rss_bytes }) => spread(peak_rss_bytes, megabytes)),
      right("flap", ({ flap_ratio }) => `×${flap_ratio.median.toFixed(2)}`),
      left("exact", ({ exact }) => yesNo(exact)),
    ),
    note(),
  ]);

const at = (steps: readonly MemoryStep[], name: MemoryStepName, show: (step: MemoryStep) => string): string => {
  const step = steps.find((one) => one.step === name);
  return step === undefined ? "" : show(step);
};

const rss = ({ rss_bytes }: MemoryStep): string => megabytes(rss_bytes.median);
const perPath = ({ bytes_per_path }: MemoryStep): string =>
  bytes_per_path === null ? "" : figure(bytes_per_path.median);
