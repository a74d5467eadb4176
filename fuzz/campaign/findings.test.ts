import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import { findingFolders } from "./finding.js";
import { readCase, replay } from "./replay.js";

const folders = findingFolders(join(packageRoot(), "corpus", "findings"));

// A finding that was mended stays where it is, and is run again forever.
it.skipIf(folders.length === 0)(`the ${folders.length} findings under corpus/findings pass`, async () => {
  for (const folder of folders) {
    const { failure } = await replay(readCase(folder));
    expect(failure, folder).toBeNull();
  }
});
