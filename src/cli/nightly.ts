import { availableParallelism } from "node:os";
import { relative } from "node:path";
import type { Command } from "commander";
import { microCases } from "../../bench/cases/index.js";
import { MicroError, runMicro } from "../../bench/micro.js";
import { convergence } from "../../bench/scenarios/convergence.js";
import { handshake } from "../../bench/scenarios/handshake.js";
import { TesterError } from "../../bench/tester/worker.js";
import { type CampaignListener, runCampaign } from "../../fuzz/campaign/campaign.js";
import { planRound, ROUND_MS, rotated } from "../../fuzz/campaign/plan.js";
import { EngineError } from "../../fuzz/engines/job.js";
import { targets as fuzzTargets } from "../../fuzz/targets/index.js";
import {
  type FuzzLine,
  type NightlyReport,
  nightlyMarkdown,
  nightlySummary,
  type PreviousRun,
} from "../report/index.js";
import {
  type AnyDocument,
  createRun,
  type FuzzDocument,
  type FuzzRow,
  isMeasured,
  latestRun,
  loadRun,
  type NightlyDocument,
  type NightlyFinding,
  provenance,
  ResultsError,
  type Run,
  resultsRoot,
  saveDocument,
  saveFile,
} from "../results/index.js";
import { TargetError, type Transport, targets } from "../target/index.js";
import { duration, wholeNumber } from "./arguments.js";
import { progressLines } from "./fuzz.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly budget: number;
  readonly seed?: number;
  readonly corpus: string;
  readonly results?: string;
  readonly json?: boolean;
}

export const register: Register = (program: Command) => {
  program
    .command("nightly")
    .description("The main job: quick benchmarks, then fuzzing of everything for the rest of the budget, and a report.")
    .option("--budget <duration>", "for all of it", duration, 180_000)
    .option("--seed <number>", "of the fuzzing; without it a new one, which is printed", wholeNumber(0, 0x7fffffff))
    .option("--corpus <dir>", "where findings and the working corpus go", "corpus")
    .option("--results <dir>", "where the run is kept (default: results of the checkout)")
    .option("--json", "the outcome as JSON on standard output (schema kiln.nightly/1)")
    .addHelpText(
      "after",
      `
Leaves results/<run>/report.md, nightly.json and the figures, and compares with the last nightly run there. Ctrl-C ends
it early and keeps what was gathered. A speaker that is not installed is named, with the way to get it.

Exit code: 0 nothing found, 1 a finding, 2 a part of the job could not be done.

Examples:
  npm run nightly
  npm run nightly -- --budget 8h`,
    )
    .action(nightly);
};

/** What has been gathered so far; everything in it is true at any moment. */
interface Night {
  readonly run: Run;
  readonly seed: number;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly benchmarks: Map<AnyDocument["schema"], AnyDocument>;
  readonly fuzz: Map<string, FuzzRow>;
  readonly findings: Map<string, NightlyFinding>;
  readonly problems: string[];
}

const nightly = async (options: Options): Promise<void> => {
  const seed = options.seed ?? Math.floor(Math.random() * 0x80000000);
  try {
    const root = resultsRoot(options.results);
    const run = createRun(root, "nightly");
    const began = performance.now();
    const night: Night = {
      run,
      seed,
      deadline: began + options.budget,
      signal: interruption(),
      benchmarks: new Map(),
      fuzz: new Map(),
      findings: new Map(),
      problems: [],
    };
    log(`nightly ${run.id}: ${options.budget / 1000} s, seed ${seed}`);
    const previous = previousRun(root, run);
    await benchmarks(night, options.budget);
    await fuzzing(night, options.corpus, lastFuzzed(previous));
    finish(night, options, previous, performance.now() - began);
  } catch (error) {
    if (error instanceof ResultsError) throw new CliError(error.message);
    throw error;
  }
};

// ---- benchmarks

