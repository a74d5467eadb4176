import { join } from "node:path";
import type { Command } from "commander";
import { seedsRoot } from "../../fuzz/campaign/campaign.js";
import { EngineError } from "../../fuzz/engines/job.js";
import { measureSpeed } from "../../fuzz/engines/speed.js";
import { isMeasured, provenance, type Runner, runners, type SpeedDocument, type SpeedRow } from "../results/index.js";
import { duration, namesOf, wholeNumber } from "./arguments.js";
import { CliError, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";
import { targetsNamed } from "./target-names.js";

interface SpeedOptions {
  readonly runners: readonly Runner[];
  readonly time: number;
  readonly rounds: number;
  readonly seed: number;
  readonly json?: boolean;
}

export const registerSpeed: Register = (fuzz: Command) => {
  fuzz
    .command("speed")
    .description("Measure how many inputs a CPU second runs: Kiln's engine, jsfuzz, and plain calls of the target.")
    .argument("<targets...>", "targets by name, or by the first part of it (message, capability-6)")
    .option("--runners <names>", `some of ${runners.join(", ")}`, namesOf(...runners), [...runners])
    .option("--time <duration>", "CPU time of each run", duration, 60_000)
    .option("--rounds <count>", "runs of each, in turns", wholeNumber(1, 100), 3)
    .option("--seed <number>", "start of all randomness", wholeNumber(0, 0x7fffffff), 1)
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
All start from the same seeds and an empty corpus. Plain calls are made on inputs that Kiln's engine runs with this seed,
taken evenly from the whole of such a run. CPU time counts from the first input: in the first ten seconds compilers take a
good part of it, and in the first minute what is new; two minutes say how fast a campaign is. jsfuzz runs as
--engine jsfuzz does, "jsfuzz alone" as it comes: there it walks over the counters of all code it has loaded after each
execution. Needs a checkout.

Examples:
  kiln fuzz speed message-update --json
  kiln fuzz speed message-open --runners plain,kiln --time 10s --rounds 5`,
    )
    .action(async (names: string[], options: SpeedOptions) => {
      await measure(names, options);
    });
};

const measure = async (
  names: readonly string[],
  { runners, time, rounds, seed, json }: SpeedOptions,
): Promise<void> => {
  const startedAt = new Date();
  const signal = interruption();
  const rows: SpeedRow[] = [];
  try {
    for (const target of targetsNamed(names)) {
      if (signal.aborted) break;
      const options = { runners, cpuMs: time, rounds, seed, seeds: join(seedsRoot(), target.name) };
      const tell = (runner: Runner, round: number, speed: number): void =>
        log(`  ${target.name}: ${runner}, round ${round + 1}: ${Math.round(speed)} executions in a CPU second`);
      rows.push(...(await measureSpeed(target, options, tell, signal)));
    }
  } catch (error) {
    if (error instanceof EngineError) throw new CliError(error.message);
    throw error;
  }
  const document: SpeedDocument = { schema: "kiln.fuzz.speed/1", provenance: provenance({ seed, startedAt }), rows };
  if (json === true) printJson(document);
  else for (const line of speedTable(rows)) print(line);
  if (signal.aborted) throw new CliError("interrupted; the rounds that had ended are above");
};

const speedTable = (rows: readonly SpeedRow[]): string[] => {
  const cells = rows
    .filter(isMeasured)
    .map(({ target, runner, executions_per_cpu_s, executions_per_s }) => [
      target,
      runner,
      ...[executions_per_cpu_s, executions_per_s].map(
        ({ median, min, max }) => `${Math.round(median)} (${Math.round(min)}-${Math.round(max)})`,
      ),
    ]);
  const table = [["target", "runner", "per CPU second", "per second"], ...cells];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths?.[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};
