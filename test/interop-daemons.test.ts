import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConvergenceRow, convergenceDocument, isMeasured } from "../src/results/index.js";
import { targets } from "../src/target/index.js";
import { BuiltKiln } from "./built-kiln.js";

/** A table goes through every speaker there is and must come out as RFC 4271 has it passed on, and the same from all. */

const PREFIXES = "2000";
const results = mkdtempSync(join(tmpdir(), "kiln-interop-"));
const speakers = await Promise.all(targets.map(async (target) => ({ target, missing: await target.available() })));

let kiln: BuiltKiln;
let rows: readonly ConvergenceRow[] = [];
let ofTwoPeers: readonly ConvergenceRow[] = [];

beforeAll(async () => {
  kiln = await BuiltKiln.make();
  rows = await convergence("--family", "both");
  ofTwoPeers = await convergence("--peers", "2");
});
afterAll(() => {
  kiln.remove();
  rmSync(results, { recursive: true, force: true });
});

const convergence = async (...args: readonly string[]): Promise<readonly ConvergenceRow[]> => {
  const common = ["--transport", "tcp", "--prefixes", PREFIXES, "--runs", "1", "--json", "--results", results];
  // A row that failed makes the status of the command, and what was measured is printed all the same.
  const { stdout } = await kiln.start("bench", "convergence", ...common, ...args).ended;
  return convergenceDocument.parse(JSON.parse(stdout)).rows;
};

const rowOf = (of: readonly ConvergenceRow[], name: string): ConvergenceRow | undefined =>
  of.find(({ target }) => target === name);

const digestOf = (of: readonly ConvergenceRow[], name: string): unknown => {
  const row = rowOf(of, name);
  return row !== undefined && isMeasured(row) ? row.best_paths_digest : undefined;
};

for (const { target, missing } of speakers) {
  const title = `${target.name}${missing === null ? "" : ` (skipped: ${missing})`}`;
  describe.skipIf(missing !== null)(title, () => {
    it("passes a table of both families on exactly", () => {
      expect(rowOf(rows, target.name)).toMatchObject({ exact: true, differing: 0 });
      expect(digestOf(rows, target.name)).toBe(digestOf(rows, "self"));
    });

    if (target.name === "exabgp") {
      it("says that it cannot choose between two tables", () => {
        const reason = /127\.0\.1\.\d and 127\.0\.1\.\d both announce \S+, and ExaBGP has no decision process/;
        expect(rowOf(ofTwoPeers, target.name)).toMatchObject({ failed: expect.stringMatching(reason) });
      });
    } else {
      it("comes to the same best paths of two tables", () => {
        expect(rowOf(ofTwoPeers, target.name)).toMatchObject({ exact: true });
        expect(digestOf(ofTwoPeers, target.name)).toBe(digestOf(ofTwoPeers, "self"));
      });
    }
  });
}
