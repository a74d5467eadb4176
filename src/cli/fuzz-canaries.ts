import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { canaries } from "../../fuzz/canaries/index.js";
import { runScoreboard, type ScoreboardListener } from "../../fuzz/canaries/scoreboard.js";
import { EngineError } from "../../fuzz/engines/job.js";
import {
  type CanaryDocument,
  type CanaryRow,
  type CanarySummary,
  type FuzzEngine,
  isFound,
  isMeasured,
  provenance,
  reasonOf,
  summarised,
} from "../results/index.js";
import { duration, namesOf, wholeNumber } from "./arguments.js";
import { earlierRows, isComplete, merged } from "./canary-resume.js";
import { writeWhole } from "./fuzz-report.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface CanaryOptions {
  readonly engine: readonly FuzzEngine[];
  readonly canary?: readonly string[];
  readonly time: number;
  readonly trials: number;
  readonly jobs: number;
  readonly seed: number;
  readonly seeds: boolean;
  readonly minimize?: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly json?: boolean;
}

export const registerCanaries: Register = (fuzz: Command) => {
  fuzz
    .command("canaries")
    .description("Measure engines by bugs that others had, planted in copies of Kiln's own decoders.")
    .option(
      "--engine <names>",
      "kiln, jsfuzz, properties, jazzer, several with commas between them",
      namesOf("kiln", "jsfuzz", "properties", "jazzer"),
      ["kiln", "jsfuzz", "properties"],
    )
    .option("--canary <ids>", "these only: B01,B16 (default: all)", namesOf(...canaries.map(({ id }) => id)))
    .option("--time <duration>", "CPU time of a trial that finds nothing", duration, 60_000)
    .option("--trials <count>", "for each engine and canary, each with another seed", wholeNumber(1, 1000), 5)
    .option(
      "--jobs <count>",
      "trials side by side (default: one for each core)",
      wholeNumber(1, 256),
      availableParallelism(),
    )
    .option("--seed <number>", "start of all randomness", wholeNumber(0, 0x3fffffff), 1)
    .option("--seeds", "begin with Kiln's seeds, not with an empty corpus", false)
    .option("--minimize", "minimise what was found, and compare with the shortest input known")
    .option("--out <file>", "the result so far, written after each row", "corpus/work/canaries.json")
    .option("--resume", "keep the rows that --out has, and measure the others", false)
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
A canary counts as found when it is detected in four of five trials. CPU time is that of the processes that run inputs;
a trial without a detection counts with the limit. With --seeds a third of the canaries are one edit away from where engines
begin; without, an engine has what it brings along. Needs a checkout.

All engines on all canaries take a night and more. Ctrl-C ends it early and keeps what was measured; with --resume the same
command goes on from there, unless the checkout has changed (an --out within it that git does not ignore changes it). Rows
of other engines stay, so that they can be measured one after the other.

Examples:
  kiln fuzz canaries --engine kiln --time 60s --trials 5
  kiln fuzz canaries --engine kiln,jsfuzz --canary B01,B16 --time 20s --trials 2 --json
  kiln fuzz canaries --resume`,
    )
    .action(async (options: CanaryOptions) => {
      await measure(options);
    });
};

/** A folder that nobody makes. */
const NO_SEEDS = join(tmpdir(), "kiln-no-seeds");

const measure = async (options: CanaryOptions): Promise<void> => {
  const { engine: engines, time, trials, jobs, seed, out, json } = options;
  const chosen = canaries.filter(({ id }) => options.canary?.includes(id) ?? true);
  log(
    `${engines.join(", ")} on ${chosen.length} canaries, ${trials} trials of at most ${time / 1000} s of CPU each, seed ${seed}`,
  );
  const startedAt = new Date();
  const begin = options.seeds ? {} : { seeds: NO_SEEDS };
  const minimize = options.minimize === true;
  const common = { limit_s: time / 1000, seeds: options.seeds, provenance: provenance({ seed, startedAt }) };
  const earlier = options.resume ? earlierRows(out, common) : [];
  const known = earlier.filter((row) => isComplete(row, trials, minimize));
  if (options.resume) log(`${known.length} rows of ${out} are complete`);
  const fresh: CanaryRow[] = [];
  const documentOf = (rows: readonly CanaryRow[]): CanaryDocument => ({
    schema: "kiln.fuzz.canaries/1",
    ...common,
    rows,
    summary: summarised(rows, time / 1000),
  });
  const listener: ScoreboardListener = {
    trial: (engine, canary, trial, cpuS) =>
      log(
        `  ${engine} ${canary} trial ${trial + 1}: ${cpuS === null ? "nothing" : `found after ${cpuS.toFixed(2)} s`}`,
      ),
    row(row) {
      fresh.push(row);
      writeWhole(out, `${JSON.stringify(documentOf(merged(earlier, fresh)), null, 2)}\n`);
    },
  };
  const signal = interruption();
  let rows: readonly CanaryRow[];
  try {
    const all = { engines, canaries: chosen, known, trials, cpuMs: time, jobs, seed, minimize, ...begin };
    rows = merged(earlier, await runScoreboard(all, listener, signal));
  } catch (error) {
    if (error instanceof EngineError) throw new CliError(error.message);
    throw error;
  }
  const document = documentOf(rows);
  if (json === true) printJson(document);
  else for (const line of tableOf(document)) print(line);
  if (signal.aborted) {
    const kept = `what was measured is in ${out}, and --resume goes on from there`;
    throw new CliError(`interrupted; ${rows.length === 0 ? "nothing was measured yet" : kept}`);
  }
  process.exitCode = rows.every(isMeasured) ? Exit.Ok : Exit.Error;
};

const tableOf = ({ rows, summary, limit_s }: CanaryDocument): string[] => [
  ...aligned([["engine", "canary", "target", "found", "CPU s", "exec/CPU s", "octets"], ...rows.map(cellsOf)]),
  "",
  ...summaryLines(summary, limit_s),
];

const cellsOf = (row: CanaryRow): string[] => {
  const { engine, canary, target } = row;
  if (!isMeasured(row)) return [engine, canary, target, reasonOf(row) ?? ""];
  const { trials, found_trials, median_cpu_s, executions_per_s, minimized_octets, shortest_octets } = row;
  const octets = shortest_octets === undefined ? "" : `${minimized_octets ?? "-"} (shortest ${shortest_octets})`;
  return [
    engine,
    canary,
    target,
    `${found_trials}/${trials}${isFound(row) ? "" : " missed"}`,
    median_cpu_s.toFixed(2),
    String(executions_per_s),
    octets,
  ];
};

const summaryLines = ({ engines, pairs }: CanarySummary, limitS: number): string[] => [
  ...engines.map(
    ({ engine, canaries: tried, found, median_cpu_s }) =>
      `${engine}: ${found} of ${tried} found, median ${median_cpu_s.toFixed(2)} s of CPU (limit ${limitS} s)`,
  ),
  ...pairs.map(
    ({ a, b, p, a12 }) =>
      `${a} and ${b}: Mann-Whitney p ${p < 0.0001 ? p.toExponential(1) : p.toFixed(4)}, A12 ${a12.toFixed(2)} (the chance that ${a} takes longer)`,
  ),
];

const aligned = (table: readonly (readonly string[])[]): string[] => {
  const widths = table[0]?.map((_, i) =>
    Math.max(...table.filter((row) => row.length > 4).map((row) => row[i]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths?.[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};
