import { relative } from "node:path";
import type { Command } from "commander";
import {
  addToCorpus,
  type CorpusPlaces,
  type CorpusState,
  corpusState,
  inputsIn,
  pruneCorpus,
} from "../../fuzz/campaign/corpus-care.js";
import { importedFrom } from "../../fuzz/campaign/corpus-import.js";
import { Reach } from "../../fuzz/campaign/reach.js";
import { targetOf, targets } from "../../fuzz/targets/index.js";
import type { Target } from "../../fuzz/targets/target.js";
import { left, right, tableOf, terminalTable, whole } from "../report/index.js";
import type { CorpusCommand, CorpusDocument, CorpusRow } from "../results/corpus.js";
import { userErrors } from "./fuzz-errors.js";
import { CliError, Exit, interruption, log, print, printJson } from "./output.js";
import type { Register } from "./program.js";
import { targetsNamed } from "./target-names.js";

interface CorpusOptions {
  readonly corpus: string;
  readonly json?: true;
}

const EXAMPLES: Readonly<Record<CorpusCommand, readonly string[]>> = {
  stats: ["kiln corpus stats", "kiln corpus stats message-update --json"],
  prune: ["kiln corpus prune message-update --dry-run"],
  merge: ["kiln corpus merge ../other-machine/corpus"],
  import: ["kiln corpus import session.pcapng updates.gz", "kiln corpus import afl-out --target message-update"],
};

const help = (...commands: readonly CorpusCommand[]): string => `
The working corpus of a target is corpus/work/kiln/<target>/queue. The seeds that come with Kiln count in what it
reaches, and are never touched. An input that fails is told: "kiln repro FILE" shows why.
Exit code: 0 done, 1 an input fails, 2 it could not be done.

Examples:
${commands.flatMap((one) => EXAMPLES[one].map((line) => `  ${line}`)).join("\n")}`;

export const register: Register = (program: Command) => {
  const corpus = program
    .command("corpus")
    .description("Look after the inputs that fuzzing gathered: count, prune, merge, import.")
    .addHelpText("after", help("stats", "prune", "merge", "import"));
  const command = (name: CorpusCommand, description: string): Command =>
    corpus
      .command(name)
      .description(description)
      .option("--corpus <dir>", "where the working corpus is", "corpus")
      .option("--json", "the result as JSON on standard output")
      .addHelpText("after", help(name));
  const named = "targets by name, or by the first part of it; all without";

  command("stats", "Files, octets, edges and features of each target.")
    .argument("[targets...]", named)
    .action((names: string[], options: CorpusOptions) => userErrors(() => stats(targetsNamed(names), options)));

  command("prune", "Remove inputs without which as much is reached: the smallest stay.")
    .argument("[targets...]", named)
    .option("--dry-run", "only say which")
    .action((names: string[], options: CorpusOptions & { readonly dryRun?: true }) =>
      userErrors(() => prune(targetsNamed(names), options, options.dryRun === true)),
    );

  command("merge", "Take over what another corpus reaches and this one does not.")
    .argument("<dir>", "a folder as --corpus, or one with a folder for each target")
    .action((folder: string, options: CorpusOptions) => userErrors(() => merge(folder, options)));

  command("import", "Take over from captures, MRT files, and folders of other fuzzers what adds something.")
    .argument("<paths...>", "pcap, pcapng, MRT (also gzip, bzip2), octets or hex of messages; folders of fuzzers")
    .option("--target <name>", "the decoder that the files are inputs of, as they are")
    .action((paths: string[], options: CorpusOptions & { readonly target?: string }) =>
      userErrors(() => importAll(paths, options)),
    );
};

type State = (target: Target, reach: Reach, places: CorpusPlaces) => Promise<CorpusState>;

const stats = (chosen: readonly Target[], options: CorpusOptions): Promise<void> =>
  each("stats", chosen, options, (target, reach, places) => corpusState(target, reach, places));

