import { join } from "node:path";
import { type Command, Option } from "commander";
import {
  type CampaignListener,
  type CampaignOptions,
  runCampaign,
  seedsOf,
  seedsRoot,
} from "../../fuzz/campaign/campaign.js";
import { targetsChangedSince } from "../../fuzz/campaign/changed.js";
import type { Sighting } from "../../fuzz/campaign/finding.js";
import { detailOf } from "../../fuzz/campaign/finding-detail.js";
import { exportTargets } from "../../fuzz/engines/export.js";
import type { Target } from "../../fuzz/targets/target.js";
import type { CampaignReport, FindingDetail, FindingLine } from "../report/index.js";
import {
  type FuzzDocument,
  type FuzzEnd,
  type FuzzEngine,
  type FuzzList,
  type FuzzRow,
  fuzzEngines,
  isMeasured,
  provenance,
  reasonOf,
} from "../results/index.js";
import { duration, wholeNumber } from "./arguments.js";
import { type ForeignOptions, type ForeignRun, foreignOptions, withForeign } from "./foreign.js";
import { registerCanaries } from "./fuzz-canaries.js";
import { userErrors } from "./fuzz-errors.js";
import { figuresOf, progressOf } from "./fuzz-progress.js";
import { statusFile, writeReports, writeWhole } from "./fuzz-report.js";
import { registerSpeed } from "./fuzz-speed.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";
import { targetsNamed } from "./target-names.js";

