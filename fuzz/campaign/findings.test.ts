import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import { findingFolders, loadFinding, minimizedIn } from "./finding.js";
import { isReplayable, readFindingCase, replayAll } from "./replay.js";

const root = packageRoot();
const findings = findingFolders(join(root, "corpus", "findings")).map((folder) => {
  const found = loadFinding(folder);
  const which = minimizedIn(folder) === null ? (["input"] as const) : (["minimized", "input"] as const);
  return { folder, found, title: `${found.target}/${found.signature}: ${found.what}`, which };
});
const replayable = findings.filter(({ found }) => isReplayable(found));
const others = findings.filter(({ found }) => !isReplayable(found));

// A finding stays where it is when it is closed, and is run again forever. One that still fails is a test that fails,
// whether it is known or not: to have found a bug does not mend it.
describe.skipIf(findings.length === 0)("the findings under corpus/findings", () => {
  it.skipIf(replayable.length === 0)(
    `${replayable.length} of them pass, minimised and as they were found`,
    async () => {
      const failing: string[] = [];
      const cases = replayable.flatMap(({ folder, title, which, found }) =>
        which.map((name) => ({ ...readFindingCase(folder, name), title: `${found.status} ${title} (${name})` })),
      );
      await replayAll(cases, ({ title }, { failure }) => {
        if (failure !== null) failing.push(`${title}: ${failure.message}`);
      });
      expect(failing).toEqual([]);
    },
    // Each has a process of its own.
    60_000 + 5_000 * replayable.length,
  );

  const open = findings.filter(({ found }) => found.status === "open").map(({ folder }) => relative(root, folder));
  it.skipIf(open.length > 0)(
    open.length === 0
      ? "none of them is open"
      : `${open.length} are OPEN: close those that are mended (kiln findings close) ${open}`,
    () => {
      expect(open).toEqual([]);
    },
  );

  it.skip.each(others)("$title: NOT RUN here, its property is in $found.module", () => {});
});