const prune = (chosen: readonly Target[], options: CorpusOptions, dryRun: boolean): Promise<void> =>
  each("prune", chosen, options, (target, reach, places) => pruneCorpus(target, reach, places, { dryRun }), {
    dryRun,
  });

const merge = async (folder: string, options: CorpusOptions): Promise<void> => {
  const offered = new Map(targets.map((target) => [target.name, inputsIn(folder, target.name)]));
  const some = targets.filter(({ name }) => (offered.get(name) ?? []).length > 0);
  if (some.length === 0) throw new CliError(`there are no inputs in ${folder} for any target (see kiln fuzz --list)`);
  const signal = interruption();
  await each("merge", some, options, (target, reach, places) =>
    addToCorpus(target, offered.get(target.name) ?? [], reach, places, signal),
  );
};

const importAll = async (
  paths: readonly string[],
  options: CorpusOptions & { readonly target?: string },
): Promise<void> => {
  const named = options.target === undefined ? null : (targetOf(options.target) ?? null);
  if (options.target !== undefined && named === null) {
    throw new CliError(`there is no target "${options.target}": kiln fuzz --list shows them`);
  }
  const { inputs, files, notes } = await importedFrom(paths, targets, named);
  const some = targets.filter(({ name }) => (inputs.get(name) ?? []).length > 0);
  if (some.length === 0) throw new CliError(`nothing in ${files} files is an input for any target`);
  const signal = interruption();
  const state: State = (target, reach, places) =>
    addToCorpus(target, inputs.get(target.name) ?? [], reach, places, signal);
  await each("import", some, options, state, { notes });
};

const each = async (
  command: CorpusCommand,
  chosen: readonly Target[],
  { corpus, json }: CorpusOptions,
  state: State,
  { dryRun = false, notes = [] as readonly string[] } = {},
): Promise<void> => {
  log(`running the inputs of ${chosen.length} ${chosen.length === 1 ? "target" : "targets"}`);
  const reach = await Reach.open();
  const rows: CorpusRow[] = [];
  try {
    for (const target of chosen) rows.push(rowOf(await state(target, reach, { root: corpus })));
  } finally {
    reach.close();
  }
  const document: CorpusDocument = { schema: "kiln.corpus/1", command, dry_run: dryRun, rows, notes };
  if (json === true) printJson(document);
  else show(document);
  if (rows.some(({ failing }) => failing.length > 0)) process.exitCode = Exit.Finding;
};

const rowOf = ({ edgesTotal, failing, ...state }: CorpusState): CorpusRow => ({
  ...state,
  edges_total: edgesTotal,
  failing: failing.map(({ file, why }) => ({ file: relative(process.cwd(), file) || file, why })),
});

const show = ({ command, dry_run, rows, notes }: CorpusDocument): void => {
  const isIn = command === "merge" || command === "import";
  const shown = [
    left<CorpusRow>("target", ({ target }) => target),
    right<CorpusRow>("files", ({ files }) => whole(files)),
    right<CorpusRow>("octets", ({ octets }) => whole(octets)),
    right<CorpusRow>("seeds", ({ seeds }) => whole(seeds)),
    right<CorpusRow>("edges", ({ edges, edges_total }) => `${whole(edges)} of ${whole(edges_total)}`),
    right<CorpusRow>("features", ({ features }) => whole(features)),
    right<CorpusRow>("removed", ({ removed }) => (command === "prune" ? whole(removed.length) : "")),
    right<CorpusRow>("offered", ({ offered }) => (isIn ? whole(offered) : "")),
    right<CorpusRow>("added", ({ added }) => (isIn ? whole(added) : "")),
  ];
  print(terminalTable(tableOf(rows, shown)));
  for (const { target, removed } of rows) {
    for (const name of removed) print(`${dry_run ? "would remove" : "removed"} ${target}/${name}`);
  }
  for (const { failing } of rows) for (const { file, why } of failing) print(`${file} fails: ${why}`);
  for (const note of notes) log(`kiln: ${note}`);
};