/** Sizes by budget, so that a longer night says more; figures of different sizes are not compared. */
const sizesFor = (budgetMs: number): { prefixes: number; runs: number; sessions: number; microMs: number } => {
  if (budgetMs < 10 * 60_000) return { prefixes: 50_000, runs: 2, sessions: 100, microMs: 100 };
  if (budgetMs < 60 * 60_000) return { prefixes: 100_000, runs: 5, sessions: 300, microMs: 300 };
  return { prefixes: 1_000_000, runs: 5, sessions: 1000, microMs: 1000 };
};

/** Of the budget at most; the rest is for fuzzing. */
const BENCHMARK_SHARE = 0.6;

const benchmarks = async (night: Night, budgetMs: number): Promise<void> => {
  const { prefixes, runs, sessions, microMs } = sizesFor(budgetMs);
  const late = AbortSignal.timeout(Math.round(budgetMs * BENCHMARK_SHARE));
  const signal = AbortSignal.any([night.signal, late]);
  const progress = (line: string): void => log(`  ${line}`);
  const transports: readonly Transport[] = ["tcp", "tls"];
  const common = { targets, transports, runs, signal, progress };

  await benchmark(night, "kiln.bench.convergence/1", `convergence, ${prefixes} prefixes`, async (keep) => {
    const source = { kind: "generated", prefixes, family: "4", seed: TABLE_SEED } as const;
    for await (const rows of convergence({ ...common, source, peers: 1 })) keep(rows, TABLE_SEED);
  });
  await benchmark(night, "kiln.bench.handshake/1", `handshake, ${sessions} sessions`, async (keep) => {
    const tls = { versions: ["1.3"], keys: ["p256"], authentications: ["server"], resumed: [false] } as const;
    for await (const rows of handshake({ ...common, ...tls, count: sessions, concurrency: 16 })) keep(rows, null);
  });
  await benchmark(night, "kiln.bench.micro/1", `micro, ${microCases.length} cases`, async (keep) => {
    keep(await runMicro(microCases, { timeMs: microMs, signal }), null);
  });
  if (late.aborted && !night.signal.aborted) {
    night.problems.push("the benchmarks took too long and were cut short: give more time with --budget");
  }
};

const TABLE_SEED = 1;

type Keep = (rows: readonly object[], seed: number | null) => void;

const benchmark = async (
  night: Night,
  schema: AnyDocument["schema"],
  title: string,
  measure: (keep: Keep) => Promise<void>,
): Promise<void> => {
  if (night.signal.aborted) return;
  log(title);
  const startedAt = new Date();
  const keep: Keep = (rows, seed) => {
    const document = { schema, provenance: provenance({ startedAt, seed, targets: versionsIn(rows) }), rows };
    night.benchmarks.set(schema, document as unknown as AnyDocument);
    saveDocument(night.run, document as unknown as AnyDocument);
  };
  try {
    await measure(keep);
  } catch (error) {
    const isKnown = [TargetError, TesterError, MicroError].some((kind) => error instanceof kind);
    if (!isKnown || !(error instanceof Error)) throw error;
    night.problems.push(`${title}: ${error.message}`);
    log(`  failed: ${error.message}`);
  }
};

const versionsIn = (rows: readonly object[]): Record<string, string> =>
  Object.fromEntries(
    rows.flatMap((row) =>
      "target" in row && "version" in row && typeof row.version === "string" ? [[String(row.target), row.version]] : [],
    ),
  );

// ---- fuzzing

