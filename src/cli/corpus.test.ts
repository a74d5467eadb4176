import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { corpusDocument, coverageDocument } from "../results/index.js";
import { register as registerCorpus } from "./corpus.js";
import { register as registerCoverage } from "./coverage.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-cli-corpus-"));
const corpus = join(folder, "corpus");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let out = "";
const signals = ["SIGINT", "SIGTERM"] as const;
const listening = signals.map((signal) => process.listeners(signal));
beforeEach(() => {
  out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  // What the command waits for, a test run must not.
  signals.forEach((signal, i) => {
    for (const one of process.listeners(signal)) {
      if (listening[i]?.includes(one) !== true) process.removeListener(signal, one);
    }
  });
});

/** The exit code it sets; an error for the user is thrown. */
const kiln = async (...args: string[]): Promise<number> => {
  const program = new Command("kiln").exitOverride();
  registerCorpus(program);
  registerCoverage(program);
  process.exitCode = undefined;
  out = "";
  await program.parseAsync(args, { from: "user" });
  return Number(process.exitCode ?? 0);
};

describe("kiln corpus", () => {
  it("merges what adds something, and says what pruning would remove", async () => {
    const other = join(folder, "other", "attribute-01-origin");
    mkdirSync(other, { recursive: true });
    // ORIGIN in another session, and twice too long: the second adds nothing to the first.
    for (const [name, octets] of Object.entries({ a: [0xff, 0xff, 2], b: [0, 0, 1, 1, 1], c: [0, 0, 1, 1, 1, 1] })) {
      writeFileSync(join(other, name), Uint8Array.from(octets));
    }
    expect(await kiln("corpus", "merge", join(folder, "other"), "--corpus", corpus, "--json")).toBe(0);
    const merged = corpusDocument.parse(JSON.parse(out));
    expect(merged).toMatchObject({ command: "merge", rows: [{ target: "attribute-01-origin", offered: 3 }] });
    const queue = join(corpus, "work", "kiln", "attribute-01-origin", "queue");
    const kept = existsSync(queue) ? readdirSync(queue).length : 0;
    expect(merged.rows[0]?.files).toBe(kept);
    expect(merged.rows[0]?.seeds).toBeGreaterThan(3);

    mkdirSync(queue, { recursive: true });
    // A seed of its own adds nothing.
    const [seed = ""] = readdirSync(join("corpus", "seeds", "attribute-01-origin"));
    writeFileSync(join(queue, "0123456789abcdef"), readFileSync(join("corpus", "seeds", "attribute-01-origin", seed)));
    expect(await kiln("corpus", "prune", "attribute-01-origin", "--corpus", corpus, "--dry-run")).toBe(0);
    expect(out).toContain("would remove attribute-01-origin/0123456789abcdef");
    expect(readdirSync(queue)).toHaveLength(kept + 1);
  });

  it("imports an input of another fuzzer, and says in one line what it can't", async () => {
    const file = join(folder, "input");
    writeFileSync(file, Uint8Array.of(0, 0, 2));
    const asked = ["corpus", "import", file, "--corpus", corpus];
    expect(await kiln(...asked, "--target", "attribute-01-origin")).toBe(0);
    expect(out).toMatch(/^target +files .* offered +added\n[- ]+\nattribute-01-origin /);
    await expect(kiln(...asked)).rejects.toThrow(/which decoder/);
    await expect(kiln(...asked, "--target", "nothing")).rejects.toThrow(/no target "nothing"/);
    await expect(kiln("corpus", "stats", "nothing")).rejects.toThrow(/no target "nothing"/);
    await expect(kiln("corpus", "merge", join(folder, "none"))).rejects.toThrow(/no inputs/);
  });
});

describe("kiln coverage", () => {
  it("writes LCOV, a page and the document", async () => {
    const output = join(folder, "coverage");
    expect(await kiln("coverage", "attribute-01-origin", "--corpus", corpus, "--output", output, "--json")).toBe(0);
    const document = coverageDocument.parse(JSON.parse(out));
    expect(JSON.parse(readFileSync(join(output, "coverage.json"), "utf8"))).toEqual(document);
    expect(document.faults.every(({ inputs }) => inputs > 0)).toBe(true);
    const lines = document.modules.find(({ module }) => module === "src/codec/attribute/01-origin.ts");
    expect(lines).toMatchObject({ missed: [], lines: lines?.lines_total });
    expect(readFileSync(join(output, "lcov.info"), "utf8")).toContain("SF:src/codec/attribute/01-origin.ts\n");
    expect(readFileSync(join(output, "index.html"), "utf8")).toContain("<h2>Clauses</h2>");
    expect(readdirSync(output).sort()).toEqual(["coverage.json", "index.html", "lcov.info"]);
  });
});
