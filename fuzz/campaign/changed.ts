import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/results/provenance.js";
import { bundle, ownSuite } from "../engines/bundle.js";
import { EngineError } from "../engines/job.js";
import type { Target } from "../targets/target.js";

/** The targets whose code differs from that of `revision`, in git's words: a commit, a branch, `HEAD~3`. */
export const targetsChangedSince = async <T extends Pick<Target, "module">>(
  targets: readonly T[],
  revision: string,
): Promise<T[]> => affected(targets, changedFiles(revision), await builtOf());

/** Those that are built of one of `files`; all of them when what they share in `fuzz/` is among those. */
export const affected = <T extends Pick<Target, "module">>(
  targets: readonly T[],
  files: readonly string[],
  builtOf: (module: string) => ReadonlySet<string>,
): T[] => {
  if (files.some((file) => SHARED.test(file) && !TEST.test(file))) return [...targets];
  const changed = new Set(files);
  return targets.filter(({ module }) => [...builtOf(module)].some((one) => changed.has(one)));
};

const SHARED = /^(fuzz\/(targets|oracle|engine|engines)\/|package(-lock)?\.json$|tsconfig\.json$)/;
const TEST = /\.(test|arb)\.ts$|\.md$/;

/** Paths from the project's root, with those that are not committed yet. */
const changedFiles = (revision: string): string[] => {
  const git = (...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: packageRoot(), encoding: "utf8" });
    if (error !== undefined) throw new EngineError(`--since needs git: ${error.message}`);
    if (status !== 0)
      throw new EngineError(`--since ${revision}: ${stderr.trim().split("\n")[0] || "git knows no such commit"}`);
    return stdout;
  };
  // `--end-of-options`: a revision must not pass for an option of git's.
  const base = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`).trim();
  const tracked = git("diff", "--name-only", "-z", "--merge-base", base);
  const untracked = git("ls-files", "--others", "--exclude-standard", "-z");
  return (tracked + untracked).split("\0").filter((path) => path !== "");
};

const builtOf = async (): Promise<(module: string) => ReadonlySet<string>> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-changed-"));
  try {
    const { targets } = ownSuite();
    return (await bundle(`export * from ${JSON.stringify(targets)};`, join(folder, "targets.cjs"))).builtOf;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
