import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { benchHtml, benchMarkdown, benchReport, figureFiles, isBench, type ReportSource } from "../report/index.js";
import {
  type AnyDocument,
  findRun,
  isMeasured,
  loadDocument,
  loadRun,
  provenance,
  type ReportDocument,
  type ReportedDocument,
  ResultsError,
  readHistory,
  resultsRoot,
  standardChangeRules,
  trendOf,
} from "../results/index.js";
import { writeWhole } from "./fuzz-report.js";
import { CliError, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly out?: string;
  readonly results?: string;
  readonly json?: boolean;
  readonly trend: boolean;
}

export const register: Register = (program: Command) => {
  program
    .command("report")
    .description("Benchmarks that were kept, as one HTML page that opens offline, as Markdown, and as SVG figures.")
    .argument("<run...>", "the id of a run, its folder, or a JSON document of it; several make one report")
    .option("--out <dir>", "where to write (default: the folder of the first run)")
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--no-trend", "leave out how the figures of these runs went over time (results/history.ndjson)")
    .option("--json", "print what was written as one JSON document (schema kiln.report/1)")
    .addHelpText(
      "after",
      `
It writes report.html, report.md and figures/*.svg: tables of all rows, those without figures with the reason; convergence curves;
how the latency of single prefixes is distributed; medians with the extremes of their runs; what is comparable and what speaks
against a figure; how figures went over the runs before, where there are three at least; where each run was made. What "kiln compare --json" and "kiln trend --json" print can be among the documents.

Examples:
  kiln report 20260131T235959Z-convergence
  kiln report results/20260131T235959Z-convergence results/20260131T235959Z-fanout --out report
  kiln report results/baseline --out report --json`,
    )
    .action(async (runs: string[], options: Options) => {
      try {
        await report(runs, options);
      } catch (error) {
        throw error instanceof ResultsError ? new CliError(error.message) : error;
      }
    });
};

const report = async (names: readonly string[], options: Options): Promise<void> => {
  const root = resultsRoot(options.results);
  const runs = names.map((name) => runOf(name, root));
  const [first] = runs;
  if (first === undefined) throw new CliError("name a run");
  const folder = options.out ?? first.folder;
  if (options.out === undefined && first.holdsReport) {
    throw new CliError(`${folder} has the report of its night already: choose another place with --out DIR`);
  }
  const sources = [...runs.flatMap((run) => run.sources), ...(options.trend ? trendOfRuns(runs, root) : [])];
  const made = await benchReport(sources);
  const files = new Map([
    ["report.html", benchHtml(made)],
    ["report.md", benchMarkdown(made)],
    ...[...figureFiles(made)].map(([name, svg]) => [`figures/${name}`, svg] as const),
  ]);
  write(folder, files);
  const document: ReportDocument = {
    schema: "kiln.report/1",
    provenance: provenance(),
    folder,
    files: [...files.keys()],
    rows: sources.map(reported),
  };
  if (options.json === true) printJson(document);
  else print(`${join(folder, "report.html")}, report.md and ${files.size - 2} figures in ${join(folder, "figures")}`);
};

interface Found {
  readonly id: string;
  readonly folder: string;
  readonly sources: readonly ReportSource[];
  /** A night leaves files of the same names. */
  readonly holdsReport: boolean;
}

const runOf = (name: string, root: string): Found => {
  const kind = kindOf(name);
  if (kind === "file") return found(name, dirname(name), [loadDocument(name)]);
  const run = kind === "folder" ? { id: basename(resolve(name)), dir: name } : findRun(root, name);
  return found(name, run.dir, loadRun({ ...run, kind: "", startedAt: new Date(0) }));
};

const kindOf = (name: string): "file" | "folder" | null => {
  const stat = statSync(name, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  return stat.isDirectory() ? "folder" : "file";
};

const found = (name: string, folder: string, documents: readonly AnyDocument[]): Found => {
  if (documents.length === 0) throw new CliError(`${name} is empty: it has no JSON document of a run`);
  const benches = documents.filter(isBench);
  if (benches.length === 0) {
    const schemas = [...new Set(documents.map(({ schema }) => schema))].join(", ");
    throw new CliError(`${name} has no benchmark, but ${schemas}: \`kiln bench\` makes what is reported here`);
  }
  const sources = benches.filter(({ rows }) => rows.length > 0).map((document) => ({ run: runName(name), document }));
  if (sources.length === 0) throw new CliError(`${name} has no rows: it ended before anything was tried`);
  return {
    id: runName(folder),
    folder,
    sources,
    holdsReport: documents.some(({ schema }) => schema === "kiln.nightly/1"),
  };
};

/** Without folders: reports are passed on. */
const runName = (name: string): string => basename(resolve(name));

/** Fewer runs are no trend. */
const LEAST_RUNS = 3;

/** The series in the history that have a point of these runs. */
const trendOfRuns = (runs: readonly Found[], root: string): ReportSource[] => {
  const { entries, unreadable } = readHistory(root);
  const series = ({ document, machine, key }: (typeof entries)[number]): string =>
    JSON.stringify([document, machine, key]);
  const reported = new Set(entries.filter(({ run }) => runs.some(({ id }) => id === run)).map(series));
  const chosen = entries.filter((entry) => reported.has(series(entry)));
  const all = trendOf({ entries: chosen, unreadable }, standardChangeRules, provenance());
  const rows = all.rows.filter(({ points }) => points.length >= LEAST_RUNS);
  return rows.length === 0 ? [] : [{ run: "history", document: { ...all, rows } }];
};

const write = (folder: string, files: ReadonlyMap<string, string>): void => {
  try {
    makeFolder(resolve(folder, "figures"));
    for (const [name, content] of files) writeWhole(join(folder, name), content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CliError(`can't write to ${folder} (${code}): choose another place with --out DIR`);
  }
};

/** One by one: below /proc Node 20 never comes back from a `recursive` one. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
};

const reported = ({ run, document }: ReportSource): ReportedDocument => {
  const rows = document.rows;
  return {
    run,
    document: document.schema,
    measured: rows.filter(isMeasured).length,
    skipped: rows.filter((row) => "skipped" in row).length,
    failed: rows.filter((row) => "failed" in row).length,
  };
};
