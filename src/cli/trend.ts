import type { Command } from "commander";
import { terminalTable, trendTable } from "../report/index.js";
import {
  historyFile,
  provenance,
  ResultsError,
  readHistory,
  resultsRoot,
  standardChangeRules,
  type TrendDocument,
  trendOf,
} from "../results/index.js";
import { share, wholeNumber } from "./arguments.js";
import { CliError, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly scenario?: string;
  readonly target?: string;
  readonly figure?: string;
  readonly last: number;
  readonly threshold: number;
  readonly results?: string;
  readonly json?: boolean;
}

export const register: Register = (program: Command) => {
  program
    .command("trend")
    .description("How the figures of all runs that were kept went over time, and where their level changed.")
    .option("--scenario <name>", "only of this one, as convergence")
    .option("--target <name>", "only of this one, as self")
    .option("--figure <name>", "only this one, as cpu_s")
    .option("--last <n>", "the newest runs of each series", wholeNumber(1), 1000)
    .option("--threshold <percent>", "least change of the level that is shown", share, standardChangeRules.threshold)
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document (schema kiln.trend/1)")
    .addHelpText(
      "after",
      `
Every "kiln bench" and "kiln nightly" adds its rows to results/history.ndjson. Figures of different machines, kernels or
versions of Node are series of their own. A change is where the level moves for good: at least ${standardChangeRules.least} runs on either side (Pettitt's
test in binary segmentation, permutation p below ${standardChangeRules.alpha}). Runs of different days are weak evidence; "kiln compare --rerun"
shows whether a change that is seen here is one of the program.

Examples:
  kiln trend --scenario convergence --figure cpu_s
  kiln trend --target bird --last 50
  kiln trend --json`,
    )
    .action((options: Options) => {
      try {
        trend(options);
      } catch (error) {
        throw error instanceof ResultsError ? new CliError(error.message) : error;
      }
    });
};

const trend = (options: Options): void => {
  const { scenario, target, figure, last, threshold } = options;
  const root = resultsRoot(options.results);
  const history = readHistory(root);
  if (history.unreadable > 0) {
    log(`kiln: ${history.unreadable} lines of ${historyFile(root)} can't be read and are left out`);
  }
  if (history.entries.length === 0) {
    throw new CliError(`${historyFile(root)} has no runs yet: \`kiln bench\` and \`kiln nightly\` add theirs`);
  }
  const chosen = history.entries.filter(
    ({ document, key }) =>
      (scenario === undefined || document.startsWith(`kiln.bench.${scenario}/`)) &&
      (target === undefined || key.target === target),
  );
  const rules = { ...standardChangeRules, threshold };
  const all = trendOf({ entries: newest(chosen, last), unreadable: history.unreadable }, rules, provenance());
  const rows = all.rows.filter((row) => figure === undefined || row.figure === figure);
  if (rows.length === 0)
    throw new CliError("no run that was kept has such a figure: look at `kiln trend` without filters");
  const document: TrendDocument = { ...all, rows };
  if (options.json === true) printJson(document);
  else print(terminalTable(trendTable(document)));
};

/** Of each series; those that come later in the file are newer, and it is sorted when it is read. */
const newest = <Entry extends { readonly document: string; readonly key: unknown; readonly started_at: string }>(
  entries: readonly Entry[],
  last: number,
): Entry[] => {
  const seen = new Map<string, number>();
  return [...entries]
    .sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at))
    .filter(({ document, key }) => {
      const id = JSON.stringify([document, key]);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      return (seen.get(id) ?? 0) <= last;
    });
};
