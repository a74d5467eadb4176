import { readFileSync } from "node:fs";

export interface Resident {
  /** Each page by the share of it: what many processes use counts once in all. */
  readonly pssBytes: number;
  /** Pages that no other process uses. */
  readonly privateBytes: number;
}

/** The memory of a process and all below it by smaps_rollup (proc_pid_smaps(5)); null where one of them can't be read. */
export const residentOf = (pid: number): Resident | null => {
  try {
    const all = familyOf(pid).map((one) => parseRollup(readFileSync(`/proc/${one}/smaps_rollup`, "latin1")));
    return {
      pssBytes: all.reduce((sum, { pssBytes }) => sum + pssBytes, 0),
      privateBytes: all.reduce((sum, { privateBytes }) => sum + privateBytes, 0),
    };
  } catch {
    return null;
  }
};

export const parseRollup = (text: string): Resident => {
  const octets = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * 1024;
  const [pssBytes, clean, dirty] = [octets("Pss"), octets("Private_Clean"), octets("Private_Dirty")];
  if (
    pssBytes === undefined ||
    clean === undefined ||
    dirty === undefined ||
    !Number.isFinite(pssBytes + clean + dirty)
  ) {
    throw new RangeError("this is no smaps_rollup");
  }
  return { pssBytes, privateBytes: clean + dirty };
};

const familyOf = (pid: number): number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return [pid, ...(children === "" ? [] : children.split(" ")).flatMap((child) => familyOf(Number(child)))];
};
