import { existsSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { BuildError, findRevision, type Revision, splitRange, withBuilds } from "../../bench/compare/builds.js";
import { compareTargets } from "../../bench/compare/campaign.js";
import { earlierNoise } from "../../bench/compare/noise.js";
import { probe, type Side, sideNamed, startedFrom } from "../../bench/compare/programs.js";
import { comparedScenarios } from "../../bench/compare/scenarios.js";
import { Interrupted, MAX_SENDERS } from "../../bench/scenarios/lab.js";
import { compareMarkdown, compareNotes, compareTable, terminalTable } from "../report/index.js";
import {
  type CompareDocument,
  type ComparePair,
  type CompareRow,
  compareStored,
  createRun,
  findRun,
  isMeasured,
  LEAST_PAIRS,
  loadDocument,
  loadRun,
  type PairedRules,
  packageRoot,
  provenance,
  ResultsError,
  type Run,
  resultsRoot,
  type StoredSide,
  saveDocument,
  standardRules,
} from "../results/index.js";
import { MrtTableError } from "../table/from-mrt.js";
import type { Transport } from "../target/index.js";
import { self } from "../target/self.js";
import { namesOf, share, wholeNumber } from "./arguments.js";
import { sourceOf } from "./bench-options.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly rerun?: string;
  readonly a?: string;
  readonly b?: string;
  readonly aa?: boolean;
  readonly scenario: readonly string[];
  readonly transport: readonly Transport[];
  readonly pairs: number;
  readonly maxPairs: number;
  readonly prefixes: number;
  readonly family: "4" | "6" | "both";
  readonly mrt?: string;
  readonly peers: number;
  readonly sessions: number;
  readonly seed: number;
  readonly threshold: number;
  readonly repeat?: number;
  readonly strict?: boolean;
  readonly markdown?: string;
  readonly results?: string;
  readonly json?: boolean;
}

const scenarioNames = comparedScenarios.map(({ name }) => name);

export const register: Register = (program: Command) => {
  program
    .command("compare [A] [B]")
    .description(
      "Whether B is faster or slower than A, by how much, and how sure that is: builds run in turns, or stored runs.",
    )
    .option("--rerun <A..B>", "build two revisions of Kiln and run them in turns; without ..B, A against this checkout")
    .option("--a <target[=program]>", "before: a target, or another program for it, as bird=/path/to/bird")
    .option("--b <target[=program]>", "now")
    .option(
      "--aa",
      "a build with itself: how much the machine's noise makes of no difference; kept for later comparisons",
    )
    .option("--scenario <names>", `any of ${scenarioNames.join(",")}`, namesOf(...scenarioNames), ["convergence"])
    .option("--transport <names>", "tcp, tls or both", namesOf("tcp", "tls"), ["tcp"])
    .option("--pairs <n>", "pairs of runs to begin with", wholeNumber(LEAST_PAIRS, 1000), 10)
    .option(
      "--max-pairs <n>",
      "at most so many where the verdict stays inconclusive",
      wholeNumber(LEAST_PAIRS, 1000),
      30,
    )
    .option("--prefixes <n>", "size of the generated table", wholeNumber(1, 8_000_000), 100_000)
    .addOption(
      new Option("--family <family>", "address family of the generated table").choices(["4", "6", "both"]).default("4"),
    )
    .option("--mrt <file>", "take the routes of an MRT file instead")
    .option(
      "--peers <n>",
      "peers that announce a table; not in handshake, churn and reset",
      wholeNumber(1, MAX_SENDERS),
      1,
    )
    .option("--sessions <n>", "sessions of each run, in handshake", wholeNumber(1, 1_000_000), 300)
    .option("--seed <n>", "of the generated table and of the resampling", wholeNumber(0, 0xffffffff), 1)
    .option("--threshold <percent>", "least change that counts", share, standardRules.threshold)
    .option("--repeat <n>", "the whole comparison so many times: how often a verdict is right", wholeNumber(1, 1000))
    .option("--strict", "exit with 2 where a verdict is inconclusive")
    .option("--markdown <file>", "write a table for a pull request")
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the result as one JSON document (schema kiln.compare/1)")
    .addHelpText("after", HELP)
    .action(async (a: string | undefined, b: string | undefined, options: Options) => {
      try {
        await compare(a, b, options);
      } catch (error) {
        throw explained(error);
      }
    });
};

