import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { coverageOf } from "../../fuzz/campaign/coverage-run.js";
import { coverageHtml, coverageTotals, lcov } from "../report/index.js";
import { type CoverageDocument, provenance } from "../results/index.js";
import { userErrors } from "./fuzz-errors.js";
import { Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";
import { targetsNamed } from "./target-names.js";

interface CoverageOptions {
  readonly corpus: string;
  readonly output: string;
  readonly json?: true;
}

export const register: Register = (program: Command) => {
  program
    .command("coverage")
    .description("Show what seeds and corpus reach: lines, faults, clauses of RFCs, and what none ever reached.")
    .argument("[targets...]", "targets by name, or by the first part of it; all without")
    .option("--corpus <dir>", "where the working corpus is", "corpus")
    .option("--output <dir>", "write lcov.info, index.html and coverage.json there", "coverage")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
A fault is reached when it decides the fate of an input, a clause when a fault that it decides is.
Exit code: 0 done, 1 an input fails, 2 it could not be done.

Examples:
  kiln coverage
  kiln coverage message-update --output /tmp/update
  genhtml --branch-coverage coverage/lcov.info -o html`,
    )
    .action((names: string[], options: CoverageOptions) => userErrors(() => coverage(names, options)));
};

const coverage = async (names: readonly string[], { corpus, output, json }: CoverageOptions): Promise<void> => {
  const targets = targetsNamed(names);
  const facts = provenance();
  log(`running the inputs of ${targets.length} ${targets.length === 1 ? "target" : "targets"}`);
  const report = await coverageOf(targets, { root: corpus }, facts, {}, interruption());
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, "lcov.info"), lcov(report.details));
  writeFileSync(join(output, "index.html"), coverageHtml(report));
  writeFileSync(join(output, "coverage.json"), `${JSON.stringify(report.document, null, 2)}\n`);
  log(`written to ${output}: index.html, lcov.info, coverage.json`);
  if (json === true) printJson(report.document);
  else show(report.document);
  if (report.document.targets.some(({ failing }) => failing > 0)) process.exitCode = Exit.Finding;
};

const show = (document: CoverageDocument): void => {
  for (const [name, [reached, of]] of Object.entries(coverageTotals(document))) {
    print(`${name.padEnd(10)} ${name === "inputs" ? of : `${reached} of ${of}`}`);
  }
  const never = document.clauses.filter(({ reached }) => reached === 0).map(({ rfc }) => rfc);
  if (never.length > 0) print(`never reached: ${never.join(", ")}`);
  for (const { target, failing } of document.targets) {
    if (failing > 0) print(`${target}: ${failing} inputs fail (kiln corpus stats ${target} names them)`);
  }
};
