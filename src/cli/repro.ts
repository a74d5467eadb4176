import { join, relative } from "node:path";
import type { Command } from "commander";
import { signatureOf } from "../../fuzz/campaign/failure.js";
import { findingFolders, findingNamed, loadFinding, minimizedIn } from "../../fuzz/campaign/finding.js";
import { hexLines } from "../../fuzz/campaign/input-view.js";
import { type Case, type Replayed, readCase, readFindingCase, replayAll } from "../../fuzz/campaign/replay.js";
import type { Replay, Replayed as ReplayRow } from "../results/index.js";
import {
  type ForeignOptions,
  type ForeignRun,
  foreignOptions,
  knownTarget,
  targetAsked,
  withForeign,
} from "./foreign.js";
import { userErrors } from "./fuzz-errors.js";
import { CliError, Exit, interruption, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface ReproOptions extends ForeignOptions {
  readonly target?: string;
  readonly minimized?: true;
  readonly all?: true;
  readonly corpus: string;
  readonly json?: true;
}

export const register: Register = (program: Command) => {
  foreignOptions(program.command("repro"))
    .description("Run one fuzz input again: does it still fail, and where?")
    .argument("[file]", "an input; or a finding: its folder, its signature, or the first digits of it")
    .option("--target <name>", "the decoder it is for, where its folder does not say so")
    .option("--minimized", "of a finding, only the minimised input (else that and the one that was found)")
    .option("--all", "every finding there is")
    .option("--corpus <dir>", "where findings are", "corpus")
    .option("--json", "the result as JSON on standard output")
    .addHelpText(
      "after",
      `
Exit code: 0 it passes, 1 it still fails, 2 it could not be run.

Examples:
  kiln repro corpus/findings/message-update/0123456789ab
  kiln repro 0123 --minimized
  kiln repro crash-input --target attribute-02-as-path
  kiln repro --all --json`,
    )
    .action((file: string | undefined, options: ReproOptions) =>
      userErrors(() => withForeign(options, (foreign) => repro(file, options, foreign))),
    );
};

/** An input with where it lies and the finding it belongs to. */
interface Known extends Case {
  readonly file: string;
  readonly finding: string | null;
}

const repro = async (file: string | undefined, asked: ReproOptions, foreign: ForeignRun | null): Promise<void> => {
  const { json } = asked;
  const options = { ...asked, ...targetAsked(asked, foreign) };
  const rows: ReplayRow[] = [];
  await replayAll(
    casesOf(file, options).map((one) => knownTarget(one, foreign)),
    (one, replayed) => {
      const row = rowOf(one, replayed);
      rows.push(row);
      if (json !== true) show(row, one.input);
    },
    foreign === null ? {} : { suite: foreign.suite },
    interruption(),
  );
  if (json === true) printJson({ schema: "kiln.fuzz.replay/2", rows } satisfies Replay);
  else if (rows.length === 0) print("no findings");
  process.exitCode = rows.some(({ failure }) => failure !== null) ? Exit.Finding : Exit.Ok;
};

const casesOf = (file: string | undefined, options: ReproOptions): Known[] => {
  const root = join(options.corpus, "findings");
  if (options.all) {
    if (file !== undefined) throw new CliError("either a finding or --all, not both");
    return findingFolders(root).flatMap((folder) => inputsOf(folder, options));
  }
  if (file === undefined) throw new CliError("which input? Name a file or a finding, or say --all");
  const folder = findingNamed(file, root);
  return folder === null ? [{ ...readCase(file, options.target), file, finding: null }] : inputsOf(folder, options);
};

const inputsOf = (folder: string, { minimized, target }: ReproOptions): Known[] => {
  const { signature } = loadFinding(folder);
  const hasMinimized = minimizedIn(folder) !== null;
  if (minimized && !hasMinimized) throw new CliError(`${folder} has no minimised input: kiln minimize makes it`);
  const which = hasMinimized ? (["minimized", "input"] as const) : (["input"] as const);
  return (minimized ? (["minimized"] as const) : which).map((name) => ({
    ...readFindingCase(folder, name, target),
    file: relative(process.cwd(), join(folder, name)),
    finding: signature,
  }));
};

const rowOf = ({ file, target, finding, input }: Known, { outcome, failure }: Replayed): ReplayRow => ({
  file,
  target,
  octets: input.length,
  finding,
  outcome,
  failure:
    failure === null
      ? null
      : {
          signature: signatureOf(failure),
          kind: failure.kind,
          what: failure.what,
          message: failure.message,
          stack: failure.stack,
        },
});

const show = ({ file, target, finding, outcome, failure }: ReplayRow, input: Uint8Array): void => {
  const verdict = failure === null ? `passes (${outcome})` : `FAILS, ${failure.kind}`;
  print(`${file}: ${target}, ${input.length} octets: ${verdict}`);
  for (const line of hexLines(input)) print(`  ${line}`);
  if (failure === null) return;
  print(failure.message);
  for (const frame of failure.stack) print(`    at ${frame}`);
  const other = finding === null || finding === failure.signature ? "" : `, not ${finding} as it was found`;
  print(`signature ${failure.signature}${other}`);
};
