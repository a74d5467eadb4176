import { readFileSync } from "node:fs";

/** The fields of a process's stat, proc(5), from `state` on: the name before it, in parentheses, may hold anything, parentheses too. */
export const statFields = (stat: string): string[] => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

/** The same of the process `pid` as it is now; null when there is none, or no /proc. */
export const statOf = (pid: number | string): string[] | null => {
  try {
    return statFields(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return null;
  }
};
