import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { Launch } from "../src/target/target.js";

/** `cpu` is Node's own profiler; the others are tools of clinic. */
export const profileKinds = ["cpu", "doctor", "flame", "bubbleprof", "heapprofiler"] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** A profile could not be made; the text says what to do. */
export class ProfileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProfileError";
  }
}

/**
 * The command that runs `node ...argv` under a profiler, which leaves its output in the folder `dir` (absolute; made if it is
 * not there). Standard output of the command is the profiler's and the program's mixed. Start it detached: at the second
 * SIGINT of a terminal clinic gives up. To end it, have the program end in good order; the profiler lives on to analyse.
 *
 * Throws ProfileError when clinic is not installed.
 */
export const profiledCommand = (kind: ProfileKind, dir: string, argv: readonly string[]): Launch => {
  mkdirSync(dir, { recursive: true });
  const command = process.execPath;
  if (kind === "cpu") {
    return { command, args: ["--cpu-prof", "--cpu-prof-dir", dir, ...argv], env: {}, patienceMs: 10_000 };
  }
  // clinic wants the word "node" before the program; what PATH makes of it must be the Node we are.
  return {
    command,
    args: [clinicProgram(), kind, "--open=false", "--dest", dir, "--", process.execPath, ...argv],
    // No question about statistics, no look for a newer version on the network.
    env: { NO_INSIGHT: "1", NO_UPDATE_NOTIFIER: "1" },
    patienceMs: 120_000,
  };
};

/** What the profiler left in `dir`, to be called when its process has ended. Throws ProfileError when that is nothing. */
export const finishProfile = (kind: ProfileKind, dir: string): string[] => {
  const suffix = kind === "cpu" ? ".cpuprofile" : ".html";
  const files = readdirSync(dir)
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => join(dir, name));
  if (files.length > 0) return files;
  throw new ProfileError(
    kind === "cpu"
      ? "Node left no CPU profile: the program did not end in good order"
      : `clinic ${kind} made no report on Node ${process.versions.node}: --profile cpu uses Node's own profiler instead`,
  );
};

/** Runs a Node program that ends by itself under a profiler. What it prints goes to standard error. Gives the files. */
export const runProfiled = async (
  kind: ProfileKind,
  dir: string,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> => {
  const { command, args, env } = profiledCommand(kind, dir, argv);
  const how = { cwd: dir, env: { ...process.env, ...env }, detached: true } as const;
  const child = spawn(command, args, { ...how, stdio: ["ignore", 2, 2] });
  // To the whole group, as Ctrl-C in a terminal: some of clinic's tools pass it on to the program, some expect it to have it.
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  };
  signal?.addEventListener("abort", end);
  const ended = await new Promise<string | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new ProfileError(`the profiler could not be started: ${cause.message}`)));
    child.once("exit", (code, killer) => resolve(code === 0 ? null : (killer ?? `exit code ${code}`)));
  });
  signal?.removeEventListener("abort", end);
  if (ended !== null && signal?.aborted !== true) {
    throw new ProfileError(
      `the profiled ${basename(argv[0] ?? "program")} ended with ${ended}: see what it printed above`,
    );
  }
  return finishProfile(kind, dir);
};

/** What to know before one trusts a profile of this kind here; null when there is nothing. */
export const profileCaveat = (kind: ProfileKind): string | null => {
  const major = Number(process.versions.node.split(".")[0]);
  return kind !== "cpu" && major > 20
    ? `clinic is not maintained and may be wrong or fail on Node ${major}; --profile cpu uses Node's own profiler`
    : null;
};

const clinicProgram = (): string => {
  try {
    return createRequire(import.meta.url).resolve("clinic/bin.js");
  } catch (cause) {
    throw new ProfileError(
      "clinic is not installed: run `npm install clinic`, or work from a checkout with `npm ci`; --profile cpu needs nothing",
      { cause },
    );
  }
};
