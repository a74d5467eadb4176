import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error has said so; rejects when it ends before. */
  said(text: string): Promise<void>;
}

/** A Node program with its output gathered. */
export const startNode = (argv: readonly string[], options?: Pick<SpawnOptions, "cwd" | "env">): Started =>
  startProgram(process.execPath, argv, options);

export const startProgram = (
  program: string,
  argv: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env"> = {},
): Started => {
  const child = spawn(program, argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (status) => resolve({ status, stdout, stderr })));
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended before it said "${text}": ${stderr}`);
      await wait(20);
    }
  };
  return { child, ended, said };
};
