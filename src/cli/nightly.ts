import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { microCases } from "../../bench/cases/index.js";
import { MicroError, runMicro } from "../../bench/micro.js";
import { convergence } from "../../bench/scenarios/convergence.js";
import { handshake } from "../../bench/scenarios/handshake.js";
import { TesterError } from "../../bench/tester/worker.js";
import { type CampaignListener, type CampaignOptions, runCampaign } from "../../fuzz/campaign/campaign.js";
import type { Sighting } from "../../fuzz/campaign/finding.js";
import { detailOf } from "../../fuzz/campaign/finding-detail.js";
import { planNight, rotated } from "../../fuzz/campaign/plan.js";
import { EngineError } from "../../fuzz/engines/job.js";
import { targets as fuzzTargets } from "../../fuzz/targets/index.js";
import { type CampaignReport, campaignSummary, type PreviousRun } from "../report/index.js";
import {
  type AnyDocument,
  createRun,
  type FuzzEnd,
  type FuzzEngine,
  type FuzzRow,
  fuzzRowsOf,
  latestRun,
  loadRun,
  type NightlyDocument,
  type NightlyFinding,
  provenance,
  ResultsError,
  type Run,
  resultsRoot,
  saveDocument,
} from "../results/index.js";
import { TargetError, type Transport, targets } from "../target/index.js";
import { duration, wholeNumber } from "./arguments.js";
import { remember } from "./bench-remember.js";
import { lineOf, problemOf } from "./fuzz.js";
import { progressOf } from "./fuzz-progress.js";
import { statusFile, writeReports } from "./fuzz-report.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly budget: number;
  readonly seed?: number;
  readonly corpus: string;
  readonly results?: string;
  readonly progress: boolean;
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
    .option("--no-progress", "plain lines, no screen that renews itself")
    .option("--json", "the outcome as JSON on standard output (schema kiln.nightly/1)")
    .addHelpText(
      "after",
      `
Leaves results/<run>/report.md and report.html, findings.sarif and junit.xml, nightly.json and the figures, and compares with
the last nightly run there. While it fuzzes, status.json there says how it stands. Ctrl-C ends it early and keeps what was
gathered. A speaker that is not installed is named, with the way to get it.

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
  readonly fuzz: FuzzRow[];
  /** By the folder of the finding. */
  readonly sightings: Map<string, Sighting>;
  readonly problems: string[];
  /** No screen that renews itself. */
  readonly plain: boolean;
  /** Says a line without disturbing what is on the screen. */
  say(line: string): void;
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
      signal: interruption((line) => night.say(line)),
      benchmarks: new Map(),
      fuzz: [],
      sightings: new Map(),
      problems: [],
      plain: !options.progress,
      say: log,
    };
    log(`nightly ${run.id}: ${options.budget / 1000} s, seed ${seed}`);
    const previous = previousRun(root, run);
    await benchmarks(night, options.budget);
    await fuzzing(night, options.corpus, previous);
    await finish(night, options, previous, performance.now() - began);
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
  await benchmark(night, "kiln.bench.handshake/2", `handshake, ${sessions} sessions`, async (keep) => {
    const one = { versions: ["1.3"], keys: ["p256"], authentications: ["server"], groups: ["X25519"] } as const;
    const tls = { ...one, resumed: [false], until: "established" } as const;
    const load = {
      count: sessions,
      warmUp: 200,
      concurrency: 16,
      rates: [null],
      arrivals: "poisson",
      seed: 1,
    } as const;
    const prompt = targets.filter(({ name }) => !HOLDING_OFF.includes(name));
    for await (const rows of handshake({ ...common, targets: prompt, ...tls, ...load })) keep(rows, null);
  });
  await benchmark(night, "kiln.bench.micro/1", `micro, ${microCases.length} cases`, async (keep) => {
    keep(await runMicro(microCases, { timeMs: microMs, signal }), null);
  });
  if (late.aborted && !night.signal.aborted) {
    night.problems.push("the benchmarks took too long and were cut short: give more time with --budget");
  }
};

const TABLE_SEED = 1;
/** They take a peer back seconds after its session has ended: a night would go by in pauses. `kiln bench handshake` has them. */
const HOLDING_OFF: readonly string[] = ["gobgp", "openbgpd"];

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

/** Properties and jsfuzz on some of the targets, in turn from night to night; then Kiln's engine on all of them. */
const fuzzing = async (night: Night, corpus: string, previous: Previous): Promise<void> => {
  const lanes = availableParallelism();
  const plan = planNight(left(night), fuzzTargets.length, lanes);
  for (const engine of ["properties", "jsfuzz"] as const) {
    const { ms, mostMs, targets } = plan[engine];
    const behind = fuzzTargets.find(({ name }) => name === lastFuzzed(previous, engine));
    const chosen = rotated(fuzzTargets, behind, targets);
    log(`fuzzing ${chosen.length} targets with ${engine}, ${(ms / 1000).toFixed(1)} s each`);
    await campaign(night, { engine, targets: chosen, timeMs: ms, budgetMs: mostMs, corpus });
    const had = night.fuzz.filter((row) => row.engine === engine).length;
    if (had > 0 && had < targets && !night.signal.aborted) {
      log(`  the other ${targets - had} have to wait for the next night: this machine is busy`);
    }
  }
  const budgetMs = left(night);
  log(`fuzzing ${fuzzTargets.length} targets with kiln, ${Math.round(budgetMs / 1000)} s in all`);
  await campaign(night, { engine: "kiln", targets: fuzzTargets, budgetMs, everyTarget: true, corpus });
};

/** Until the budget is used up; at least a second, for every target is to have its turn. */
const left = ({ deadline }: Night): number => Math.max(1_000, deadline - performance.now());

const campaign = async (night: Night, options: Omit<CampaignOptions, "inputs" | "seed">): Promise<void> => {
  if (night.signal.aborted) return;
  const progress = progressOf(night.plain);
  const writeStatus = statusFile(join(night.run.dir, "status.json"));
  const listener: CampaignListener = {
    ...progress,
    found(sighting) {
      if (!night.sightings.has(sighting.folder)) night.sightings.set(sighting.folder, sighting);
      progress.found?.(sighting);
    },
    status(status) {
      writeStatus(status);
      progress.status?.(status);
    },
  };
  const { seed } = night;
  night.say = progress.say;
  try {
    const facts = provenance({ seed, startedAt: night.run.startedAt });
    const rows = await runCampaign({ ...options, inputs: 0, seed, provenance: facts }, listener, night.signal);
    night.fuzz.push(...rows);
    saveDocument(night.run, { schema: "kiln.fuzz.run/2", provenance: facts, rows: night.fuzz });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    night.problems.push(`${options.engine}: ${error.message}`);
    progress.say(`  failed: ${error.message}`);
  } finally {
    progress.end();
    night.say = log;
  }
};

// ---- the report

type Previous = PreviousRun | { readonly unreadable: string } | null;

const previousRun = (root: string, run: Run): Previous => {
  const previous = latestRun(root, "nightly", run);
  if (previous === null) return null;
  try {
    const all = loadRun(previous);
    const own = all.find((one) => one.schema === "kiln.nightly/1");
    if (own === undefined) return { unreadable: `${previous.id} was not brought to its end` };
    const fuzz = all.find((one) => one.schema === "kiln.fuzz.run/2" || one.schema === "kiln.fuzz.run/1");
    return {
      run: previous.id,
      provenance: own.provenance,
      benchmarks: all.filter(({ schema }) => schema.startsWith("kiln.bench.")),
      fuzz: fuzz === undefined ? [] : fuzzRowsOf(fuzz),
    };
  } catch (error) {
    if (error instanceof ResultsError) return { unreadable: error.message };
    throw error;
  }
};

/** Where the turns of an engine ended in the last run. */
const lastFuzzed = (previous: Previous, engine: FuzzEngine): string | undefined =>
  previous === null || "unreadable" in previous
    ? undefined
    : previous.fuzz.filter((row) => row.engine === engine).at(-1)?.target;

const finish = async (night: Night, options: Options, previous: Previous, durationMs: number): Promise<void> => {
  const { run, seed, signal, fuzz } = night;
  const benchmarks = [...night.benchmarks.values()];
  const details = [...night.sightings.values()].map((one) => detailOf(one));
  const findings = [...details.map(lineOf), ...benchmarks.flatMap(inexact)];
  const problems = [
    ...night.problems,
    ...(signal.aborted ? [] : benchmarks.flatMap(failedRows)),
    ...fuzz.flatMap(problemOf),
  ];
  const facts = provenance({ seed, startedAt: run.startedAt });
  const endedBy: FuzzEnd = signal.aborted ? "signal" : "budget";
  const report: CampaignReport = {
    title: `Kiln nightly ${run.id}`,
    provenance: facts,
    durationMs,
    endedBy,
    benchmarks,
    fuzz,
    findings,
    details,
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
  for (const one of benchmarks) remember(run, one);
  const path = await writeReports(run.dir, report);
  saveDocument(run, document);
  if (options.json === true) printJson(document);
  else print(campaignSummary(report));
  log(`kept in ${path}`);
  if (findings.length > 0) process.exitCode = Exit.Finding;
  else if (problems.length > 0) process.exitCode = Exit.Error;
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
