import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { seedsRoot } from "../campaign/campaign.js";
import { exportTargets } from "./export.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("exported targets", () => {
  it("are CommonJS modules with a function for other engines, and seeds", async () => {
    const names = ["message-open", "attribute-02-as-path"];
    expect(
      await exportTargets(
        names.map((name) => ({ name })),
        seedsRoot(),
        folder,
      ),
    ).toEqual(names);
    for (const name of names) {
      const { fuzz } = createRequire(import.meta.url)(join(folder, `${name}.cjs`)) as { fuzz(data: Buffer): unknown };
      const seeds = join(folder, `${name}_seed_corpus`);
      const files = readdirSync(seeds);
      expect(files.length).toBeGreaterThan(5);
      for (const file of files) expect(fuzz(readFileSync(join(seeds, file)))).toBeUndefined();
    }
  });
});
