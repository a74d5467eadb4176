import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { withMeasured } from "../src/report/index.js";
import { loadDocument } from "../src/results/index.js";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const runs = (): ReturnType<typeof loadDocument>[] =>
  readdirSync(at("results/baseline"))
    .sort()
    .map((name) => loadDocument(at(`results/baseline/${name}`)));

describe("the figures in the README", () => {
  it("are those of the stored runs (npm run measured writes them anew)", () => {
    const page = readFileSync(at("README.md"), "utf8");
    expect(runs().length).toBeGreaterThan(0);
    expect(withMeasured(page, runs())).toBe(page);
  });

  it("would be found out if they were not", () => {
    const page = readFileSync(at("README.md"), "utf8");
    const [row = ""] = /^\| self .*$/m.exec(page) ?? [];
    const forged = page.replace(
      row,
      row.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)),
    );
    expect(forged).not.toBe(page);
    expect(withMeasured(forged, runs())).toBe(page);
  });

  it("need a page that has a place for them", () => {
    expect(() => withMeasured("# Kiln", [])).toThrow(RangeError);
  });
});
