import type { Circumstances } from "../../bench/scenarios/circumstances.js";
import { Interrupted } from "../../bench/scenarios/lab.js";
import { TesterError } from "../../bench/tester/worker.js";
import { benchTable, conditionLines, terminalTable } from "../report/index.js";
import {
  type AnyDocument,
  type Conditions,
  createRun,
  figuresOf,
  provenance,
  ResultsError,
  type Run,
  resultsRoot,
  saveDocument,
  type TargetKey,
  type Tier,
} from "../results/index.js";
import { MrtTableError } from "../table/from-mrt.js";
import { endpointComparability } from "../target/endpoint.js";
import { TargetError, targets } from "../target/index.js";
import { withTunnel } from "../target/stunnel.js";
import { remember } from "./bench-remember.js";
import { CliError, Exit, log, print, printJson } from "./output.js";

type Row<D extends AnyDocument> = D["rows"][number] & TargetKey;

export interface Recorded {
  readonly json?: boolean;
  readonly results?: string;
  /** Null where nothing is drawn. */
  readonly seed: number | null;
  readonly tier?: Tier;
  readonly circumstances?: Circumstances;
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
  let unsaved: unknown = null;
  try {
    for await (rows of scenario) {
      document = documentOf(schema, facts, rows, options);
      try {
        run ??= createRun(resultsRoot(options.results), kind, startedAt);
        saveDocument(run, document);
      } catch (error) {
        unsaved = error;
        break;
      }
    }
  } catch (error) {
    throw explained(error);
  }
  // What could not be kept is shown nevertheless.
  if (document !== null && (run !== null || rows.some((row) => figuresOf(row) !== null)))
    show(document, options.json === true);
  if (unsaved !== null) throw explained(unsaved);
  if (run === null || document === null) throw new CliError("interrupted before anything was measured");
  log(`kiln: kept in ${run.dir}`);
  remember(run, document);
  if (!signal.aborted) await options.also?.(run);
  judge(rows, signal);
  return rows;
};

const documentOf = <D extends AnyDocument>(
  schema: D["schema"],
  facts: ReturnType<typeof provenance>,
  rows: readonly Row<D>[],
  options: Recorded,
): AnyDocument => {
  const versions = rows.flatMap(({ target, version }) => (version === null ? [] : [[target, version]]));
  const conditions = conditionsOf(rows, options);
  const provenanceOfAll = { ...facts, targets: Object.fromEntries(versions) };
  return { schema, provenance: provenanceOfAll, conditions, rows } as unknown as AnyDocument;
};

/** What is comparable is told of the targets that were tried. */
const conditionsOf = (rows: readonly TargetKey[], { tier, circumstances }: Recorded): Conditions => {
  const all = [...targets, { name: "endpoint", comparability: endpointComparability }];
  const wasTried = (row: TargetKey): boolean => !("skipped" in row) || figuresOf(row) !== null;
  const isTunnelled = (name: string): boolean =>
    rows.some(({ target, transport }) => target === name && transport === "tls-stunnel");
  const tried = all.filter(({ name }) => rows.some((row) => row.target === name && wasTried(row)));
  return {
    ...(tier === undefined ? {} : { tier }),
    comparability: Object.fromEntries(
      tried.map(({ name, comparability }) => [name, isTunnelled(name) ? withTunnel(comparability) : comparability]),
    ),
    ...circumstances?.conditions,
  };
};

const show = (document: AnyDocument, json: boolean): void => {
  if (json) {
    printJson(document);
    return;
  }
  const shown = benchTable(document);
  if (shown !== null) print(terminalTable(shown.table));
  for (const line of conditionLines("conditions" in document ? document.conditions : undefined)) print(line);
};

/** What the parts that a scenario works with have to say to users stands in their errors. */
const explained = (error: unknown): unknown => {
  if (error instanceof Interrupted) return new CliError("interrupted before anything was measured");
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
  const figures = rows.map(figuresOf).filter((had) => had !== null);
  if (figures.length === 0) {
    const skipped = rows.map((row) => `${row.target} over ${row.transport}: ${"skipped" in row ? row.skipped : ""}`);
    throw new CliError(`nothing could be measured: ${skipped.join("; ")}`);
  }
  if (figures.some((row) => "exact" in row && row.exact === false)) process.exitCode = Exit.Finding;
};