const HELP = `
Two revisions are built in git worktrees of their own, which are removed afterwards; the same testers, those of this build,
measure both, in turns (ABBA), with a fresh process for each run. A row is "slower" or "faster" when B's runs differ by more
than the threshold and more than the noise floor, the 95% interval is clear of no difference, and the p value, adjusted for all
rows, is below 0.05; "no change" when the whole interval lies within the threshold; else "inconclusive", and more pairs are run
up to --max-pairs. Figures with a star decide: CPU time, which is steadier than wall time on a machine that does other things, and in memory the
peak, which says most of a large table.

A and B are stored runs otherwise: ids under results/, folders, or JSON files. That is weak evidence, and is said so.

Exit code: 0 not slower, 1 slower, 2 it could not be done, or with --strict it is inconclusive.

Examples:
  kiln compare --rerun v0.1.0..HEAD --scenario convergence,update,handshake --pairs 10
  kiln compare --rerun main --scenario withdraw,replace,fanout,memory --peers 2
  kiln compare --rerun main --markdown comparison.md       main against this checkout, as it stands
  kiln compare --a bird=/usr/sbin/bird --b bird=/opt/bird/sbin/bird --prefixes 1000000
  kiln compare --aa --pairs 20                             the noise floor of this machine
  kiln compare 20260131T235959Z-convergence 20260207T235959Z-convergence --json`;

const explained = (error: unknown): unknown => {
  if (error instanceof Interrupted) return new CliError("interrupted before anything was compared");
  const known = [BuildError, ResultsError, MrtTableError].some((kind) => error instanceof kind);
  return known && error instanceof Error ? new CliError(error.message) : error;
};

const compare = async (a: string | undefined, b: string | undefined, options: Options): Promise<void> => {
  const ways = [a !== undefined, options.a !== undefined || options.b !== undefined, options.rerun !== undefined];
  const chosen = ways.filter(Boolean).length;
  if (chosen > 1 || (a !== undefined && options.aa === true)) {
    throw new CliError("choose one: two stored runs, --rerun A..B, or --a and --b");
  }
  if (chosen === 0 && options.aa !== true) {
    throw new CliError("say what to compare: two stored runs, --rerun A..B, --a and --b, or --aa");
  }
  if (options.markdown !== undefined) checkPlace(options.markdown);
  if (options.mrt !== undefined && options.scenario.includes("ipv6")) {
    throw new CliError("--mrt: ipv6 has tables of the generator; convergence takes the file's families as they are");
  }
  if (options.maxPairs < options.pairs) throw new CliError("--max-pairs must not be smaller than --pairs");
  if (a === undefined) await comparePairs(options);
  else if (b === undefined) throw new CliError("name two stored runs, or two revisions with --rerun A..B");
  else compareRuns(a, b, options);
};

/** Before anything is measured: an hour later is late to hear of a folder that is not there. */
const checkPlace = (file: string): void => {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CliError(`--markdown ${file}: there is no folder ${basename(folder)}`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new CliError(`--markdown ${file}: it is a directory`);
  }
};

const rulesOf = ({ threshold, seed }: Options): PairedRules => ({ ...standardRules, threshold, seed });

// ---- stored runs

const compareRuns = (a: string, b: string, options: Options): void => {
  const root = resultsRoot(options.results);
  const document = compareStored(storedSide(a, root), storedSide(b, root), rulesOf(options));
  if (document.rows.length === 0) throw new CliError(`${a} and ${b} have no figure of the same thing in common`);
  for (const line of document.warnings) log(`kiln: ${line}`);
  show(document, options);
  judge(document, options);
};

/** A run by its id, any folder of documents, or one document. */
const storedSide = (text: string, root: string): StoredSide => {
  const name = basename(text);
  const found = statSync(text, { throwIfNoEntry: false });
  if (found?.isFile() === true) return { name, documents: [loadDocument(text)] };
  const run: Run = found === undefined ? findRun(root, text) : { ...NO_RUN, id: name, dir: resolve(text) };
  const documents = loadRun(run).filter(({ schema }) => schema.startsWith("kiln.bench."));
  if (documents.length === 0) throw new CliError(`${text}: there are no benchmark results in it`);
  return { name, documents };
};

const NO_RUN = { kind: "folder", startedAt: new Date(0) };

// ---- runs in turns

const comparePairs = async (options: Options): Promise<void> => {
  const signal = interruption();
  if (options.a !== undefined || options.b !== undefined) {
    const { a, b = options.aa === true ? a : undefined } = options;
    if (a === undefined || b === undefined) {
      throw new CliError("--a and --b belong together; with --aa, --a alone is enough");
    }
    await runPairs([sideNamed(a), sideNamed(b)], options, signal);
    return;
  }
  const root = packageRoot();
  const { rerun } = options;
  if (rerun === undefined) {
    await runPairs([checkout(root), checkout(root)], options, signal);
    return;
  }
  const [first, second] = splitRange(rerun);
  const revisions = [await findRevision(root, first, signal)];
  if (second !== null) revisions.push(await findRevision(root, second, signal));
  warnOfChanges(revisions);
  const progress = (line: string): void => log(`kiln: ${line}`);
  await withBuilds(root, revisions, { signal, progress }, async (builds) => {
    const sides = builds.map(
      ({ name, commit, program }): Side => ({ name, commit, digest: null, target: startedFrom(self, program) }),
    );
    const [a, b] = sides;
    if (a === undefined) throw new RangeError("nothing was built");
    await runPairs([a, options.aa === true ? a : (b ?? checkout(root))], options, signal);
  });
};

