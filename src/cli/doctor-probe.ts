import { spawn } from "node:child_process";
import type { Check } from "../results/index.js";

export const PROBE_MS = 3000;
const MOST_OUTPUT = 20_000;

/** What a program prints when it is asked for its version, both streams together; null when it does not end in time. */
export const askProgram = (
  command: string,
  args: readonly string[],
  timeoutMs: number = PROBE_MS,
): Promise<string | null> =>
  new Promise((resolve) => {
    // A group of its own: a program that is a script has the real one below it.
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(0, MOST_OUTPUT);
      });
    }
    const late = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(null);
    }, timeoutMs);
    const end = (answer: string | null): void => {
      clearTimeout(late);
      resolve(answer);
    };
    child.once("error", () => end(null));
    child.once("close", () => end(said));
  });

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
};

/** The first group of `version` in what the program says; a sentence in its place when there is none. */
export const versionOf = async (command: string, args: readonly string[], version: RegExp): Promise<string> => {
  const said = await askProgram(command, args);
  if (said === null) return `there, but it did not tell its version within ${PROBE_MS / 1000} s`;
  return version.exec(said)?.[1]?.trim() ?? "there, with a version that it does not tell";
};

export const ok = (group: Check["group"], name: string, found: string): Check => ({
  name,
  group,
  state: "ok",
  found,
  costs: null,
  get: null,
});

export const lacking = (
  group: Check["group"],
  name: string,
  found: string,
  costs: string,
  get: string | null = null,
  state: "lacking" | "needed" | "unknown" = "lacking",
): Check => ({ name, group, state, found, costs, get });
