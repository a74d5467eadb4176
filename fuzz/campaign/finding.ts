import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "../../src/codec/octets.js";
import { type Finding, finding } from "../../src/results/fuzz.js";
import { type Failure, signatureOf } from "./failure.js";

/** Where findings are kept: `<root>/<target>/<signature>/{input,finding.json,README.md}`. */
export class FindingStore {
  readonly root: string;
  /** Those of this run, which count as one sighting however often they come. */
  readonly #seen = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * Folds a failure into the finding of its signature, the smallest input being kept. `known`: an earlier run had it.
   */
  add(failure: Failure, module: string, now: Date = new Date()): { finding: Finding; folder: string; known: boolean } {
    const signature = signatureOf(failure);
    const folder = join(this.root, failure.target, signature);
    const before = readFinding(folder);
    const again = this.#seen.has(folder);
    this.#seen.add(folder);
    const known = before !== null && !(again && before.runs === 1);
    if (before !== null && again && before.octets <= failure.input.length) return { finding: before, folder, known };

    const isSmaller = before === null || failure.input.length < before.octets;
    const told = isSmaller ? describe(failure, module, signature) : before;
    const kept: Finding = {
      ...told,
      runs: (before?.runs ?? 0) + (again ? 0 : 1),
      first_seen: before?.first_seen ?? now.toISOString(),
      last_seen: now.toISOString(),
    };
    mkdirSync(folder, { recursive: true });
    if (isSmaller) write(folder, "input", failure.input);
    write(folder, "finding.json", `${JSON.stringify(kept, null, 2)}\n`);
    write(folder, "README.md", readme(kept, isSmaller ? failure.input : readFileSync(join(folder, "input"))));
    return { finding: kept, folder, known };
  }
}

/** The finding in a folder, or null when there is none that can be read. */
export const readFinding = (folder: string): Finding | null => {
  const path = join(folder, "finding.json");
  if (!existsSync(path)) return null;
  try {
    const parsed = finding.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

/** The folders of all findings under a root. */
export const findingFolders = (root: string): string[] =>
  foldersIn(root).flatMap((target) => foldersIn(join(root, target)).map((signature) => join(root, target, signature)));

const foldersIn = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];

const describe = (
  { target, kind, what, message, stack, expected, origin, input }: Failure,
  module: string,
  signature: string,
): Omit<Finding, "runs" | "first_seen" | "last_seen"> => ({
  schema: "kiln.fuzz.finding/1",
  target,
  module,
  signature,
  kind,
  what,
  message: message.slice(0, 2000),
  stack: stack.slice(0, 20),
  expected,
  origin,
  octets: input.length,
});

/** Whole or not at all. */
const write = (folder: string, name: string, content: string | Uint8Array): void => {
  const unfinished = join(folder, `.${name}.${process.pid}`);
  writeFileSync(unfinished, content);
  renameSync(unfinished, join(folder, name));
};

const readme = (found: Finding, input: Uint8Array): string => `# ${found.what}

${found.kind} in \`${found.module}\`, target \`${found.target}\`, found by ${found.origin.engine} (seed ${found.origin.seed}${
  found.origin.path === undefined ? "" : `, arbitrary ${found.origin.arbitrary}, path ${found.origin.path}`
}).

    ${found.message.replaceAll("\n", "\n    ")}

${found.stack.map((frame) => `    ${frame}`).join("\n") || "No stack: the watchdog ended it."}

Input, ${found.octets} octets${found.expected === null ? "" : `, made for the outcome ${found.expected}`}:

    ${(hex(input, 0, Math.min(input.length, 256)).match(/.{1,64}/g) ?? ["(empty)"]).join("\n    ")}${input.length > 256 ? "\n    …" : ""}

Show it again with \`kiln repro corpus/findings/${found.target}/${found.signature}\`.
`;