/** This build, changes and all. */
const checkout = (root: string): Side => {
  const { commit, dirty } = provenance();
  const name = dirty === true ? "this checkout, with changes" : "this checkout";
  return { name: existsSync(join(root, ".git")) ? name : "this installation", commit, digest: null, target: self };
};

const warnOfChanges = (revisions: readonly Revision[]): void => {
  const { commit, dirty } = provenance();
  if (dirty === true && revisions.some((one) => one.commit === commit)) {
    log(
      "kiln: this checkout has changes that are not committed, and they are not measured: --rerun A, without ..B, would",
    );
  }
};

const runPairs = async (sides: readonly [Side, Side], options: Options, signal: AbortSignal): Promise<void> => {
  const [a, b] = sides;
  for (const side of new Set(sides)) await probe(side);
  const scenarios = comparedScenarios.filter(({ name }) => options.scenario.includes(name));
  const root = resultsRoot(options.results);
  const facts = provenance({ seed: options.seed, targets: {} });
  const gathered = { rows: [] as CompareRow[], pairs: [] as ComparePair[], warnings: new Set<string>() };
  const versions = { a: new Set<string>(), b: new Set<string>() };
  const document = (): CompareDocument => ({
    schema: "kiln.compare/1",
    provenance: facts,
    mode: options.aa === true ? "same" : "rerun",
    sides: {
      a: { name: a.name, commit: a.commit, digest: a.digest, versions: [...versions.a] },
      b: { name: b.name, commit: b.commit, digest: b.digest, versions: [...versions.b] },
    },
    rules: rulesOf(options),
    warnings: [...gathered.warnings],
    pairs: gathered.pairs,
    interrupted: signal.aborted,
    rows: gathered.rows,
  });
  const noise = options.aa === true ? null : earlierNoise(root);
  let run: Run | null = null;
  let unsaved: unknown = null;
  for (let repetition = 1; repetition <= (options.repeat ?? 1) && !signal.aborted; repetition++) {
    const result = await compareTargets({
      a: a.target,
      b: b.target,
      scenarios,
      transports: options.transport,
      size: {
        source: sourceOf(options),
        peers: options.peers,
        sessions: options.sessions,
      },
      pairs: options.pairs,
      maxPairs: options.maxPairs,
      rules: rulesOf(options),
      ...(options.repeat === undefined ? {} : { repetition }),
      ...(noise === null ? {} : { earlierNoise: noise }),
      signal,
      progress: (line) =>
        log(`kiln: ${options.repeat === undefined ? "" : `[${repetition}/${options.repeat}] `}${line}`),
    });
    gathered.rows.push(...result.rows);
    gathered.pairs.push(...result.pairs);
    for (const line of result.warnings) gathered.warnings.add(line);
    for (const side of ["a", "b"] as const) for (const version of result.versions[side]) versions[side].add(version);
    if (gathered.pairs.length === 0 && gathered.rows.length === 0) continue;
    // After each, so that an interrupted series has what came before.
    try {
      run ??= createRun(root, "compare", new Date(facts.started_at));
      saveDocument(run, document());
    } catch (error) {
      unsaved = error;
      break;
    }
  }
  const end = document();
  if (end.rows.length === 0) throw unsaved ?? new CliError("interrupted before anything was compared");
  for (const line of end.warnings) log(`kiln: ${line}`);
  show(end, options);
  // What could not be kept was shown nevertheless.
  if (unsaved !== null) throw unsaved;
  log(`kiln: kept in ${run?.dir}`);
  judge(end, options);
};

// ---- the outcome

const show = (document: CompareDocument, { json, markdown }: Options): void => {
  if (json === true) printJson(document);
  else {
    print(terminalTable(compareTable(document.rows)));
    for (const line of ["", ...compareNotes(document)]) print(line);
  }
  if (markdown !== undefined) writeFileSync(markdown, compareMarkdown(document));
};

/** Where nothing is marked as decisive, as with stored runs, everything is. */
const judge = ({ rows, interrupted }: CompareDocument, { strict }: Options): void => {
  if (interrupted) throw new CliError("interrupted; the pairs that had ended are kept");
  const failed = rows.flatMap((row) => ("failed" in row ? [row.failed] : []));
  if (failed.length > 0) throw new CliError([...new Set(failed)].join("; "));
  const measured = rows.filter(isMeasured);
  const decisive = measured.some(({ headline }) => headline) ? measured.filter(({ headline }) => headline) : measured;
  if (decisive.some(({ verdict }) => verdict === "slower")) process.exitCode = Exit.Finding;
  else if (decisive.some(({ verdict }) => verdict === "inconclusive")) {
    const advice = "more pairs (--max-pairs), more prefixes or a quieter machine would tell";
    if (strict === true) throw new CliError(`inconclusive: ${advice}`);
    log(`kiln: inconclusive figures are not counted as slower; ${advice}`);
  }
};
