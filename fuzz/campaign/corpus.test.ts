import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { family } from "../../src/codec/iana.js";
import { encodeOpen } from "../../src/codec/message/open.js";
import { coverageHtml } from "../../src/report/coverage-html.js";
import { lcov } from "../../src/report/coverage-lcov.js";
import { coverageDocument } from "../../src/results/coverage.js";
import { provenance } from "../../src/results/provenance.js";
import { mrt } from "../../src/table/mrt/build.arb.js";
import { nameOf } from "../engine/store.js";
import { targets as ownTargets, targetOf } from "../targets/index.js";
import type { Target } from "../targets/target.js";
import { addToCorpus, corpusState, inputsIn, pruneCorpus, queueOf } from "./corpus-care.js";
import { addingTo, type Candidate, smallestKeeping } from "./corpus-choice.js";
import { importedFrom } from "./corpus-import.js";
import { coverageOf } from "./coverage-run.js";
import { Reach } from "./reach.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-corpus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const one = (name: string, octets: number, features: number[]): Candidate => ({
  name,
  octets,
  features: Int32Array.from(features),
  steps: 0,
});

describe("a small set that keeps all features", () => {
  it("takes the smallest input with a feature, and none that others make superfluous", () => {
    const candidates = [one("all", 9, [1, 2, 3]), one("a", 1, [1]), one("b", 1, [2]), one("c", 2, [3, 1])];
    expect(smallestKeeping(candidates)).toEqual(new Set(["b", "c"]));
  });

  it("leaves out what is known, and keeps the only one that has something", () => {
    const candidates = [one("old", 1, [1, 2]), one("rare", 500, [1, 2, 7]), one("none", 1, [])];
    expect(smallestKeeping(candidates, new Set([1, 2]))).toEqual(new Set(["rare"]));
    expect(smallestKeeping([])).toEqual(new Set());
  });

  it("adds only what adds something, small ones first", () => {
    const known = new Set([1]);
    const added = addingTo(known, [one("large", 9, [1, 2, 3]), one("small", 1, [2]), one("same", 2, [2, 1])]);
    expect(added.map(({ name }) => name)).toEqual(["small", "large"]);
    expect(known).toEqual(new Set([1, 2, 3]));
  });
});

// A decoder that goes another way for each of the first octets, and targets that no process survives.
const suite = { targets: join(folder, "targets.ts") };
const seeds = join(folder, "seeds");
const toy: Target = {
  name: "toy",
  module: "src/toy.ts",
  faults: [
    { id: "toy/short", verdict: 1, notify: [0, 0], rfc: "RFC 1 §1" },
    { id: "toy/never", verdict: 1, notify: [0, 0], rfc: "RFC 1 §2" },
  ],
  fuzz: () => "accepted",
  input: (octets) => octets,
};
const deadly: Target = { ...toy, name: "deadly", faults: [] };

beforeAll(() => {
  mkdirSync(join(folder, "src"));
  writeFileSync(
    join(folder, "src", "toy.ts"),
    [
      "export const decode = (data: Uint8Array): string => {",
      "  if (data.length < 2) return 'toy/short';",
      "  switch (data[0]) {",
      "    case 1:",
      "      return one(data);",
      "    case 2:",
      "      return data[1] === 9 ? 'accepted' : never();",
      "  }",
      "  if (data[0] === 250) throw new Error('planted');",
      "  return 'accepted';",
      "};",
      "",
      "const one = (data: Uint8Array): string => {",
      "  return data[1] === 1 ? 'accepted' : 'accepted';",
      "};",
      "",
      "const never = (): string => {",
      "  return 'toy/never';",
      "};",
    ].join("\n"),
  );
  writeFileSync(
    suite.targets,
    `import { decode } from "./src/toy.ts";
     const target = (name, fuzz) => ({ name, module: "src/toy.ts", faults: [], fuzz, input: (data) => data });
     export const targets = [target("toy", decode), target("deadly", (data) => {
       if (data[0] === 1) process.exit(3);
       if (data[0] === 2) for (;;);
       return decode(data);
     })];`,
  );
  mkdirSync(join(seeds, "toy"), { recursive: true });
  writeFileSync(join(seeds, "toy", "accepted-1"), Uint8Array.of(5, 5));
});

const withCorpus = (inputs: readonly Uint8Array[]): { readonly root: string; readonly seeds: string } => {
  const root = mkdtempSync(join(folder, "corpus-"));
  mkdirSync(queueOf(root, "toy"), { recursive: true });
  for (const data of inputs) writeFileSync(join(queueOf(root, "toy"), nameOf(data)), data);
  return { root, seeds };
};

