import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { closeFinding, findingFolders, findingNamed, loadFinding, minimizedIn } from "../../fuzz/campaign/finding.js";
import { Files } from "../../fuzz/campaign/finding-files.js";
import { isReplayable, readFindingCase, replayAll } from "../../fuzz/campaign/replay.js";
import { EngineError } from "../../fuzz/engines/job.js";
import type { Finding, Findings } from "../results/index.js";
import { userErrors } from "./fuzz-errors.js";
import { CliError, Exit, interruption, print, printJson } from "./output.js";
import type { Register } from "./program.js";

interface FindingsOptions {
  readonly corpus: string;
  readonly json?: true;
}

interface CloseOptions extends FindingsOptions {
  readonly why?: string;
  readonly force?: true;
}

/** With those of `own` in front. */
const examplesOf = (own: string): string => {
  const isOwn = (line: string): boolean => line.startsWith(`  kiln findings ${own}`);
  return [ABOUT, ...EXAMPLES.filter(isOwn), ...EXAMPLES.filter((line) => !isOwn(line))].join("\n");
};

const ABOUT = `
A finding is named by its folder, its signature, or four or more digits of it. Closing one runs it first: what still
fails stays open (exit code 1). A closed finding that comes back is opened again, as a regression.

Examples:`;
const EXAMPLES: readonly string[] = [
  "  kiln findings",
  "  kiln findings show 0123",
  '  kiln findings close 0123456789ab --why "length checked before the loop"',
  "  kiln findings list --json",
];

export const register: Register = (program: Command) => {
  const findings = program
    .command("findings")
    .description("What fuzzing found: list, show and close findings.")
    .addHelpText("after", examplesOf(""));
  const command = (name: string, description: string): Command =>
    findings
      .command(name, { isDefault: name.startsWith("list") })
      .description(description)
      .option("--corpus <dir>", "where findings are", "corpus")
      .option("--json", "the result as JSON on standard output")
      .addHelpText("after", examplesOf(name.split(" ")[0] ?? ""));

  command("list", "Every finding, the open ones first.").action((options: FindingsOptions) =>
    userErrors(async () => list(options)),
  );
  command("show <finding>", "One finding: what happened, its input field by field, how to show it again.").action(
    (named: string, options: FindingsOptions) => userErrors(async () => show(named, options)),
  );
  command("close <finding>", "Note that a finding is mended.")
    .option("--why <text>", "what mended it")
    .option("--force", "even if it still fails")
    .action((named: string, options: CloseOptions) => userErrors(() => close(named, options)));
};

const list = ({ corpus, json }: FindingsOptions): void => {
  const { found, problems } = readAll(join(corpus, "findings"));
  if (json) printDocument(found, problems);
  else {
    for (const line of table(found.map(({ finding }) => finding))) print(line);
    for (const { folder, problem } of problems) print(`${folder}: ${problem}`);
    if (found.length + problems.length === 0) print("no findings");
  }
  if (problems.length > 0) process.exitCode = Exit.Error;
};

const show = (named: string, { corpus, json }: FindingsOptions): void => {
  const folder = folderOf(named, corpus);
  const finding = loadFinding(folder);
  if (json) printDocument([{ folder, finding }]);
  else {
    print(readFileSync(join(folder, Files.readme), "utf8").trimEnd());
    print("");
    for (const [name, value] of Object.entries(fieldsOf(folder, finding))) print(`${name.padEnd(12)}${value}`);
  }
};

const close = async (named: string, { corpus, json, why, force }: CloseOptions): Promise<void> => {
  const folder = folderOf(named, corpus);
  if (force !== true) {
    const failing = await firstFailing(folder);
    if (failing !== null) {
      throw new CliError(`${named} still fails, and stays open: ${failing} (--force closes it)`, Exit.Finding);
    }
  }
  const finding = closeFinding(folder, why ?? null);
  if (json) printDocument([{ folder, finding }]);
  else print(`${finding.target}/${finding.signature} is closed`);
};

/** What still happens, in one line; null when all inputs of the finding pass. */
const firstFailing = async (folder: string): Promise<string | null> => {
  const finding = loadFinding(folder);
  if (!isReplayable(finding)) {
    throw new CliError(
      "it was found by a property of a test, which shows whether it is mended: then close it with --force",
    );
  }
  const names = minimizedIn(folder) === null ? (["input"] as const) : (["minimized", "input"] as const);
  let failing: string | null = null;
  const cases = names.map((name) => readFindingCase(folder, name));
  await replayAll(cases, (_, { failure }) => (failing ??= failure?.what ?? null), {}, interruption());
  return failing;
};

interface Found {
  readonly folder: string;
  readonly finding: Finding;
}

const readAll = (root: string): { found: Found[]; problems: Findings["problems"] } => {
  const found: Found[] = [];
  const problems: { folder: string; problem: string }[] = [];
  for (const folder of findingFolders(root)) {
    try {
      found.push({ folder, finding: loadFinding(folder) });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      problems.push({ folder: shortOf(folder), problem: error.message });
    }
  }
  const rank = ({ finding }: Found): number => Number(finding.status === "closed");
  return { found: found.sort((a, b) => rank(a) - rank(b)), problems };
};

const folderOf = (named: string, corpus: string): string => {
  const folder = findingNamed(named, join(corpus, "findings"));
  if (folder === null) throw new CliError(`there is no finding ${named}: kiln findings lists them`);
  return folder;
};

const printDocument = (found: readonly Found[], problems: Findings["problems"] = []): void =>
  printJson({
    schema: "kiln.fuzz.findings/1",
    findings: found.map(({ folder, finding }) => ({ folder: shortOf(folder), finding })),
    problems,
  } satisfies Findings);

const table = (found: readonly Finding[]): string[] => {
  if (found.length === 0) return [];
  const rows = [
    ["signature", "target", "status", "kind", "octets", "runs", "last seen", "what"],
    ...found.map((one) => [
      one.signature,
      one.target,
      one.status === "open" && one.regressions > 0 ? "REGRESSION" : one.status,
      one.kind,
      one.minimized === null ? `${one.octets}` : `${one.minimized} of ${one.octets}`,
      `${one.runs}`,
      one.last_seen.slice(0, 10),
      one.what,
    ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  "),
  );
};

const fieldsOf = (folder: string, found: Finding): Record<string, string> => ({
  folder: shortOf(folder),
  status: found.status,
  closed: found.closed_at ?? "never",
  regressions: String(found.regressions),
  runs: String(found.runs),
  "first seen": found.first_seen,
  "last seen": found.last_seen,
});

const shortOf = (folder: string): string => relative(process.cwd(), folder) || folder;
