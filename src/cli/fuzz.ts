import { relative } from "node:path";
import { type Command, Option } from "commander";
import { type CampaignListener, runCampaign, seedsOf } from "../../fuzz/campaign/campaign.js";
import { EngineError } from "../../fuzz/engines/job.js";
import { targets } from "../../fuzz/targets/index.js";
import type { Target } from "../../fuzz/targets/target.js";
import {
  type FuzzDocument,
  type FuzzEngine,
  type FuzzFigures,
  type FuzzList,
  type FuzzRow,
  fuzzEngines,
  isMeasured,
  provenance,
  reasonOf,
} from "../results/index.js";
import { duration, wholeNumber } from "./arguments.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface FuzzOptions {
  readonly engine: FuzzEngine;
  readonly time: number;
  readonly inputs: number;
  readonly seed?: number;
  readonly jobs?: number;
  readonly corpus: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

export const register: Register = (program: Command) => {
  program
    .command("fuzz")
    .description("Fuzz Kiln's own decoders: every message, capability, attribute, NLRI family, and MRT records.")
    .argument("[targets...]", "targets by name, or by the first part of it (attribute, capability-6)")
    .addOption(new Option("--engine <engine>", "what makes the inputs").choices(fuzzEngines).default("properties"))
    .option("--time <duration>", "for each target", duration, 30_000)
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
    .option("--jobs <count>", "targets at a time (default: one for each core)", wholeNumber(1, 64))
    .option("--corpus <dir>", "where findings and the working corpus go", "corpus")
    .option("--list", "show the targets instead")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
Engines: properties (fast-check: valid, near-valid, broken and random inputs), jsfuzz (coverage-guided),
sweep (a given number of inputs, fast). A finding goes to corpus/findings/<target>/<signature>/.

Exit code: 0 nothing found, 1 a finding, 2 something could not be fuzzed.

Examples:
  kiln fuzz --time 20s                             every target, 20 seconds each
  kiln fuzz message-update attribute --engine jsfuzz --time 5m
  kiln fuzz --engine sweep --inputs 1000000 --seed 1
  kiln fuzz --list --json`,
    )
    .action(async (names: string[], options: FuzzOptions) => {
      const chosen = names.length === 0 ? targets : targetsNamed(names);
      if (options.list === true) list(chosen, options.json === true);
      else await fuzz(chosen, options);
    });
};

const fuzz = async (chosen: readonly Target[], options: FuzzOptions): Promise<void> => {
  const seed = options.seed ?? Math.floor(Math.random() * 0x80000000);
  const { engine, time, inputs, corpus, jobs } = options;
  const amount = engine === "sweep" ? `2 × ${inputs} inputs` : `${time / 1000} s`;
  log(
    `fuzzing ${chosen.length} ${chosen.length === 1 ? "target" : "targets"} with ${engine}, ${amount} each, seed ${seed}`,
  );
  const startedAt = new Date();
  const campaign = {
    targets: chosen,
    engine,
    timeMs: time,
    inputs,
    seed,
    corpus,
    ...(jobs === undefined ? {} : { jobs }),
  };
  let rows: readonly FuzzRow[];
  try {
    rows = await runCampaign(campaign, progressLines(), interruption());
  } catch (error) {
    if (error instanceof EngineError) throw new CliError(error.message);
    throw error;
  }
  const document: FuzzDocument = { schema: "kiln.fuzz.run/1", provenance: provenance({ seed, startedAt }), rows };
  if (options.json === true) printJson(document);
  else for (const line of fuzzTable(rows)) print(line);
  process.exitCode = exitCodeOf(rows);
};

/** A finding weighs more than a target that could not be fuzzed. */
const exitCodeOf = (rows: readonly FuzzRow[]): number => {
  if (rows.some((row) => isMeasured(row) && row.findings.length > 0)) return Exit.Finding;
  return rows.some((row) => !isMeasured(row)) ? Exit.Error : Exit.Ok;
};

/** Plain lines: a target's begin and end, what is found at once, and a sign of life every five seconds. */
export const progressLines = (): CampaignListener => {
  const told = new Map<string, number>();
  return {
    progress(target, executions, seconds) {
      if (seconds - (told.get(target) ?? 0) < 5) return;
      told.set(target, seconds);
      log(`  ${target}: ${executions} executions in ${Math.round(seconds)} s`);
    },
    found: (finding, folder, known) =>
      log(
        `  ${finding.target}: ${known ? "known finding" : "FINDING"} ${finding.signature}: ${finding.what}\n    kiln repro ${relative(process.cwd(), folder)}`,
      ),
    finished(row) {
      if (isMeasured(row)) log(`  ${row.target}: ${figuresOf(row).join(", ").replace(",", " executions,")}`);
      else log(`  ${row.target}: ${reasonOf(row)}`);
    },
  };
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

const figuresOf = ({ executions, seconds, coverage, outcomes, faults }: FuzzFigures): string[] => {
  const reached = Object.keys(outcomes).filter((outcome) => outcome !== "accepted").length;
  return [
    `${executions}`,
    `${seconds > 0 ? Math.round(executions / seconds) : 0}/s`,
    coverage === null ? "not measured" : `${coverage.covered}/${coverage.total} ${coverage.unit}`,
    Object.keys(outcomes).length === 0
      ? "not counted"
      : `${outcomes.accepted ?? 0} accepted, ${reached}/${faults} faults`,
  ];
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

const targetsNamed = (names: readonly string[]): Target[] => {
  for (const name of names) {
    if (!targets.some((target) => isNamed(target, name))) {
      throw new CliError(`there is no target "${name}": kiln fuzz --list shows them`);
    }
  }
  return targets.filter((target) => names.some((name) => isNamed(target, name)));
};

/** A name stands for itself; where no target is called so, for all that begin with it. */
const isNamed = ({ name }: Target, asked: string): boolean =>
  name === asked || (name.startsWith(asked) && !targets.some((other) => other.name === asked));
