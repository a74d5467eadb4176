import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endedBy, type Failure } from "../../fuzz/campaign/failure.js";
import { FindingStore } from "../../fuzz/campaign/finding.js";
import { findings as findingsDocument, minimizeDocument, replayDocument } from "../results/index.js";
import { register as registerFindings } from "./findings.js";
import { register as registerMinimize } from "./minimize.js";
import { register as registerRepro } from "./repro.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-cli-findings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// In place of our own decoders, which no input breaks: one of their names that cannot bear an octet of 93.
mkdirSync(join(folder, "src"));
writeFileSync(
  join(folder, "src", "toy.ts"),
  `export const decode = (data: Uint8Array): string => {
    if (data.includes(93)) throw new TypeError("ninety-three");
    return "accepted";
  };`,
);
writeFileSync(
  join(folder, "targets.ts"),
  `import { decode } from "./src/toy.ts";
  export const targets = [{ name: "attribute-01-origin", module: "src/toy.ts", faults: [], fuzz: decode, input: (data: Uint8Array) => data }];`,
);
writeFileSync(join(folder, "arbitraries.ts"), "export const arbitrariesOf = () => ({});");
vi.mock(import("../../fuzz/engines/bundle.js"), async (original) => ({
  ...(await original()),
  ownSuite: () => ({ targets: join(folder, "targets.ts"), arbitraries: join(folder, "arbitraries.ts") }),
}));

let out = "";
let err = "";
const signals = ["SIGINT", "SIGTERM"] as const;
const listening = signals.map((signal) => process.listeners(signal));
beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
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
  for (const register of [registerFindings, registerMinimize, registerRepro]) register(program);
  process.exitCode = undefined;
  await program.parseAsync(args, { from: "user" });
  return Number(process.exitCode ?? 0);
};

const failure = (octets: readonly number[], more: Partial<Failure> = {}): Failure => ({
  target: "attribute-01-origin",
  kind: "crash",
  what: "TypeError: ninety-three",
  message: "ninety-three",
  stack: ["decode src/toy.ts:2"],
  input: Uint8Array.from(octets),
  expected: null,
  origin: { engine: "kiln", seed: 1 },
  ...more,
});

/** A corpus with one finding that still fails, and its signature. */
const newCorpus = (): { corpus: string; at: string; signature: string; store: FindingStore } => {
  const corpus = mkdtempSync(join(folder, "corpus-"));
  const store = new FindingStore(join(corpus, "findings"));
  const { folder: at, finding } = store.add(failure([1, 2, 93, 4, 5]), "src/toy.ts");
  return { corpus, at, signature: finding.signature, store };
};

/** One that passes by now. */
const mended = (store: FindingStore): string =>
  store.add(failure([1, 2], { what: "TypeError: two" }), "src/toy.ts").folder;

