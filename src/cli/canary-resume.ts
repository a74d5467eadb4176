import { existsSync } from "node:fs";
import {
  type CanaryDocument,
  type CanaryRow,
  isMeasured,
  loadDocument,
  pairOf,
  ResultsError,
} from "../results/index.js";
import { CliError } from "./output.js";

/** What rows must have in common to stand in one table. */
export type Conditions = Pick<CanaryDocument, "limit_s" | "seeds" | "provenance">;

/**
 * Rows that a file has of an earlier run, of whatever engines and canaries; none when there is no such file. CPU times of
 * another machine, Node or build do not compare, so a file with those is refused (CliError).
 */
export const earlierRows = (file: string, wanted: Conditions): readonly CanaryRow[] => {
  if (!existsSync(file)) return [];
  const known = documentIn(file);
  const differing = differences(known, wanted);
  if (differing.length === 0) return known.rows;
  const what = differing.join(", ");
  throw new CliError(`--resume: ${file} has another ${what}; say --out with another file, or the same as then`);
};

/** Whether a row has all of its figures, so that it need not be measured again. */
export const isComplete = (row: CanaryRow, trials: number, minimize: boolean): boolean =>
  isMeasured(row) && row.trials >= trials && (!minimize || row.minimized_octets !== undefined);

/** Of each engine and canary the new row, unless it was cut short sooner than the earlier one; and earlier rows of others. */
export const merged = (earlier: readonly CanaryRow[], fresh: readonly CanaryRow[]): readonly CanaryRow[] => {
  const rows = new Map(earlier.map((row) => [pairOf(row), row]));
  for (const row of fresh) {
    const pair = pairOf(row);
    if (trialsOf(row) < trialsOf(rows.get(pair))) continue;
    rows.delete(pair);
    rows.set(pair, row);
  }
  return [...rows.values()];
};

const trialsOf = (row: CanaryRow | undefined): number => (row !== undefined && isMeasured(row) ? row.trials : 0);

const documentIn = (file: string): CanaryDocument => {
  try {
    const known = loadDocument(file);
    if (known.schema === "kiln.fuzz.canaries/1") return known;
    throw new CliError(`--resume: ${file} is a ${known.schema}, not what this command writes`);
  } catch (error) {
    throw error instanceof ResultsError ? new CliError(`--resume: ${error.message}`) : error;
  }
};

const differences = (known: CanaryDocument, wanted: Conditions): string[] => [
  ...(["commit", "node", "cpu", "seed"] as const).filter((key) => known.provenance[key] !== wanted.provenance[key]),
  ...(known.provenance.dirty === wanted.provenance.dirty ? [] : ["state of the checkout (git status)"]),
  ...(known.limit_s === wanted.limit_s ? [] : ["limit"]),
  ...(known.seeds === wanted.seeds ? [] : ["start (with seeds or without)"]),
];
