import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Finding, finding } from "../../src/results/finding.js";
import { EngineError } from "../engines/job.js";

/** What lies in the folder of a finding, `<root>/<target>/<signature>/`. */
export const Files = {
  /** As an engine made it. */
  input: "input",
  /** What is left of it when all is taken away that the failure does not need. */
  minimized: "minimized",
  finding: "finding.json",
  readme: "README.md",
  /** A test to copy: not called `*.test.ts`, so that no runner takes it for one of its own where it lies. */
  regression: "regression.ts",
} as const;

/** The finding in a folder, or null when there is none that can be read. */
export const readFinding = (folder: string): Finding | null => {
  try {
    return loadFinding(folder);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
};

/** The finding in a folder. Throws EngineError, in one line, for one that is missing or damaged. */
export const loadFinding = (folder: string): Finding => {
  const path = join(folder, Files.finding);
  if (!existsSync(path)) throw new EngineError(`${folder} is no finding: it has no ${Files.finding}`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new EngineError(`${path} is damaged: it is no whole JSON document`);
  }
  const parsed = finding.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") || "the document";
  throw new EngineError(`${path} is not what kiln.fuzz.finding/2 says: ${place}: ${issue?.message ?? "invalid"}`);
};

/** The folders of all findings under a root, in the order of their names. */
export const findingFolders = (root: string): string[] =>
  foldersIn(root).flatMap((target) => foldersIn(join(root, target)).map((signature) => join(root, target, signature)));

/**
 * The folder that is meant: by its path, by the finding's signature, or by four or more of its first digits.
 * Null for what looks like neither. Throws EngineError, in one line, for a signature that none has, or more than one.
 */
export const findingNamed = (named: string, root: string): string | null => {
  if (existsSync(named)) return statSync(named).isDirectory() && existsSync(join(named, Files.finding)) ? named : null;
  if (!/^[0-9a-f]{4,12}$/.test(named)) return null;
  const folders = findingFolders(root).filter((folder) => basename(folder).startsWith(named));
  const [folder, ...others] = folders;
  if (folder === undefined) throw new EngineError(`no finding under ${root} has a signature that begins with ${named}`);
  if (others.length > 0) {
    const which = folders.map((one) => `${basename(dirname(one))}/${basename(one)}`).join(", ");
    throw new EngineError(`${named} could be any of ${which}: give its folder`);
  }
  return folder;
};

/**
 * Writes files into a folder, each whole or not at all; null removes one. A new folder appears with all of them at
 * once. In an old one `finding.json` comes last, so that it never tells of a file that is not there yet.
 */
export const writeFiles = (folder: string, files: Readonly<Record<string, string | Uint8Array | null>>): void => {
  const isNew = !existsSync(folder);
  const unfinished = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  const target = isNew ? unfinished : folder;
  mkdirSync(target, { recursive: true });
  sweep(isNew ? dirname(folder) : folder);
  const names = Object.keys(files).sort((a, b) => Number(a === Files.finding) - Number(b === Files.finding));
  for (const name of names) {
    const content = files[name];
    if (content === undefined || content === null) continue;
    const part = join(target, `.${name}.${process.pid}`);
    writeFileSync(part, content);
    renameSync(part, join(target, name));
  }
  for (const name of names) if (files[name] === null) rmSync(join(target, name), { force: true });
  if (!isNew) return;
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was first with the same finding.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
};

/** Removes what a process left unfinished that was killed: `.<name>.<its number>`. */
const sweep = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\..+\.(\d+)$/.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

const foldersIn = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map(({ name }) => name)
        .sort()
    : [];
