import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type AnyDocument, parseDocument } from "./documents.js";
import { ResultsError } from "./results-error.js";

/** One folder under the results root: the documents of one command, and whatever else it leaves (profiles, a report). */
export interface Run {
  /** `20260131T235959Z-convergence`, or with `-2`, `-3`, … when the second had one already. */
  readonly id: string;
  /** Lower-case letters: convergence, handshake, nightly, … */
  readonly kind: string;
  readonly startedAt: Date;
  readonly dir: string;
}

/** Where runs are kept: the folder that was asked for, or `results` of the checkout that `cwd` lies in, or of `cwd`. */
export const resultsRoot = (asked?: string, cwd: string = process.cwd()): string => {
  if (asked !== undefined) return resolve(cwd, asked);
  let folder = resolve(cwd);
  while (!existsSync(join(folder, ".git")) && !existsSync(join(folder, "package.json"))) {
    if (dirname(folder) === folder) return join(resolve(cwd), "results");
    folder = dirname(folder);
  }
  return join(folder, "results");
};

/** Makes the folder of a new run. Two that start in the same second get two folders. */
export const createRun = (root: string, kind: string, now: Date = new Date()): Run => {
  if (!/^[a-z]+$/.test(kind)) throw new RangeError(`a kind of run is lower-case letters, not "${kind}"`);
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  return orExplain(root, () => {
    mkdirSync(root, { recursive: true });
    for (let n = 1; ; n++) {
      const id = `${stamp}-${kind}${n === 1 ? "" : `-${n}`}`;
      if (!makeFolder(join(root, id))) continue;
      return { id, kind, startedAt: startOf(stamp), dir: join(root, id) };
    }
  });
};

/**
 * Checks a document and keeps it in the run: `kiln.bench.update/1` in `bench.update.json`; with a label `tls` in
 * `bench.update-tls.json`, for a run with several of one schema. Gives the path.
 */
export const saveDocument = (run: Run, document: AnyDocument, label?: string): string => {
  const name = document.schema.replace(/^kiln\./, "").replace(/\/\d+$/, "");
  const file = `${name}${label === undefined ? "" : `-${label}`}.json`;
  parseDocument(document, file);
  return saveFile(run, file, `${JSON.stringify(document, null, 2)}\n`);
};

/** Writes a file of the run whole or not at all: a reader never sees half of it. Gives the path. */
export const saveFile = (run: Run, name: string, content: string | Uint8Array): string => {
  const path = join(run.dir, name);
  const unfinished = join(run.dir, `.${name}.${process.pid}.unfinished`);
  return orExplain(path, () => {
    try {
      writeFileSync(unfinished, content, { flush: true });
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
    return path;
  });
};

/** The runs under a root, oldest first. Folders of other names are not ours and left out. */
export const listRuns = (root: string): Run[] => {
  if (!existsSync(root)) return [];
  return orExplain(root, () => readdirSync(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => runOf(root, entry.name))
    .filter((run) => run !== null)
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || ordinal(a) - ordinal(b));
};

/** The newest run of a kind, or the newest one that is older than `before`. Null when there is none. */
export const latestRun = (root: string, kind: string, before?: Run): Run | null => {
  const runs = listRuns(root);
  const end = before === undefined ? runs.length : runs.findIndex(({ id }) => id === before.id);
  return runs.slice(0, end < 0 ? runs.length : end).findLast((run) => run.kind === kind) ?? null;
};

/** A run by its id. */
export const findRun = (root: string, id: string): Run => {
  const run = runOf(root, id);
  if (run !== null && existsSync(run.dir)) return run;
  throw new ResultsError(`there is no run "${id}" under ${root}`);
};

/** Every document of a run, checked, in the order of their file names. */
export const loadRun = (run: Run): AnyDocument[] =>
  orExplain(run.dir, () => readdirSync(run.dir))
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .sort()
    .map((name) => loadDocument(join(run.dir, name)));

/** A document from a file, checked. */
export const loadDocument = (path: string): AnyDocument => {
  const text = orExplain(path, () => readFileSync(path, "utf8"));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ResultsError(`${path} is not JSON: it is damaged, or not a result of Kiln's`, { cause });
  }
  return parseDocument(json, path);
};

const runOf = (root: string, id: string): Run | null => {
  const [, stamp, kind] = /^(\d{8}T\d{6}Z)-([a-z]+)(?:-\d+)?$/.exec(id) ?? [];
  if (stamp === undefined || kind === undefined) return null;
  const startedAt = startOf(stamp);
  return Number.isNaN(startedAt.getTime()) ? null : { id, kind, startedAt, dir: join(root, id) };
};

const startOf = (stamp: string): Date =>
  new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const ordinal = ({ id }: Run): number => Number(/-(\d+)$/.exec(id)?.[1] ?? 1);

/** False when the folder is there already. */
const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
};

const EXPLAINED: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: make room, or choose another place with --results DIR",
  EDQUOT: "the disk quota is used up: make room, or choose another place with --results DIR",
  EROFS: "the file system is read-only: choose another place with --results DIR",
  EACCES: "no permission: choose another place with --results DIR",
  EPERM: "no permission: choose another place with --results DIR",
  ENOTDIR: "a part of the path is a file, not a folder: choose another place with --results DIR",
  EEXIST: "a file stands where the folder should be: choose another place with --results DIR",
  ENOENT: "it is not there",
};

export const orExplain = <T>(path: string, act: () => T): T => {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new ResultsError(`${path}: ${EXPLAINED[code] ?? `the system says ${code}`}`, { cause: error });
  }
};

/** The code of what the system refused; of any other error, none. */
const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "syscall" in error ? (error as NodeJS.ErrnoException).code : undefined;