const fuzzing = async (night: Night, corpus: string, last: string | undefined): Promise<void> => {
  const lanes = availableParallelism();
  let behind = fuzzTargets.find(({ name }) => name === last);
  for (let round = 0; !night.signal.aborted; round++) {
    const left = night.deadline - performance.now();
    // Every target gets its turn, even when the benchmarks have eaten the night.
    if (round > 0 && left < LEAST_ROUND_MS) return;
    const { propertiesMs, jsfuzzMs, jsfuzzTargets } = planRound(Math.min(left, ROUND_MS), fuzzTargets.length, lanes);
    const common = { inputs: 0, seed: (night.seed + round) & 0x7fffffff, corpus, jobs: lanes } as const;
    const chosen = rotated(fuzzTargets, behind, jsfuzzTargets);
    behind = chosen.at(-1) ?? behind;

    log(`fuzzing ${fuzzTargets.length} targets with properties, ${(propertiesMs / 1000).toFixed(1)} s each`);
    await campaign(night, { ...common, targets: fuzzTargets, engine: "properties", timeMs: propertiesMs });
    if (chosen.length === 0 || night.signal.aborted) continue;
    log(`fuzzing ${chosen.length} targets with jsfuzz, ${(jsfuzzMs / 1000).toFixed(1)} s each`);
    await campaign(night, { ...common, targets: chosen, engine: "jsfuzz", timeMs: jsfuzzMs });
  }
};

const LEAST_ROUND_MS = 60_000;

