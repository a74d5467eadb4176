import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalOctets } from "../../src/codec/octets.js";
import type { Finding } from "../../src/results/finding.js";
import type { Failure } from "./failure.js";
import { Files, loadFinding, readFinding, writeFiles } from "./finding-files.js";
import { readmeOf, regressionOf } from "./finding-text.js";
import { signatureOf } from "./signature.js";

export { findingFolders, findingNamed, loadFinding, readFinding } from "./finding-files.js";

/** A failure as it was put down. */
export interface Sighting {
  readonly finding: Finding;
  readonly folder: string;
  /** An earlier run had it. */
  readonly known: boolean;
  /** It was closed, and this sighting opened it again. */
  readonly regression: boolean;
}

/** Where findings are kept: `<root>/<target>/<signature>/`, see `Files`. Can be killed at any moment. */
export class FindingStore {
  readonly root: string;
  /** Those of this run, which count as one sighting however often they come. */
  readonly #seen = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /** Folds a failure into the finding of its signature, the smallest input being kept. */
  add(failure: Failure, module: string, now: Date = new Date()): Sighting {
    const signature = signatureOf(failure);
    const folder = join(this.root, failure.target, signature);
    const before = readFinding(folder);
    const again = this.#seen.has(folder);
    this.#seen.add(folder);
    const known = before !== null && !(again && before.runs === 1);
    const regression = before?.status === "closed";
    const isSmaller = before === null || failure.input.length < before.octets;
    if (before !== null && again && !isSmaller && !regression) return { finding: before, folder, known, regression };

    const told = isSmaller ? describe(failure, module, signature) : before;
    const isStillLeast = before?.minimized != null && before.minimized <= failure.input.length;
    const kept: Finding = {
      ...told,
      minimized: isStillLeast || !isSmaller ? (before?.minimized ?? null) : null,
      status: "open",
      closed_at: before?.closed_at ?? null,
      closed_why: before?.closed_why ?? null,
      regressions: (before?.regressions ?? 0) + (regression ? 1 : 0),
      runs: (before?.runs ?? 0) + (again ? 0 : 1),
      first_seen: before?.first_seen ?? now.toISOString(),
      last_seen: now.toISOString(),
    };
    keep(folder, kept, isSmaller ? failure.input : readFileSync(join(folder, Files.input)));
    return { finding: kept, folder, known, regression };
  }
}

/**
 * Puts a minimised input beside the one that was found, unless a smaller one was found meanwhile. Throws EngineError when
 * the folder has no finding.
 */
export const keepMinimized = (folder: string, minimized: Uint8Array): Finding => {
  const before = loadFinding(folder);
  if (minimized.length > before.octets) return before;
  const kept = { ...before, minimized: minimized.length };
  keep(folder, kept, readFileSync(join(folder, Files.input)), minimized);
  return kept;
};

/** Notes that it was mended. Throws EngineError when the folder has no finding. */
export const closeFinding = (folder: string, why: string | null, now: Date = new Date()): Finding => {
  const kept: Finding = {
    ...loadFinding(folder),
    status: "closed",
    closed_at: now.toISOString(),
    closed_why: why,
  };
  keep(folder, kept, readFileSync(join(folder, Files.input)));
  return kept;
};

/** The minimised input in the folder of a finding; null when there is none. */
export const minimizedIn = (folder: string): Uint8Array | null => {
  const path = join(folder, Files.minimized);
  return existsSync(path) ? Uint8Array.from(readFileSync(path)) : null;
};

/** Writes a finding with all that is made from it. */
const keep = (folder: string, kept: Finding, input: Uint8Array, fresh?: Uint8Array): void => {
  const minimized = kept.minimized === null ? null : (fresh ?? minimizedIn(folder));
  const isThere = existsSync(join(folder, Files.input)) && equalOctets(readFileSync(join(folder, Files.input)), input);
  writeFiles(folder, {
    ...(isThere ? {} : { [Files.input]: input }),
    [Files.minimized]: minimized,
    [Files.regression]: regressionOf(kept, input, minimized),
    [Files.readme]: readmeOf(kept, input, minimized),
    [Files.finding]: `${JSON.stringify(kept, null, 2)}\n`,
  });
};

type Told = Omit<
  Finding,
  "minimized" | "status" | "closed_at" | "closed_why" | "regressions" | "runs" | "first_seen" | "last_seen"
>;

const describe = (
  { target, kind, what, message, stack, expected, origin, input }: Failure,
  module: string,
  signature: string,
): Told => ({
  schema: "kiln.fuzz.finding/2",
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
