import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { findingNamed } from "../../fuzz/campaign/finding.js";
import { Files } from "../../fuzz/campaign/finding-files.js";
import { hexLines } from "../../fuzz/campaign/input-view.js";
import { type MinimisedInput, minimiseFinding, minimiseInput } from "../../fuzz/campaign/minimise-finding.js";
import { readCase, readFindingCase } from "../../fuzz/campaign/replay.js";
import { hex } from "../codec/octets.js";
import type { Minimized } from "../results/index.js";
import { duration } from "./arguments.js";
import {
  type ForeignOptions,
  type ForeignRun,
  foreignOptions,
  knownTarget,
  targetAsked,
  withForeign,
} from "./foreign.js";
import { userErrors } from "./fuzz-errors.js";
import { interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface MinimizeOptions extends ForeignOptions {
  readonly target?: string;
  readonly time: number;
  readonly corpus: string;
  readonly json?: true;
}

export const register: Register = (program: Command) => {
  foreignOptions(program.command("minimize"))
    .description("Take away from a failing input what the failure does not need.")
    .argument("<file>", "an input; or a finding: its folder, its signature, or the first digits of it")
    .option("--target <name>", "the decoder it is for, where its folder does not say so")
    .option("--time <duration>", "at most", duration, 60_000)
    .option("--corpus <dir>", "where findings are", "corpus")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
Parts first (messages, attributes, TLVs, fields; lengths are mended), then octets; what is left goes towards zero. A
finding gets it as "minimized", another file gets it beside it as FILE.minimized.
Exit code: 0 done, 2 it does not fail, or could not be run.

Examples:
  kiln minimize corpus/findings/message-update/0123456789ab
  kiln minimize 0123 --time 5m
  kiln minimize crash-input --target attribute-02-as-path --json`,
    )
    .action((file: string, options: MinimizeOptions) =>
      userErrors(() => withForeign(options, (foreign) => minimize(file, options, foreign))),
    );
};

const minimize = async (file: string, options: MinimizeOptions, foreign: ForeignRun | null): Promise<void> => {
  const { time: timeMs, corpus, json } = options;
  const { target: asked } = targetAsked(options, foreign);
  const folder = findingNamed(file, join(corpus, "findings"));
  const before = knownTarget(
    folder === null ? readCase(file, asked) : readFindingCase(folder, "input", asked),
    foreign,
  );
  log(`minimising ${before.input.length} octets for ${before.target}, ${timeMs / 1000} s at most`);
  const signal = interruption();
  const how = { timeMs, ...(foreign === null ? {} : { suite: foreign.suite }) };
  const made = folder === null ? await minimiseInput(before, how, signal) : await minimiseFinding(folder, how, signal);
  const place = folder === null ? `${file}.minimized` : join(folder, Files.minimized);
  if (folder === null) writeFileSync(place, made.input);
  const document = documentOf(made, before.input.length, relative(process.cwd(), place) || place);
  if (json === true) printJson(document);
  else show(document, made);
};

const documentOf = (made: MinimisedInput, octetsBefore: number, file: string): Minimized => ({
  schema: "kiln.fuzz.minimize/1",
  target: made.failure.target,
  signature: made.signature,
  file,
  octets_before: octetsBefore,
  octets: made.input.length,
  hex: hex(made.input),
  executions: made.executions,
  seconds: made.seconds,
  finished: made.finished,
});

const show = (
  { file, target, octets_before, octets, executions, seconds, finished, signature }: Minimized,
  { input, failure }: MinimisedInput,
): void => {
  print(`${file}: ${target}, ${octets} octets of ${octets_before}, ${executions} executions in ${seconds} s`);
  for (const line of hexLines(input)) print(`  ${line}`);
  print(failure.message);
  for (const frame of failure.stack) print(`    at ${frame}`);
  print(`signature ${signature}${finished ? "" : "; more may go with more --time"}`);
};
