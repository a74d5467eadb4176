import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/results/provenance.js";
import { findingFolders, minimizedIn, readFinding } from "../campaign/finding.js";
import { isReplayable, readFindingCase } from "../campaign/replay.js";
import { seedsOf } from "../campaign/seed-files.js";
import { ACCEPTED, type Outcome, type Target } from "../targets/target.js";
import type { PropertyCase } from "./cases.js";

/**
 * What the corpus has for a target, as examples for its properties: seeds, with the outcome they are named after;
 * findings that are no hang and no death, with the outcome they were made for; and what engines kept from run to run,
 * for which anything goes.
 */
export const corpusCases = (
  target: Pick<Target, "name" | "faults">,
  corpus: string = join(packageRoot(), "corpus"),
): readonly PropertyCase[] => [
  ...seedsOf(target.name, join(corpus, "seeds")).map(({ name, data }) => ({
    data,
    expected: outcomeNamed(name, target),
  })),
  ...findingCases(target.name, join(corpus, "findings")),
  ...workingInputs(join(corpus, "work", "kiln", target.name, "queue")).map((data) => ({ data, expected: null })),
];

/** `accepted-3` and `as-path.overrun` are how seeds are called. */
const outcomeNamed = (name: string, { faults }: Pick<Target, "faults">): Outcome | null =>
  /^accepted-\d+$/.test(name) ? ACCEPTED : (faults.find(({ id }) => id.replace("/", ".") === name)?.id ?? null);

const findingCases = (target: string, root: string): PropertyCase[] =>
  findingFolders(root).flatMap((folder) => {
    const found = readFinding(folder);
    if (found === null || found.target !== target || !isReplayable(found)) return [];
    // What may not come back is run by findings.test.ts, in a process of its own.
    if (found.kind !== "oracle" && found.kind !== "crash") return [];
    const { input, expected } = readFindingCase(folder, "input");
    const minimized = minimizedIn(folder);
    return [{ data: input, expected }, ...(minimized === null ? [] : [{ data: minimized, expected: null }])];
  });

const workingInputs = (folder: string): Uint8Array[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^[0-9a-f]{16}$/.test(name))
        .sort()
        .map((name) => Uint8Array.from(readFileSync(join(folder, name))))
    : [];