describe("a corpus", () => {
  let reach: Reach;
  beforeAll(async () => {
    reach = await Reach.open({ suite, hangMs: 700 });
  });
  afterAll(() => reach.close());

  const inputs = [[1, 1], [1, 1, 0], [1, 2], [2, 9], [5, 6, 7], [], [250, 1]].map((octets) => Uint8Array.from(octets));

  it("is counted with its seeds, and what fails is told", async () => {
    const state = await corpusState(toy, reach, withCorpus(inputs));
    expect(state).toMatchObject({ target: "toy", files: 6, octets: 12, seeds: 1, offered: 0, added: 0, removed: [] });
    expect(state.failing.map(({ why }) => why)).toEqual(["Error: planted"]);
    expect(state.edges).toBeLessThan(state.edgesTotal);
    const none = await corpusState(toy, reach, withCorpus([]));
    expect(none.features).toBeLessThan(state.features);
    expect(none.edgesTotal).toBe(state.edgesTotal);
  });

  it("is pruned to the smallest inputs that reach as much; failing ones stay", async () => {
    const places = withCorpus(inputs);
    const before = await corpusState(toy, reach, places);
    const told = await pruneCorpus(toy, reach, places, { dryRun: true });
    expect(readdirSync(queueOf(places.root, "toy"))).toHaveLength(7);
    const pruned = await pruneCorpus(toy, reach, places);
    expect(pruned.removed).toEqual(told.removed);
    expect(new Set(pruned.removed)).toEqual(
      new Set([inputs[1], inputs[4]].map((data) => nameOf(data ?? Uint8Array.of()))),
    );
    expect(readdirSync(queueOf(places.root, "toy"))).toHaveLength(5);
    expect(await corpusState(toy, reach, places)).toEqual({ ...before, files: 4, octets: 6 });
    expect((await pruneCorpus(toy, reach, places)).removed).toEqual([]);
  });

  it("takes over from another what adds something", async () => {
    const places = withCorpus(inputs.slice(0, 1));
    const other = withCorpus(inputs);
    const offered = inputsIn(other.root, "toy");
    expect(offered).toHaveLength(7);
    const merged = await addToCorpus(toy, offered, reach, places);
    expect(merged).toMatchObject({ offered: 7, added: 3, files: 4 });
    // The failing one is kept for the next campaign, which makes a finding of it.
    expect(merged.failing).toHaveLength(1);
    expect(readdirSync(queueOf(places.root, "toy"))).toHaveLength(5);
    expect((await addToCorpus(toy, offered, reach, places)).added).toBe(0);
    expect((await corpusState(toy, reach, places)).features).toBe(merged.features);
  });

  it("that ends processes or hangs costs only the inputs that do", async () => {
    const ran = await reach.run(
      deadly,
      [[5, 5], [1, 1], [5, 5], [2, 2], [5]].map((octets) => Uint8Array.from(octets)),
    );
    expect(ran.map(({ outcome, failed }) => outcome ?? failed)).toEqual([
      "accepted",
      "the process ended by exit code 3",
      "accepted",
      "the process ended by SIGKILL",
      "toy/short",
    ]);
  });
});

describe("coverage", () => {
  it("is of lines, functions and ways; of faults and the clauses behind them", async () => {
    const places = withCorpus([Uint8Array.of(1, 1), Uint8Array.of(2, 9), Uint8Array.of(7)]);
    const { document, details } = await coverageOf([toy], places, provenance(), { suite });
    expect(coverageDocument.parse(document)).toEqual(document);
    expect(document.targets).toMatchObject([{ target: "toy", inputs: 4, failing: 0 }]);
    expect(document.faults).toEqual([
      { id: "toy/never", rfc: "RFC 1 §2", inputs: 0, targets: ["toy"] },
      { id: "toy/short", rfc: "RFC 1 §1", inputs: 1, targets: ["toy"] },
    ]);
    expect(document.clauses).toEqual([
      { rfc: "RFC 1 §1", faults: 1, reached: 1 },
      { rfc: "RFC 1 §2", faults: 1, reached: 0 },
    ]);
    const [module] = document.modules;
    expect(module?.module).toMatch(/src\/toy\.ts$/);
    expect(module).toMatchObject({ functions: 2, functions_total: 3, missed: [[18, 18]] });
    expect(details[0]?.lines.get(5)).toBe(1);
    expect(details[0]?.lines.get(2)).toBe(4);

    const text = lcov(details);
    expect(text).toMatch(/^TN:kiln\nSF:.*src\/toy\.ts\n/);
    expect(text).toMatch(/^FN:1,decode$/m);
    expect(text).toMatch(/^FN:17,never$/m);
    expect(text).toMatch(/^FNDA:0,never$/m);
    expect(text).toMatch(/^DA:18,0$/m);
    expect(text).toMatch(/^BRDA:14,0,0,1\nBRDA:14,0,1,0$/m);
    expect(text).toMatch(/LF:(\d+)\nLH:\d+\nend_of_record\n$/);
    const page = coverageHtml({ document, details });
    expect(page).toContain('<span class="missed"><b>18</b>  return &#39;toy/never&#39;;');
    expect(page).toContain("<li>RFC 1 §2</li>");
    expect(page).not.toMatch(/<script|https?:/);
  });
});

