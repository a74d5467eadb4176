import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { statOf } from "./proc-stat.js";

/** A process under the name that it had when it was looked at first: one that has ended has none any more. */
export interface NamedProcess {
  readonly pid: number;
  /** Its command line without folders, cut where it gets long: `bgpd -R -d`. */
  readonly command: string;
}

export const named = (pid: number): NamedProcess => ({ pid, command: commandOf(pid) });

/**
 * The first of the processes that can't work, as a part of a sentence: `its process bgpd -R -d (pid 42) is stopped`. Null when all can.
 * One that waits, even for ever, is none of these.
 */
export const haltedOf = (processes: readonly NamedProcess[]): string | null => {
  for (const { pid, command } of processes) {
    const how = HALTED[statOf(pid)?.[0] ?? GONE];
    if (how !== undefined) return `its process ${command} (pid ${pid}) ${how}`;
  }
  return null;
};

/** States of proc(5): stopped by a signal, a debugger's, a zombie, dead. */
const HALTED: Readonly<Record<string, string>> = {
  T: "is stopped",
  t: "is stopped by a debugger",
  Z: "has ended",
  X: "has ended",
};
const GONE = "X";

const MAX_COMMAND = 60;

const commandOf = (pid: number): string => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const line = words
      .map((word) => (word.startsWith("/") ? basename(word) : word))
      .join(" ")
      .trim();
    return line.length > MAX_COMMAND ? `${line.slice(0, MAX_COMMAND - 1)}…` : line;
  } catch {
    return "unknown";
  }
};
