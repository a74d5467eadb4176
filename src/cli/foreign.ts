import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { seedsRoot } from "../../fuzz/campaign/campaign.js";
import { HANG_MS } from "../../fuzz/campaign/replay.js";
import { type Foreign, type ForeignSuite, foreignSuite, seedsRootFor } from "../../fuzz/foreign/suite.js";
import { targetOf } from "../../fuzz/targets/index.js";
import { CliError } from "./output.js";

/** What says that something else than Kiln's own decoders is under test. */
export interface ForeignOptions {
  readonly module?: string;
  readonly exec?: string;
  readonly as: string;
}

/** A suite of a user's, and the folder of its seeds. */
export interface ForeignRun extends ForeignSuite {
  readonly seeds: string;
}

export const foreignOptions = (command: Command): Command =>
  command
    .option("--module <file#function>", "a decoder of yours: a JavaScript or TypeScript file and its function")
    .option("--exec <command>", "a program of yours, asked over a pipe (see fuzz/examples/exec)")
    .option(
      "--as <target>",
      "with --exec: the target whose inputs it reads and whose verdicts it gives",
      "message-update",
    );

/**
 * Runs `work` on what `--module` or `--exec` name, or on null when neither is there. `seeds` is a user's folder of inputs
 * to start from. Throws EngineError, or CliError when both are there.
 */
export const withForeign = async <T>(
  { module, exec, as, seeds }: ForeignOptions & { readonly seeds?: string },
  work: (foreign: ForeignRun | null) => Promise<T>,
): Promise<T> => {
  if (module !== undefined && exec !== undefined) throw new CliError("either --module or --exec, not both");
  const foreign: Foreign | null =
    module !== undefined
      ? { kind: "module", spec: module }
      : exec !== undefined
        ? { kind: "exec", command: exec, as, hangMs: HANG_MS }
        : null;
  if (foreign === null) {
    if (seeds !== undefined) throw new CliError("--seeds goes with --module or --exec: Kiln's own targets have theirs");
    return await work(null);
  }
  if (foreign.kind === "exec") mustBeThere(foreign.command);
  const folder = mkdtempSync(join(tmpdir(), "kiln-foreign-"));
  try {
    const suite = foreignSuite(foreign, folder);
    const from = seeds ?? (foreign.kind === "exec" ? join(seedsRoot(), as) : emptyFolder(folder));
    return await work({ ...suite, seeds: seedsRootFor(suite.target.name, from, folder) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The target that an input is for: what a user's suite has, else what `--target` says. Throws CliError for one that is not. */
export const targetAsked = (
  { target }: { readonly target?: string },
  foreign: ForeignRun | null,
): { readonly target?: string } => {
  if (foreign !== null) {
    if (target !== undefined) throw new CliError("with --module or --exec there is one target: leave --target out");
    return { target: foreign.target.name };
  }
  if (target !== undefined && targetOf(target) === undefined) {
    throw new CliError(`there is no target "${target}": kiln fuzz --list shows them`);
  }
  return target === undefined ? {} : { target };
};

/** Throws CliError for a finding whose target nobody here has. */
export const knownTarget = <T extends { readonly target: string }>(one: T, foreign: ForeignRun | null): T => {
  if (foreign !== null || targetOf(one.target) !== undefined) return one;
  throw new CliError(`${one.target} is no target of Kiln's: say --module or --exec as when it was found`);
};

/** A program that is not there would look like one that dies of every input. In quotes it may have any name: the shell knows. */
const mustBeThere = (command: string): void => {
  const program = command.split(/\s+/).find((word) => word !== "" && !/^\w+=/.test(word));
  if (program === undefined || /["'\\$`]/.test(program)) return;
  if (spawnSync("/bin/sh", ["-c", 'command -v -- "$0"', program], { stdio: "ignore" }).status === 0) return;
  throw new CliError(`--exec: there is no program ${program} that could be run`);
};

const emptyFolder = (folder: string): string => {
  const empty = join(folder, "none");
  mkdirSync(empty);
  return empty;
};
