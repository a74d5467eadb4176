import { TesterError } from "../../bench/tester/worker.js";
import { benchTable, terminalTable } from "../report/index.js";
import {
  type AnyDocument,
  createRun,
  isMeasured,
  provenance,
  ResultsError,
  type Run,
  resultsRoot,
  saveDocument,
  type TargetKey,
} from "../results/index.js";
import { MrtTableError } from "../table/from-mrt.js";
import { TargetError } from "../target/index.js";
import { remember } from "./bench-remember.js";
import { CliError, Exit, log, print, printJson } from "./output.js";

type Row<D extends AnyDocument> = D["rows"][number] & TargetKey;

export interface Recorded {
  readonly json?: boolean;
  readonly results?: string;
  /** Null where nothing is drawn. */
  readonly seed: number | null;
  /** More to leave in the run's folder, once the figures are there. */
  also?(run: Run): Promise<void>;
}

/**
 * Runs a scenario against targets, keeps what it yields in the run's folder as it grows, and shows the end: the table or
 * the document. Fails when a target did, or when none could be measured; what was measured stands by then.
 */
export const record = async <D extends AnyDocument>(
  schema: D["schema"],
  scenario: AsyncIterable<readonly Row<D>[]>,
  options: Recorded,
  signal: AbortSignal,
): Promise<readonly Row<D>[]> => {
  const startedAt = new Date();
  const kind = schema.replace(/^kiln\.bench\.|\/\d+$/g, "");
  const facts = provenance({ seed: options.seed, startedAt });
  let run: Run | null = null;
  let document: AnyDocument | null = null;
  let rows: readonly Row<D>[] = [];
  try {
    for await (rows of scenario) {
      const versions = rows.flatMap(({ target, version }) => (version === null ? [] : [[target, version]]));
      const targets = Object.fromEntries(versions);
      document = { schema, provenance: { ...facts, targets }, rows } as unknown as AnyDocument;
      run ??= createRun(resultsRoot(options.results), kind, startedAt);
      saveDocument(run, document);
    }
  } catch (error) {
    throw explained(error);
  }
  if (run === null || document === null) throw new CliError("interrupted before anything was measured");
  if (options.json === true) printJson(document);
  else {
    const shown = benchTable(document);
    if (shown !== null) print(terminalTable(shown.table));
  }
  log(`kiln: kept in ${run.dir}`);
  remember(run, document);
  if (!signal.aborted) await options.also?.(run);
  judge(rows, signal);
  return rows;
};

/** What the parts that a scenario works with have to say to users stands in their errors. */
const explained = (error: unknown): unknown => {
  const known = [MrtTableError, ResultsError, TargetError, TesterError].some((kind) => error instanceof kind);
  return known && error instanceof Error ? new CliError(error.message) : error;
};

const judge = (rows: readonly TargetKey[], signal: AbortSignal): void => {
  if (signal.aborted) throw new CliError("interrupted; the runs that had ended are kept");
  const reasons = rows.flatMap((row) => {
    if ("failed" in row) return [String(row.failed)];
    return row.note === undefined ? [] : [row.note];
  });
  if (reasons.length > 0) throw new CliError([...new Set(reasons)].join("; "));
  if (!rows.some(isMeasured)) {
    const skipped = rows.map((row) => `${row.target} over ${row.transport}: ${"skipped" in row ? row.skipped : ""}`);
    throw new CliError(`nothing could be measured: ${skipped.join("; ")}`);
  }
  if (rows.some((row) => "exact" in row && row.exact === false)) process.exitCode = Exit.Finding;
};
