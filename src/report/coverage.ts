import type { CoverageDocument } from "../results/index.js";

/** What ran of a module, line by line: what `CoverageDocument` sums up. */
export interface CoverageDetail {
  readonly module: string;
  /** How often each line of a function ran, by its number. */
  readonly lines: ReadonlyMap<number, number>;
  readonly functions: readonly { readonly name: string; readonly line: number; readonly count: number }[];
  /** Ways that code may go, and how many inputs went there. */
  readonly branches: readonly { readonly line: number; readonly inputs: number }[];
  /** Its text; null where it is not at hand. */
  readonly source: string | null;
}

export interface CoverageReport {
  readonly document: CoverageDocument;
  readonly details: readonly CoverageDetail[];
}

/** The figures of a whole report. */
export const coverageTotals = ({
  targets,
  modules,
  faults,
  clauses,
}: CoverageDocument): Record<
  "inputs" | "lines" | "functions" | "branches" | "faults" | "clauses",
  [number, number]
> => {
  const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return {
    inputs: [sum(targets, (one) => one.inputs - one.failing), sum(targets, (one) => one.inputs)],
    lines: [sum(modules, (one) => one.lines), sum(modules, (one) => one.lines_total)],
    functions: [sum(modules, (one) => one.functions), sum(modules, (one) => one.functions_total)],
    branches: [sum(modules, (one) => one.branches), sum(modules, (one) => one.branches_total)],
    faults: [faults.filter(({ inputs }) => inputs > 0).length, faults.length],
    clauses: [clauses.filter(({ reached }) => reached > 0).length, clauses.length],
  };
};