interface FuzzOptions extends ForeignOptions {
  readonly engine: FuzzEngine;
  readonly time?: number;
  readonly budget?: number;
  readonly plateau?: number;
  readonly inputs: number;
  readonly seed?: number;
  readonly jobs?: number;
  readonly corpus: string;
  readonly report?: string;
  readonly seeds?: string;
  readonly since?: string;
  readonly export?: string;
  readonly progress: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

export const register: Register = (program: Command) => {
  const command = foreignOptions(program.command("fuzz"))
    // What stands behind a subcommand is that one's.
    .enablePositionalOptions()
    .description(
      "Fuzz decoders: Kiln's own, from single attributes to a whole speaker, or yours with --module and --exec.",
    )
    .argument("[targets...]", "targets by name, or by the first part of it (attribute, capability-6)")
    .addOption(new Option("--engine <engine>", "what makes the inputs").choices(fuzzEngines).default("kiln"))
    .option("--time <duration>", "for each target, without a break (default: 30s)", duration)
    .option("--budget <duration>", "for all targets together: more for those that still find something", duration)
    .option("--plateau <duration>", "end when no target found anything new for so long", duration)
    .option(
      "--inputs <count>",
      "with --engine sweep: so many random inputs and as many near-valid ones",
      wholeNumber(1),
      1_000_000,
    )
    .option(
      "--seed <number>",
      "start of all randomness; without it a new one, which is printed",
      wholeNumber(0, 0x7fffffff),
    )
    .option("--jobs <count>", "workers at a time (default: one for each core)", wholeNumber(1, 256))
    .option("--corpus <dir>", "where findings and the working corpus go", "corpus")
    .option("--report <dir>", "write report.md, report.html, findings.sarif, junit.xml, fuzz.run.json there")
    .option("--no-progress", "plain lines, no screen that renews itself")
    .option("--seeds <dir>", "inputs to start from, with --module and --exec")
    .option("--since <commit>", "only targets whose code has changed since then")
    .option("--list", "show the targets instead")
    .option("--export <dir>", "write the targets as modules that other fuzzers of JavaScript run, instead")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
Engines: kiln (coverage-guided, knows the formats), properties (fast-check: valid, near-valid, broken and random inputs),
jsfuzz and jazzer (others', coverage-guided), sweep (a given number of inputs, fast).
A finding goes to corpus/findings/<target>/<signature>/. While it runs, <report dir>/status.json or else
corpus/work/status.json says how it stands. Ctrl-C ends it early and keeps what was gathered.

Exit code: 0 nothing found, 1 a finding, 2 something could not be fuzzed.

Examples:
  kiln fuzz --budget 30m --plateau 5m --report out   all targets, until nothing new comes
  kiln fuzz message-update --time 5m
  kiln fuzz attribute --engine jsfuzz --time 1m
  kiln fuzz --engine sweep --inputs 1000000 --seed 1
  kiln fuzz --since main --budget 60s                what a change touches
  kiln fuzz --module ./decoder.js#parse --seeds samples --time 5m
  kiln fuzz --exec './decoder --strict' --as message-open
  kiln fuzz --list --json`,
    )
    .action(async (names: string[], options: FuzzOptions) => {
      await userErrors(() => withForeign(options, (foreign) => begin(names, options, foreign)));
    });
  for (const add of subcommands) add(command);
};

const subcommands: readonly Register[] = [registerCanaries, registerSpeed];

type Chosen = readonly Pick<Target, "name" | "module" | "faults">[];

const begin = async (names: readonly string[], options: FuzzOptions, foreign: ForeignRun | null): Promise<void> => {
  if (foreign !== null) {
    if (names.length > 0) throw new CliError("with --module or --exec there is one target: name no other");
    return await fuzz([foreign.target], options, foreign);
  }
  const named = targetsNamed(names);
  const chosen = options.since === undefined ? named : await targetsChangedSince(named, options.since);
  if (options.list === true) list(chosen, options.json === true);
  else if (options.export !== undefined) await exportTo(options.export, chosen);
  else if (chosen.length === 0) log(`nothing that was asked for has changed since ${options.since}`);
  else await fuzz(chosen, options, null);
};

const exportTo = async (folder: string, chosen: Chosen): Promise<void> => {
  await exportTargets(chosen, seedsRoot(), folder);
  print(`${chosen.length} targets in ${folder}: each NAME.cjs exports fuzz(data), its seeds are in NAME_seed_corpus`);
};

const fuzz = async (chosen: Chosen, options: FuzzOptions, foreign: ForeignRun | null): Promise<void> => {
  if (options.time !== undefined && options.budget !== undefined) {
    throw new CliError("--time is for each target and --budget for all of them: give one of the two");
  }
  const seed = options.seed ?? Math.floor(Math.random() * 0x80000000);
  const startedAt = new Date();
  const facts = provenance({ seed, startedAt });
  const { report: folder } = options;
  log(`fuzzing ${chosen.length} ${chosen.length === 1 ? "target" : "targets"} with ${amountOf(options)}, seed ${seed}`);

  const began = performance.now();
  const progress = progressOf(!options.progress);
  const sightings: Sighting[] = [];
  const writeStatus = statusFile(join(folder ?? join(options.corpus, "work"), "status.json"));
  let endedBy: FuzzEnd | null = null;
  const listener: CampaignListener = {
    ...progress,
    found(sighting) {
      sightings.push(sighting);
      progress.found?.(sighting);
    },
    status(status) {
      endedBy = status.ended_by;
      writeStatus(status);
      progress.status?.(status);
    },
  };
  const what = foreign === null ? {} : { suite: foreign.suite, seeds: foreign.seeds };
  const campaign = { ...limitsOf(options), ...what, targets: chosen, seed, provenance: facts };
  let rows: readonly FuzzRow[];
  try {
    rows = await runCampaign(campaign, listener, interruption(progress.say));
  } finally {
    progress.end();
  }
  const document: FuzzDocument = { schema: "kiln.fuzz.run/2", provenance: facts, rows };
  if (folder !== undefined) {
    writeWhole(join(folder, "fuzz.run.json"), `${JSON.stringify(document, null, 2)}\n`);
    const durationMs = performance.now() - began;
    const report = reportOf(document, sightings, { durationMs, endedBy });
    log(`kept in ${await writeReports(folder, report)}`);
  }
  if (options.json === true) printJson(document);
  else for (const line of fuzzTable(rows)) print(line);
  process.exitCode = exitCodeOf(rows);
};

const amountOf = ({ engine, time, budget, plateau, inputs }: FuzzOptions): string => {
  if (engine === "sweep") return `sweep, 2 × ${inputs} inputs each`;
  const until = plateau === undefined ? "" : `, until nothing new comes for ${plateau / 1000} s`;
  if (budget !== undefined) return `${engine}, ${budget / 1000} s in all${until}`;
  return time === undefined && plateau !== undefined
    ? `${engine}${until}`
    : `${engine}, ${(time ?? 30_000) / 1000} s each${until}`;
};

const limitsOf = ({
  engine,
  time,
  budget,
  plateau,
  inputs,
  corpus,
  jobs,
}: FuzzOptions): Omit<CampaignOptions, "targets" | "seed"> => ({
  engine,
  inputs,
  corpus,
  ...(time === undefined ? {} : { timeMs: time }),
  ...(budget === undefined ? {} : { budgetMs: budget }),
  ...(plateau === undefined ? {} : { plateauMs: plateau }),
  ...(jobs === undefined ? {} : { jobs }),
});

const reportOf = (
  { provenance, rows }: FuzzDocument,
  sightings: readonly Sighting[],
  { durationMs, endedBy }: Pick<CampaignReport, "durationMs" | "endedBy">,
): CampaignReport => {
  const details = sightings.map((one) => detailOf(one));
  return {
    title: "Kiln fuzz",
    provenance,
    durationMs,
    endedBy,
    benchmarks: [],
    fuzz: rows,
    findings: details.map(lineOf),
    details,
    problems: rows.flatMap(problemOf),
  };
};

/** A finding in one line. */
export const lineOf = ({ finding, known, regression, reproduce }: FindingDetail): FindingLine => {
  const { signature, target, what } = finding;
  return { id: signature, target, what, reproduce, known: known && !regression };
};

/** Why a target could not be fuzzed, or was given up. */
export const problemOf = (row: FuzzRow): string[] => {
  const problem = isMeasured(row) ? row.problem : reasonOf(row);
  return problem === null ? [] : [`${row.engine} on ${row.target}: ${problem}`];
};

/** A finding weighs more than a target that could not be fuzzed. */
const exitCodeOf = (rows: readonly FuzzRow[]): number => {
  if (rows.some((row) => isMeasured(row) && row.findings.length > 0)) return Exit.Finding;
  return rows.some((row) => problemOf(row).length > 0) ? Exit.Error : Exit.Ok;
};

const fuzzTable = (rows: readonly FuzzRow[]): string[] => {
  const cells = rows.map((row) =>
    isMeasured(row)
      ? [row.target, ...figuresOf(row), row.findings.join(" ") || "none"]
      : [row.target, reasonOf(row) ?? ""],
  );
  const table = [["target", "executions", "exec/s", "coverage", "outcomes", "findings"], ...cells];
  const widths = table[0]?.map((_, i) =>
    Math.max(...table.filter((row) => row.length > 2).map((row) => row[i]?.length ?? 0)),
  );
  return table.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths?.[i] ?? 0))).join("  "),
  );
};

const list = (chosen: readonly Target[], json: boolean): void => {
  const document: FuzzList = {
    schema: "kiln.fuzz.list/1",
    targets: chosen.map(({ name, module, faults }) => ({
      name,
      module,
      faults: faults.map(({ id }) => id),
      seeds: seedsOf(name).length,
    })),
  };
  if (json) {
    printJson(document);
    return;
  }
  const width = Math.max(...chosen.map(({ name }) => name.length));
  for (const { name, module } of document.targets) print(`${name.padEnd(width)}  ${module}`);
};
