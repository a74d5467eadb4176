import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { microCases, SEED } from "../../bench/cases/index.js";
import { MicroError, runMicro } from "../../bench/micro.js";
import { ProfileError, type ProfileKind, profileCaveat, profileKinds, runProfiled } from "../../bench/profile.js";
import { figure, microTable, terminalTable } from "../report/index.js";
import {
  createRun,
  type MicroDocument,
  provenance,
  ResultsError,
  reasonOf,
  resultsRoot,
  saveDocument,
} from "../results/index.js";
import { wholeNumber } from "./arguments.js";
import { remember } from "./bench-remember.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";

interface Options {
  readonly filter: string;
  readonly time: number;
  readonly json?: true;
  readonly profile?: ProfileKind;
  readonly results?: string;
}

/** Adds `micro` to `kiln bench`. */
export const registerMicro = (bench: Command): void => {
  bench
    .command("micro")
    .description("Measure single parts alone: framing, decoding, interning, prefix tables, the decision process.")
    .option("--filter <text>", "only cases whose name contains this", "")
    .option("--time <ms>", "milliseconds for each case", wholeNumber(1, 600_000), 500)
    .addOption(new Option("--profile <kind>", "run the cases once more under a profiler").choices(profileKinds))
    .option("--results <dir>", "where the run is kept (default: results/ of the checkout)")
    .option("--json", "print the result as JSON (schema kiln.bench.micro/1)")
    .addHelpText(
      "after",
      `
Cases: ${microCases.map(({ name }) => name).join(", ")}

Examples:
  kiln bench micro
  kiln bench micro --filter update --time 2000
  kiln bench micro --filter announce --profile flame`,
    )
    .action(microAction);
};

const microAction = async (options: Options): Promise<void> => {
  const startedAt = new Date();
  const cases = microCases.filter(({ name }) => name.includes(options.filter));
  if (cases.length === 0) {
    throw new CliError(
      `no case has "${options.filter}" in its name; there are ${microCases.map(({ name }) => name).join(", ")}`,
    );
  }
  const signal = interruption();
  try {
    const run = createRun(resultsRoot(options.results), "micro", startedAt);
    const rows = await runMicro(cases, {
      timeMs: options.time,
      signal,
      progress: (row) =>
        log(`${row.name}: ${"ns_per_op" in row ? `${figure(row.ns_per_op.median)} ns/op` : reasonOf(row)}`),
    });
    const document: MicroDocument = {
      schema: "kiln.bench.micro/1",
      provenance: provenance({ startedAt, seed: SEED }),
      rows,
    };
    const path = saveDocument(run, document);
    remember(run, document);
    if (options.json) printJson(document);
    else print(`${terminalTable(microTable(rows))}\n\nKept in ${path}`);
    if (rows.some((row) => "failed" in row)) process.exitCode = Exit.Error;
    if (options.profile !== undefined && !signal.aborted) {
      await profile(
        options.profile,
        `${run.dir}/profile`,
        options.time,
        cases.map(({ name }) => name),
        signal,
      );
    }
  } catch (error) {
    if (error instanceof MicroError || error instanceof ProfileError || error instanceof ResultsError) {
      throw new CliError(error.message);
    }
    throw error;
  }
};

const profile = async (
  kind: ProfileKind,
  dir: string,
  timeMs: number,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const caveat = profileCaveat(kind);
  if (caveat !== null) log(`kiln: ${caveat}`);
  const program = fileURLToPath(new URL("../../bench/profile-micro.js", import.meta.url));
  for (const file of await runProfiled(kind, dir, [program, String(timeMs), ...names], signal)) log(`profile: ${file}`);
};
