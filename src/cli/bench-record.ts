import { benchTable, terminalTable } from "../report/index.js";
import {
  type AnyDocument,
  createRun,
  isMeasured,
  provenance,
  resultsRoot,
  saveDocument,
  type TargetKey,
} from "../results/index.js";
import { CliError, Exit, log, print, printJson } from "./common.js";

type Row<D extends AnyDocument> = D["rows"][number] & TargetKey;

export interface Recorded {
  readonly json?: boolean;
  readonly results?: string;
  readonly seed: number;
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
  const run = createRun(resultsRoot(options.results), kind, startedAt);
  let document: AnyDocument | null = null;
  let rows: readonly Row<D>[] = [];
  for await (rows of scenario) {
    const versions = rows.flatMap(({ target, version }) => (version === null ? [] : [[target, version]]));
    document = {
      schema,
      provenance: { ...facts, targets: Object.fromEntries(versions) },
      rows,
    } as unknown as AnyDocument;
    saveDocument(run, document);
  }
  if (document === null) throw new CliError("interrupted before anything was measured");
  if (options.json === true) printJson(document);
  else {
    const shown = benchTable(document);
    if (shown !== null) print(terminalTable(shown.table));
  }
  log(`kiln: kept in ${run.dir}`);
  judge(rows, signal);
  return rows;
};

const judge = (rows: readonly TargetKey[], signal: AbortSignal): void => {
  if (signal.aborted) throw new CliError("interrupted; the runs that had ended are kept");
  const reasons = rows.flatMap((row) => {
    if ("failed" in row) return [String(row.failed)];
    return row.note === undefined ? [] : [row.note];
  });
  if (reasons.length > 0) throw new CliError([...new Set(reasons)].join("; "));
  if (!rows.some(isMeasured)) {
    const skipped = rows.map((row) => ("skipped" in row ? String(row.skipped) : ""));
    throw new CliError(`nothing could be measured: ${[...new Set(skipped)].join("; ")}`);
  }
  if (rows.some((row) => "exact" in row && row.exact === false)) process.exitCode = Exit.Finding;
};
