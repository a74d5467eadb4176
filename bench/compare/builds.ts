import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Interrupted } from "../scenarios/lab.js";

/** A revision could not be found or built: the text says what happened and what to do. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BuildError";
  }
}

export interface Revision {
  /** As the user wrote it. */
  readonly name: string;
  readonly commit: string;
}

export interface Build extends Revision {
  /** Its command, as `node` starts it. */
  readonly program: string;
}

/** `A..B` as the user wrote it; `A..` is A..HEAD. Null for the second half when there are no dots. */
export const splitRange = (range: string): readonly [a: string, b: string | null] => {
  const at = range.indexOf("..");
  if (at < 0) return [range, null];
  if (at === 0 || range.startsWith("...", at)) {
    throw new BuildError(`"${range}" is not A..B: name two revisions, as v0.1.0..HEAD`);
  }
  return [range.slice(0, at), range.slice(at + 2) || "HEAD"];
};

export const findRevision = async (root: string, name: string, signal: AbortSignal): Promise<Revision> => {
  if (!existsSync(join(root, ".git"))) {
    throw new BuildError(
      "revisions are built from Kiln's repository, and this is an installed package: run it in a checkout",
    );
  }
  try {
    const spec = `${name}^{commit}`;
    const { stdout } = await run("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", spec], root, signal);
    return { name, commit: stdout.trim() };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new BuildError(`there is no revision "${name}" here; \`git fetch --tags\` brings the tags of the remote`);
  }
};

/**
 * Builds revisions, each in a `git worktree` of its own below a private directory, and lends them to `use`. Everything is
 * removed afterwards, however it ends.
 */
export const withBuilds = async <T>(
  root: string,
  revisions: readonly Revision[],
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (line: string) => void },
  use: (builds: readonly Build[]) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), "kiln-compare-"));
  try {
    const builds: Build[] = [];
    for (const [n, revision] of revisions.entries()) {
      const same = builds.find(({ commit }) => commit === revision.commit);
      if (same === undefined) {
        progress(`building ${revision.name} (${revision.commit.slice(0, 10)})`);
        builds.push({ ...revision, program: await build(root, revision, join(directory, `build${n}`), signal) });
      } else builds.push({ ...revision, program: same.program });
    }
    return await use(builds);
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    // Forgets the worktrees whose folders are gone, those of a comparison that was killed too.
    await run("git", ["worktree", "prune"], root).catch(() => undefined);
  }
};

const build = async (root: string, revision: Revision, folder: string, signal: AbortSignal): Promise<string> => {
  const { name, commit } = revision;
  await explained(`${name}: git could not check it out`, () =>
    run("git", ["worktree", "add", "--detach", "--quiet", folder, commit], root, signal),
  );
  if (!existsSync(join(folder, "scripts", "build.mjs"))) {
    throw new BuildError(`${name} has no scripts/build.mjs: it is too old to be built by this version`);
  }
  await packages(root, revision, folder, signal);
  await explained(`${name} does not build`, () => run(process.execPath, ["scripts/build.mjs"], folder, signal));
  const program = join(folder, "dist", "src", "cli", "main.js");
  if (!existsSync(program))
    throw new BuildError(`${name} builds no dist/src/cli/main.js: it is too old to be compared`);
  return program;
};

/** The checkout's own packages where the lock file is the same, else those of the revision. */
const packages = async (root: string, { name }: Revision, folder: string, signal: AbortSignal): Promise<void> => {
  const lock = (where: string): string | null => {
    const file = join(where, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  };
  if (existsSync(join(root, "node_modules")) && lock(folder) === lock(root)) {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
    return;
  }
  const what = `${name} needs other packages than this checkout has, and \`npm ci\` could not fetch them; is the registry reachable?`;
  await explained(what, () => run("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], folder, signal));
};

const explained = async (what: string, act: () => Promise<unknown>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const said = stderr.trim().split("\n").slice(-3).join("; ");
    throw new BuildError(`${what} (${said === "" ? message : said})`);
  }
};

const run = (
  command: string,
  args: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<{ stdout: string; stderr: string }> => {
  if (isAborted(signal)) return Promise.reject(new Interrupted());
  return new Promise((resolve, reject) => {
    // A group of its own, which `execFile` can't give: who builds has a compiler as its child, which must not outlive an interruption.
    const child = spawn(command, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        said[name] = (said[name] + text).slice(-KEPT);
      });
    }
    const stop = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
    };
    signal?.addEventListener("abort", stop, { once: true });
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (isAborted(signal)) reject(new Interrupted());
      else if (code === 0) resolve(said);
      else reject(Object.assign(new Error(`${command} ended (${killedBy ?? `exit code ${code}`})`), said));
    });
  });
};

/** Characters of a program's output. */
const KEPT = 1 << 20;

const isAborted = (signal?: AbortSignal): boolean => signal?.aborted === true;