describe("kiln repro", () => {
  const stray = join(folder, "stray");
  writeFileSync(stray, Uint8Array.of(0, 0, 9));

  it("passes a file with 0, and fails it with 1", async () => {
    expect(await kiln("repro", stray, "--target", "attribute-01-origin", "--json")).toBe(0);
    expect(replayDocument.parse(JSON.parse(out)).rows).toEqual([
      { file: stray, target: "attribute-01-origin", octets: 3, finding: null, outcome: "accepted", failure: null },
    ]);
    const { at } = newCorpus();
    expect(await kiln("repro", join(at, "input"))).toBe(1);
    expect(out).toContain("attribute-01-origin, 5 octets: FAILS, crash\n  0000  01 02 5d 04 05\nninety-three\n");
    expect(out).toMatch(/\n {4}at (Object\.)?decode src\/toy\.ts:2\n/);
  });

  it("takes a finding by its folder or signature, and runs both of its inputs", async () => {
    const { corpus, at, signature } = newCorpus();
    expect(await kiln("repro", at)).toBe(1);
    expect(out).toContain(`signature ${signature}\n`);
    await expect(kiln("repro", at, "--minimized")).rejects.toThrow(/has no minimised input: kiln minimize makes it$/);
    expect(await kiln("minimize", at)).toBe(0);
    out = "";
    expect(await kiln("repro", signature.slice(0, 5), "--corpus", corpus, "--json")).toBe(1);
    const { rows } = replayDocument.parse(JSON.parse(out));
    expect(rows.map(({ file, octets }) => [basename(file), octets])).toEqual([
      ["minimized", 1],
      ["input", 5],
    ]);
    expect(rows).toMatchObject([1, 2].map(() => ({ finding: signature, failure: { signature } })));
    out = "";
    expect(await kiln("repro", at, "--minimized", "--json")).toBe(1);
    expect(replayDocument.parse(JSON.parse(out)).rows).toMatchObject([{ octets: 1 }]);
  });

  it("--all runs every finding, and passes when there is none", async () => {
    const { corpus, store } = newCorpus();
    mended(store);
    expect(await kiln("repro", "--all", "--corpus", corpus, "--json")).toBe(1);
    const { rows } = replayDocument.parse(JSON.parse(out));
    expect(rows.map((row) => row.failure === null).sort()).toEqual([false, true]);
    expect(await kiln("repro", "--all", "--corpus", join(folder, "none"))).toBe(0);
  });

  it("fails a finding whose outcome is not the one it was made for", async () => {
    const { store } = newCorpus();
    const { folder: at } = store.add(
      failure([0, 0], {
        kind: "oracle",
        what: "expected: an input made for toy/odd is answered otherwise",
        stack: [],
        expected: "toy/odd",
      }),
      "src/toy.ts",
    );
    expect(await kiln("repro", at)).toBe(1);
    expect(out).toContain("expected: an input made for toy/odd is answered otherwise (accepted)");
    // It is the bug it was found as.
    expect(out).toContain(`signature ${basename(at)}\n`);
  });

  it("says in a line what it needs", async () => {
    const { at, corpus } = newCorpus();
    await expect(kiln("repro", stray)).rejects.toThrow(/^which decoder is .*stray for\? Say it with --target/);
    await expect(kiln("repro", join(folder, "nothing"))).rejects.toThrow(/^there is no .*nothing$/);
    await expect(kiln("repro", stray, "--target", "no-such")).rejects.toThrow(/^there is no target "no-such"/);
    await expect(kiln("repro", "0000deadbeef", "--corpus", corpus)).rejects.toThrow(/^no finding under/);
    writeFileSync(join(at, "finding.json"), readFileSync(join(at, "finding.json"), "utf8").slice(0, 99));
    await expect(kiln("repro", at)).rejects.toThrow(/finding\.json is damaged: it is no whole JSON document$/);
  });
});

describe("kiln minimize", () => {
  it("puts what is left of a finding into its folder", async () => {
    const { at, corpus, signature } = newCorpus();
    expect(await kiln("minimize", signature, "--corpus", corpus, "--json")).toBe(0);
    expect(minimizeDocument.parse(JSON.parse(out))).toMatchObject({
      signature,
      octets_before: 5,
      octets: 1,
      hex: "5d",
      finished: true,
      target: "attribute-01-origin",
    });
    expect([...readFileSync(join(at, "minimized"))]).toEqual([93]);
    expect(readFileSync(join(at, "README.md"), "utf8")).toContain("1 octets (`minimized`), minimised from 5 (`input`)");
  });

  it("puts what is left of a file beside it", async () => {
    const file = join(folder, "crash");
    writeFileSync(file, Uint8Array.of(8, 9, 93, 93));
    expect(await kiln("minimize", file, "--target", "attribute-01-origin")).toBe(0);
    expect([...readFileSync(`${file}.minimized`)]).toEqual([93]);
    expect(out).toMatch(
      /crash\.minimized: attribute-01-origin, 1 octets of 4, \d+ executions in .* s\n {2}0000 {2}5d\nninety-three\n/,
    );
  });

  it("says in a line why it cannot", async () => {
    const { store } = newCorpus();
    await expect(kiln("minimize", mended(store))).rejects.toThrow(/^it passes: there is nothing to minimise$/);
    await expect(kiln("minimize", join(folder, "nothing"))).rejects.toThrow(/^there is no .*nothing$/);
    const { folder: hang } = store.add(endedBy("hang", "for 10 s", failure([93])), "src/toy.ts");
    await expect(kiln("minimize", hang)).rejects.toThrow(
      /^it fails otherwise than [0-9a-f]{12} says, as [0-9a-f]{12}: TypeError: ninety-three$/,
    );
  });
});

