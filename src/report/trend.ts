import type { TrendDocument, TrendRow } from "../results/index.js";
import { left, right, type Table, tableOf } from "./table.js";
import { figure, megabytes } from "./units.js";

/** One line for each series, its course as a row of blocks, and where its level changed. */
export const trendTable = ({ rows }: TrendDocument): Table => {
  const machines = new Set(rows.map(({ machine }) => machine));
  return tableOf(rows, [
    left("what", ({ what }) => what),
    left("figure", ({ figure: name }) => name),
    left("machine", ({ machine }) => (machines.size > 1 ? machine.slice(0, 8) : "")),
    right("runs", ({ points }) => String(points.length)),
    right("first", (row) => shown(row, row.points[0]?.median)),
    right("last", (row) => shown(row, row.points.at(-1)?.median)),
    left("course", ({ points }) => sparkline(points.map(({ median }) => median))),
    left("changes", changesText),
  ]);
};

const changesText = (row: TrendRow): string =>
  row.changes
    .map(({ point, direction, ratio }) => {
      const { started_at = "", commit = null, version = null } = row.points[point] ?? {};
      const where = commit === null ? (version ?? "") : commit.slice(0, 10);
      return `${direction} ×${ratio.toFixed(2)} from ${started_at.slice(0, 10)} ${where}`.trimEnd();
    })
    .join("; ");

const shown = ({ figure: name }: TrendRow, value: number | undefined): string => {
  if (value === undefined) return "";
  return name.endsWith("_bytes") ? `${megabytes(value)} MB` : figure(value);
};

const BLOCKS = "▁▂▃▄▅▆▇█";
const WIDTH = 40;

/** Of the newest values; the lowest and the highest of them are the ends of the scale. */
export const sparkline = (values: readonly number[]): string => {
  const newest = values.slice(-WIDTH);
  const [low, high] = [Math.min(...newest), Math.max(...newest)];
  return newest
    .map((value) => BLOCKS[high === low ? 3 : Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1))])
    .join("");
};
