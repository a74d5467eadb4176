import { isMeasured, reasonOf } from "../results/index.js";
import { axisTitle, quantityOf } from "./bench-quantity.js";
import { type BenchRow, percentilesOf, spreadOf } from "./bench-row.js";
import { left, right, type Shown, type Table, tableOf } from "./table.js";
import { figure, whole } from "./units.js";

/** A table of rows that no table was made for: a column for each field, its unit by its name. A reason stands behind all. */
export const genericTable = (rows: readonly BenchRow[]): Table => {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (field) => !["skipped", "failed", "note"].includes(field),
  );
  return tableOf<BenchRow>(rows, [
    ...fields.map((field) => column(field, rows)),
    left("not measured", (row) => (isMeasured(row) ? "" : (reasonOf(row) ?? ""))),
    left("note", ({ note }) => (typeof note === "string" ? note : "")),
  ]);
};

const column = (field: string, rows: readonly BenchRow[]): Shown<BenchRow> => {
  const values = rows.map((row) => row[field]);
  if (values.some((value) => spreadOf(value) !== null)) {
    const { factor, ...quantity } = quantityOf(field, 0);
    return right(axisTitle({ factor, ...quantity }), (row) => {
      const found = spreadOf(row[field]);
      if (found === null) return "";
      const [middle, low, high] = [found.middle, found.low, found.high].map((value) => quantity.show(value * factor));
      return low === high ? (middle ?? "") : `${middle} (${low}–${high})`;
    });
  }
  if (values.some((value) => percentilesOf(value) !== null)) {
    return right(`${axisTitle(quantityOf(field, 0))} p50/…/max`, (row) => {
      const found = percentilesOf(row[field]);
      return found === null ? "" : [found.middle, ...found.marks].map(figure).join(" / ");
    });
  }
  const numeric = values.some((value) => typeof value === "number");
  return (numeric ? right : left)<BenchRow>(field.replaceAll("_", " "), (row) => plainValue(row[field]));
};

const plainValue = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "NO";
  if (typeof value === "number") return Number.isInteger(value) ? whole(value) : figure(value);
  if (typeof value === "string") return value;
  // Lists are for charts; what else is nested is shown where it is flat.
  if (Array.isArray(value)) return "";
  const parts = Object.values(value);
  return parts.every((part) => typeof part !== "object") ? parts.map(String).join(" ") : "";
};
