import type { AnyDocument, CompareDocument, Provenance } from "../results/index.js";
import { benchTable } from "./bench.js";
import { type Drawing, draw } from "./bench-chart.js";
import { type Figure, figuresOf } from "./bench-figures.js";
import { genericTable } from "./bench-generic.js";
import { type BenchDocument, cautions, measuredRows, rowsOf, scenarioOf, targetOf, unmeasured } from "./bench-row.js";
import { counted, differences } from "./campaign-text.js";
import { standalone } from "./chart.js";
import { compareNotes, compareTable } from "./compare.js";
import { conditionLines } from "./conditions.js";
import type { Table } from "./table.js";
import { trendTable } from "./trend.js";

/** A document of benchmarks, and the run that it is from: the name of its folder or file. */
export interface ReportSource {
  readonly run: string;
  readonly document: BenchDocument;
}

/** All that the report shows, however it is written. */
export interface BenchReport {
  readonly headline: string;
  /** What holds for the report as a whole, one line each. */
  readonly remarks: readonly string[];
  readonly totals: readonly (readonly [name: string, value: string])[];
  readonly parts: readonly ReportPart[];
}

export interface ReportPart {
  readonly title: string;
  readonly run: string;
  readonly provenance: Provenance;
  readonly table: Table;
  readonly unmeasured: readonly string[];
  readonly cautions: readonly string[];
  readonly conditions: readonly string[];
  readonly figures: readonly DrawnFigure[];
}

export interface DrawnFigure extends Drawing {
  readonly figure: Figure;
  /** Of the figure in a file of its own, below `figures/`. */
  readonly file: string;
}

/** Draws all figures of the documents. Throws RangeError when there are none. */
export const benchReport = async (sources: readonly ReportSource[]): Promise<BenchReport> => {
  if (sources.length === 0) throw new RangeError("there is nothing to report: no document");
  const parts: ReportPart[] = [];
  const taken = new Map<string, number>();
  for (const { run, document } of sources) {
    const scenario = scenarioOf(document).replace(".", "-");
    const nth = (taken.get(scenario) ?? 0) + 1;
    taken.set(scenario, nth);
    const prefix = nth === 1 ? scenario : `${scenario}-${nth}`;
    const shown = shownOf(document);
    const conditions = notSaid(shown.conditions, parts);
    parts.push({ ...shown, conditions, run, figures: await figures(document, prefix) });
  }
  return { headline: headline(parts), remarks: remarks(sources), totals: totals(sources), parts };
};

const shownOf = (document: BenchDocument): Omit<ReportPart, "run" | "figures"> => {
  const shown = tableOf(document as unknown as AnyDocument);
  return {
    title: shown?.title ?? `${scenarioOf(document).charAt(0).toUpperCase()}${scenarioOf(document).slice(1)}`,
    provenance: document.provenance,
    table: shown?.table ?? genericTable(rowsOf(document)),
    unmeasured: unmeasured(document),
    cautions: cautions(document),
    conditions: [
      ...(isComparison(document) ? [...compareNotes(document), ...document.warnings] : []),
      ...conditionLines(document.conditions),
    ],
  };
};

/** What a reader has not read yet: scenarios of one day have their targets in common. */
const notSaid = (lines: readonly string[], before: readonly ReportPart[]): string[] => {
  const fresh = lines.filter((line) => !before.some(({ conditions }) => conditions.includes(line)));
  if (fresh.length === lines.length) return fresh;
  return [...fresh, fresh.length === 0 ? "as it is said above" : "all else as it is said above"];
};

const isComparison = (document: BenchDocument): document is CompareDocument => document.schema === "kiln.compare/1";

const tableOf = (document: AnyDocument): ReturnType<typeof benchTable> => {
  if (document.schema === "kiln.compare/1") return { title: "Comparison", table: compareTable(document.rows) };
  if (document.schema === "kiln.trend/1") return { title: "Trend", table: trendTable(document) };
  return benchTable(document);
};

const figures = async (document: BenchDocument, prefix: string): Promise<DrawnFigure[]> => {
  const drawn: DrawnFigure[] = [];
  for (const figure of figuresOf(document)) {
    drawn.push({ ...(await draw(figure)), figure, file: `${prefix}-${figure.name}.svg` });
  }
  return drawn;
};

/** The figures in files of their own, by name. */
export const figureFiles = ({ parts }: BenchReport): ReadonlyMap<string, string> =>
  new Map(parts.flatMap((part) => part.figures.map(({ file, svg }) => [file, standalone(svg)] as const)));

const headline = (parts: readonly ReportPart[]): string => [...new Set(parts.map(({ title }) => title))].join(", ");

const totals = (sources: readonly ReportSource[]): BenchReport["totals"] => {
  const rows = sources.flatMap(({ document }) => rowsOf(document));
  const measured = sources.flatMap(({ document }) => measuredRows(document));
  const having = (field: string): number => rows.filter((row) => field in row).length;
  const targets = new Set(measured.map(targetOf).filter((target) => target !== ""));
  const counts: readonly (readonly [string, number])[] = [
    ["documents", sources.length],
    ["targets", targets.size],
    ["rows measured", measured.length],
    ["skipped", having("skipped")],
    ["failed", having("failed")],
    ["not exact", measured.filter(({ exact }) => exact === false).length],
    ["tester-bound", measured.filter((row) => row.tester_bound === true).length],
  ];
  return counts.filter(([, count]) => count > 0).map(([name, count]) => [name, String(count)] as const);
};

/** What makes the runs of the report hard to compare with each other. */
const remarks = (sources: readonly ReportSource[]): string[] => {
  const [first, ...others] = sources;
  if (first === undefined) return [];
  const differing = others.flatMap(({ run, document }) => {
    const found = differences(first.document.provenance, document.provenance);
    return found.length === 0 ? [] : [`${run} ran in another setting than ${first.run}: ${found.join("; ")}.`];
  });
  const commits = new Set(sources.map(({ document }) => document.provenance.commit));
  const dirty = sources.filter(({ document }) => document.provenance.dirty === true).length;
  return [
    ...new Set(differing),
    ...(commits.size > 1 ? [`The runs are of ${counted(commits.size, "commit")} of Kiln.`] : []),
    ...(dirty > 0 ? [`${counted(dirty, "document")} of a checkout with changes: the commit does not say it all.`] : []),
  ];
};
