import { type Check, checkGroups, type DoctorDocument, provenance } from "../results/index.js";
import { checkKernel } from "./doctor-kernel.js";
import { checkMachine } from "./doctor-machine.js";
import { checkTargets, checkTls, checkTools } from "./doctor-programs.js";
import { Exit, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface Options {
  readonly json?: boolean;
  readonly installHints?: boolean;
  readonly results?: string;
}

export const register: Register = (program) => {
  program
    .command("doctor")
    .description("Show what is there for Kiln on this machine, what is not, what that costs, and how to get it.")
    .option("--install-hints", "print one line only, that installs the packages that are lacking")
    .option("--results <dir>", "where runs are kept (default: results of the checkout)")
    .option("--json", "print the findings as one JSON document (schema kiln.doctor/1)")
    .addHelpText(
      "after",
      `
It asks programs for their version, starts no daemon, and installs nothing. The exit code is 2 when the main jobs, fuzzing
and measuring Kiln itself, can't run here. Debian starts the daemons of packages that it installs; Kiln starts its own on
ports of its own, so they may be switched off.

Examples:
  kiln doctor
  kiln doctor --json
  sudo $(kiln doctor --install-hints)`,
    )
    .action(doctor);
};

const doctor = async ({ json, installHints, results }: Options): Promise<void> => {
  const startedAt = new Date();
  const groups = await Promise.all([checkMachine(results), checkKernel(), checkTls(), checkTargets(), checkTools()]);
  const checks = groups.flat();
  if (json === true) {
    const document: DoctorDocument = { schema: "kiln.doctor/1", provenance: provenance({ startedAt }), rows: checks };
    printJson(document);
  } else if (installHints === true) {
    const line = installLine(checks);
    if (line === null) log("kiln: no package is lacking");
    else print(line);
  } else for (const line of lines(checks)) print(line);
  const needed = checks.filter(({ state }) => state === "needed");
  if (needed.length === 0) return;
  log(`kiln: needed and not there: ${needed.map(({ name, found }) => `${name} (${found})`).join(", ")}`);
  process.exitCode = Exit.Error;
};

/** One command for all packages that are lacking; null when none is. */
export const installLine = (checks: readonly Check[]): string | null => {
  const packages = checks.flatMap(({ get }) => /^apt-get install ([\w.+ -]+)$/.exec(get ?? "")?.[1]?.split(" ") ?? []);
  return packages.length === 0 ? null : `apt-get install ${[...new Set(packages)].join(" ")}`;
};

export const lines = (checks: readonly Check[]): string[] => {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const told = checkGroups.flatMap((group) => [
    group,
    ...checks.filter((check) => check.group === group).flatMap((check) => linesOf(check, width)),
    "",
  ]);
  const lacking = checks.filter(({ state }) => state !== "ok").length;
  const line = installLine(checks);
  return [
    ...told,
    lacking === 0 ? "Everything is there." : `${lacking} of ${checks.length} are not there or not known.`,
    ...(line === null ? [] : [`For what packages bring: ${line}`]),
  ];
};

const STATE_WIDTH = 7;

const linesOf = ({ name, state, found, costs, get }: Check, width: number): string[] => {
  const indent = " ".repeat(2 + STATE_WIDTH + 2 + width + 2);
  return [
    `  ${state.padEnd(STATE_WIDTH)}  ${name.padEnd(width)}  ${found}`,
    ...(costs === null ? [] : [`${indent}without it: ${costs}`]),
    ...(get === null ? [] : [`${indent}to get it: ${get}`]),
  ];
};