const campaign = async (night: Night, options: Parameters<typeof runCampaign>[0]): Promise<void> => {
  const lines = progressLines();
  const listener: CampaignListener = {
    ...lines,
    found(finding, folder, known) {
      lines.found?.(finding, folder, known);
      const { signature, target, what } = finding;
      if (night.findings.has(signature + target)) return;
      const reproduce = `kiln repro ${relative(process.cwd(), folder)}`;
      night.findings.set(signature + target, { id: signature, target, what, reproduce, known });
    },
    finished(row) {
      lines.finished?.(row);
      const key = `${row.engine} ${row.target}`;
      night.fuzz.set(key, together(night.fuzz.get(key), row));
    },
  };
  try {
    // In the order of the targets, whichever was done first: the next night goes on behind the last.
    for (const { engine, target } of await runCampaign(options, listener, night.signal)) {
      const key = `${engine} ${target}`;
      const row = night.fuzz.get(key);
      night.fuzz.delete(key);
      if (row !== undefined) night.fuzz.set(key, row);
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    night.problems.push(`${options.engine}: ${error.message}`);
    log(`  failed: ${error.message}`);
  }
  const rows = [...night.fuzz.values()];
  if (rows.length > 0) saveDocument(night.run, fuzzDocument(night, rows));
};

const fuzzDocument = ({ seed, run }: Night, rows: readonly FuzzRow[]): FuzzDocument => ({
  schema: "kiln.fuzz.run/1",
  provenance: provenance({ seed, startedAt: run.startedAt }),
  rows,
});

/** Two rounds of the same engine on the same target as one; what failed in one round is shown as failed. */
const together = (before: FuzzRow | undefined, row: FuzzRow): FuzzRow => {
  if (before === undefined || !isMeasured(row)) return row;
  if (!isMeasured(before)) return before;
  const outcomes: Record<string, number> = { ...before.outcomes };
  for (const [outcome, count] of Object.entries(row.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  const more = (row.coverage?.covered ?? 0) > (before.coverage?.covered ?? 0);
  return {
    ...before,
    executions: before.executions + row.executions,
    seconds: Math.round((before.seconds + row.seconds) * 1000) / 1000,
    coverage: more ? row.coverage : before.coverage,
    outcomes,
    findings: [...new Set([...before.findings, ...row.findings])],
  };
};

// ---- the report

type Previous = (PreviousRun & { readonly fuzz: readonly FuzzRow[] }) | { readonly unreadable: string } | null;

const previousRun = (root: string, run: Run): Previous => {
  const previous = latestRun(root, "nightly", run);
  if (previous === null) return null;
  try {
    const all = loadRun(previous);
    const own = all.find((one) => one.schema === "kiln.nightly/1");
    if (own === undefined) return { unreadable: `${previous.id} was not brought to its end` };
    const fuzz = all.find((one) => one.schema === "kiln.fuzz.run/1");
    return {
      run: previous.id,
      provenance: own.provenance,
      benchmarks: all.filter(({ schema }) => schema.startsWith("kiln.bench.")),
      fuzz: fuzz?.rows ?? [],
    };
  } catch (error) {
    if (error instanceof ResultsError) return { unreadable: error.message };
    throw error;
  }
};

/** Where the turns of jsfuzz ended in the last run. */
const lastFuzzed = (previous: Previous): string | undefined =>
  previous === null || "unreadable" in previous
    ? undefined
    : previous.fuzz.filter(({ engine }) => engine === "jsfuzz").at(-1)?.target;

const finish = (night: Night, options: Options, previous: Previous, durationMs: number): void => {
  const { run, seed, signal } = night;
  const benchmarks = [...night.benchmarks.values()];
  const findings = [...night.findings.values(), ...benchmarks.flatMap(inexact)];
  const fuzz = [...night.fuzz.values()];
  const problems = [
    ...night.problems,
    ...(signal.aborted ? [] : benchmarks.flatMap(failedRows)),
    ...fuzz.flatMap((row) => ("failed" in row ? [`${row.engine} on ${row.target}: ${row.failed}`] : [])),
  ];
  const facts = provenance({ seed, startedAt: run.startedAt });
  const report: NightlyReport = {
    run: run.id,
    provenance: facts,
    durationMs,
    interrupted: signal.aborted,
    benchmarks,
    fuzz: fuzz.map(fuzzLine),
    findings,
    problems,
    previous,
  };
  const document: NightlyDocument = {
    schema: "kiln.nightly/1",
    provenance: facts,
    rows: findings,
    budget_s: options.budget / 1000,
    duration_s: Math.round(durationMs) / 1000,
    interrupted: signal.aborted,
    problems,
    previous: previous !== null && "run" in previous ? previous.run : null,
  };
  const path = saveFile(run, "report.md", nightlyMarkdown(report));
  saveDocument(run, document);
  if (options.json === true) printJson(document);
  else print(nightlySummary(report));
  log(`kept in ${path}`);
  if (findings.length > 0) process.exitCode = Exit.Finding;
  else if (problems.length > 0) process.exitCode = Exit.Error;
};

const fuzzLine = (row: FuzzRow): FuzzLine => {
  const { target, engine } = row;
  if (!isMeasured(row)) {
    const problem = "failed" in row ? row.failed : row.skipped;
    return { target, engine, executions: 0, seconds: 0, coverage: null, findings: 0, problem };
  }
  const { executions, seconds, coverage, findings } = row;
  return { target, engine, executions, seconds, coverage: coverage?.covered ?? null, findings: findings.length };
};

const failedRows = ({ schema, rows }: AnyDocument): string[] =>
  rows.flatMap((row) => {
    const name = [schema.replace(/^kiln\.bench\.|\/\d+$/g, ""), field(row, "target"), field(row, "transport")];
    return "failed" in row ? [`${name.filter((part) => part !== "").join(" ")}: ${row.failed}`] : [];
  });

/** A speaker that does not pass on exactly what it was sent is a finding, not a figure. */
const inexact = ({ schema, rows }: AnyDocument): NightlyFinding[] =>
  rows.flatMap((row) => {
    if (!("exact" in row) || row.exact !== false) return [];
    const [target, transport, prefixes] = [field(row, "target"), field(row, "transport"), field(row, "prefixes")];
    return [
      {
        id: `inexact-${target}-${transport}`,
        target,
        what: `${schema}: the receiver does not end with exactly the expected routes`,
        reproduce: `kiln bench convergence --target ${target} --transport ${transport} --prefixes ${prefixes} --runs 1`,
        known: false,
      },
    ];
  });

const field = (row: object, name: string): string => String((row as Record<string, unknown>)[name] ?? "");