describe("kiln findings", () => {
  it("lists them, the open ones first, and those that cannot be read", async () => {
    const { corpus, at, store, signature } = newCorpus();
    const closed = mended(store);
    expect(await kiln("findings", "close", closed, "--why", "length checked")).toBe(0);
    out = "";
    expect(await kiln("findings", "--corpus", corpus)).toBe(0);
    const [head, first, second, ...more] = out.trimEnd().split("\n");
    expect(head).toMatch(/^signature +target +status +kind +octets +runs +last seen +what$/);
    expect(first).toMatch(
      new RegExp(`^${signature} +attribute-01-origin +open +crash +5 +1 +[-0-9]{10} +TypeError: ninety-three$`),
    );
    expect(second).toMatch(new RegExp(`^${basename(closed)} .* closed .* TypeError: two$`));
    expect(more).toEqual([]);

    new FindingStore(join(corpus, "findings")).add(failure([1], { what: "TypeError: two" }), "src/toy.ts");
    writeFileSync(join(at, "finding.json"), "{");
    out = "";
    expect(await kiln("findings", "list", "--corpus", corpus, "--json")).toBe(2);
    const document = findingsDocument.parse(JSON.parse(out));
    expect(document.findings).toMatchObject([
      { finding: { status: "open", regressions: 1, closed_why: "length checked" } },
    ]);
    expect(document.problems).toMatchObject([{ problem: expect.stringMatching(/is damaged/) }]);
    out = "";
    await kiln("findings", "list", "--corpus", corpus);
    expect(out).toContain(" REGRESSION ");
  });

  it("shows one: its README and its fields", async () => {
    const { corpus, signature } = newCorpus();
    expect(await kiln("findings", "show", signature.slice(0, 6), "--corpus", corpus)).toBe(0);
    expect(out).toMatch(/^# TypeError: ninety-three\n/);
    expect(out).toMatch(/\nstatus +open\n/);
    out = "";
    expect(await kiln("findings", "show", signature, "--corpus", corpus, "--json")).toBe(0);
    expect(findingsDocument.parse(JSON.parse(out)).findings).toMatchObject([{ finding: { signature } }]);
    await expect(kiln("findings", "show", "nothing", "--corpus", corpus)).rejects.toThrow(
      /^there is no finding nothing: kiln findings lists them$/,
    );
  });

  it("closes what passes, and what fails only when it is made to", async () => {
    const { corpus, signature } = newCorpus();
    const close = (...more: string[]): Promise<number> =>
      kiln("findings", "close", signature, "--corpus", corpus, ...more);
    await expect(close()).rejects.toMatchObject({
      message: `${signature} still fails, and stays open: TypeError: ninety-three (--force closes it)`,
      exitCode: 1,
    });
    expect(await close("--force", "--why", "not ours", "--json")).toBe(0);
    expect(findingsDocument.parse(JSON.parse(out)).findings).toMatchObject([
      { finding: { status: "closed", closed_why: "not ours", closed_at: expect.any(String) } },
    ]);
    expect(err).toBe("");
  });

  it("asks for a folder where a signature is not enough", async () => {
    const { corpus, at, signature } = newCorpus();
    cpSync(at, join(corpus, "findings", "another", signature), { recursive: true });
    await expect(kiln("findings", "show", signature, "--corpus", corpus)).rejects.toThrow(
      `${signature} could be any of another/${signature}, attribute-01-origin/${signature}: give its folder`,
    );
  });
});