describe("import", () => {
  const file = (name: string, octets: ArrayLike<number> | string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, typeof octets === "string" ? octets : Uint8Array.from(octets));
    return path;
  };
  const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString("hex");
  const update = [
    ...[0, 2, 8, 10, 0, 27],
    ...[0x40, 1, 1, 0, 0x40, 2, 0, 0xc0, 8, 4, 0, 1, 0, 2],
    ...[0x80, 14, 10, 0, 1, 1, 4, 192, 0, 2, 1, 0, 24],
    ...[8, 11],
  ];
  const message = (type: number, body: readonly number[]): number[] => [
    ...new Array<number>(16).fill(255),
    ...[(19 + body.length) >> 8, (19 + body.length) & 255, type],
    ...body,
  ];

  it("takes messages apart: each target gets what it reads", async () => {
    const path = file("messages.bin", message(2, update));
    const { inputs, files, notes } = await importedFrom([path], ownTargets, null);
    expect({ files, notes }).toEqual({ files: 1, notes: [] });
    expect([...inputs.keys()].sort()).toEqual([
      "attribute-01-origin",
      "attribute-02-as-path",
      "attribute-08-communities",
      "attribute-14-mp-reach-nlri",
      "frame-stream",
      "message-update",
      "nlri-ipv4-unicast",
    ]);
    const [whole] = inputs.get("message-update") ?? [];
    expect([...(whole ?? [])].slice(2)).toEqual(update);
    expect((inputs.get("nlri-ipv4-unicast") ?? []).map((data) => [...data].slice(2))).toEqual([[8, 10], [24], [8, 11]]);
    for (const [name, all] of inputs) for (const data of all) expect(() => targetOf(name)?.fuzz(data)).not.toThrow();
  });

  it("reads hexadecimal text and OPENs with their capabilities", async () => {
    const open = encodeOpen({
      version: 4,
      as: 65001,
      holdTime: 90,
      identifier: 1,
      capabilities: [{ code: 1, value: family(1, 1) }],
    } as unknown as Parameters<typeof encodeOpen>[0]);
    const { inputs } = await importedFrom([file("open.txt", hexOf(open))], ownTargets, null);
    expect([...(inputs.get("message-open")?.[0] ?? [])]).toEqual([...open.subarray(19)]);
    expect([...(inputs.get("capability-01-multiprotocol")?.[0] ?? [])]).toEqual([0, 1, 0, 1]);
    expect([...(inputs.get("capability-list")?.[0] ?? [])]).toEqual([1, 4, 0, 1, 0, 1]);
  });

  it("reads MRT files: records, and the messages in them", async () => {
    const bgp4mp = [0, 0, 0xfd, 0xe9, 0, 0, 0xfd, 0xea, 0, 0, 0, 1, 192, 0, 2, 7, 192, 0, 2, 8];
    const record = mrt(1, 16, 4, [...bgp4mp, ...message(2, update)]);
    const { inputs } = await importedFrom([file("updates.mrt", [...record, ...record])], ownTargets, null);
    expect(inputs.get("mrt-record")).toHaveLength(1);
    expect([...(inputs.get("mrt-record")?.[0] ?? [])].slice(1)).toEqual([...record]);
    expect(inputs.get("message-update")).toHaveLength(1);
  });

  it("takes inputs of other fuzzers as they are", async () => {
    file("afl/default/queue/id:000000,orig", [1, 2]);
    file("afl/default/queue/.state/deterministic", [9]);
    file("afl/default/fuzzer_stats", "x");
    file("afl/default/hangs/id:000000", [3]);
    file("afl/default/crashes/id:000001", [4]);
    file("afl/default/crashes/README.txt", "x");
    const target = targetOf("attribute-02-as-path") ?? null;
    const afl = await importedFrom([join(folder, "afl")], ownTargets, target);
    expect((afl.inputs.get("attribute-02-as-path") ?? []).map((data) => [...data])).toEqual([[4], [1, 2]]);
    file("plain/message-update/0123", [7, 7]);
    const plain = await importedFrom([join(folder, "plain")], ownTargets, null);
    expect((plain.inputs.get("message-update") ?? []).map((data) => [...data])).toEqual([[7, 7]]);
  });

  it("says in one line what it cannot take", async () => {
    await expect(importedFrom([file("unknown", [1, 2, 3])], ownTargets, null)).rejects.toThrow(/--target/);
    await expect(importedFrom([join(folder, "nowhere")], ownTargets, null)).rejects.toThrow("there is no");
  });
});
