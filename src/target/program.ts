import { execFile, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Daemon, findProgram } from "./daemon.js";
import { TargetError } from "./target.js";

/** A daemon as its package installs it: where it is, how it is started in the foreground, how it is asked. */
export interface Program {
  /** As users write it: `bird`. */
  readonly name: string;
  /** The file that `start` runs; null when it is not installed. */
  file(): string | null;
  /** Null when it can be started here; else what is missing and how to get it, in one line. */
  missing(): string | null;
  /** As the program `file` tells it, `2.0.12`; "unknown" when it doesn't. */
  version(file: string): string;
  /** Writes the configuration, starts `file` in `daemon`, and resolves when it answers. Rejects with a `TargetError`. */
  start(daemon: Daemon, file: string, config: string, place: Place): Promise<Control>;
}

/** How a running daemon is asked. */
export interface Control {
  /** Of the running process, with its name: `BIRD 2.0.12`. */
  readonly version: string;
  /** One command, as the daemon's control program takes it. Rejects with a `TargetError` when it is refused. */
  command(text: string): Promise<string>;
  close(): void;
}

/** Where a daemon listens. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The control program of another build stands beside its daemon, or else the installed one is taken. */
export const besideOrInstalled = (file: string, name: string): string => {
  const beside = join(dirname(file), name);
  return isExecutable(beside) ? beside : (findProgram(name) ?? name);
};

const PATIENCE_MS = 60_000;
const MAX_OUTPUT = 64 << 20;
const run = promisify(execFile);

/** What a program that ends at once says, on both its outputs; "" when there is no such program. */
export const said = (file: string, args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(file, args, { encoding: "utf8", timeout: PATIENCE_MS });
  return `${stdout ?? ""}${stderr ?? ""}`;
};

/** Runs a control program to its end and gives its output. Rejects with a `TargetError` that tells what it complained about. */
export const control = async (file: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await run(file, [...args], { timeout: PATIENCE_MS, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (error) {
    const { message, stdout = "", stderr = "" } = error as Error & { stdout?: string; stderr?: string };
    const complaint = `${stdout}${stderr}`.trim().split("\n")[0];
    throw new TargetError(`${file} ${args.join(" ")}: ${complaint === "" ? message : complaint}`);
  }
};

/** The arguments in a line: what stands in double quotes is one. */
export const words = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|\S+/g)].map(([all, quoted]) => quoted ?? all);
