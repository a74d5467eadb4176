import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import MagicString from "magic-string";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedsOf } from "../../campaign/campaign.js";
import { bundle, ownFile, ownSuite } from "../../engines/bundle.js";
import type { Target } from "../../targets/target.js";
import type { Comparable, EdgePlace, EdgeTable, InstrumentedBuild } from "../types.js";
import { instrumentedBuild } from "./instrument.js";
import { AllocationExceeded, type BoundRuntime, createRuntime, loadBuild, StepsExceeded } from "./runtime.js";
import { TRICKY } from "./tricky.fixture.js";

const folder = mkdtempSync(join(tmpdir(), "kiln-instrument-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const require = createRequire(import.meta.url);
const tableOf = ({ edges }: InstrumentedBuild): EdgeTable => JSON.parse(readFileSync(edges, "utf8"));

/** A file as if it were a bundle of one module. */
const instrumented = async (name: string, text: string) => {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, text);
  const map = new MagicString(text).generateMap({ source: `${name}.ts`, hires: true });
  writeFileSync(`${file}.map`, map.toString());
  const section = { module: `${name}.ts`, start: 0, end: text.length, firstLine: 1, lastLine: 1 };
  const build = await instrumentedBuild({ file, sections: [section] }, () => true);
  const table = tableOf(build);
  return { file, build, table, runtime: createRuntime(table.count) };
};

type Functions = Record<string, (...args: unknown[]) => unknown>;

/** What a call took, by places. */
const taken = (runtime: BoundRuntime, { places }: EdgeTable, call: () => unknown): Record<string, number> => {
  runtime.counters.fill(0);
  runtime.begin(100);
  call();
  return Object.fromEntries(
    [...runtime.counters].flatMap((count, i) => {
      const { kind, line, column } = places[i] as EdgePlace;
      return count === 0 ? [] : [[`${kind} ${line}:${column}`, count]];
    }),
  );
};

const pairsOf = ({ compares }: BoundRuntime): [Comparable, Comparable][] => {
  const pairs: [Comparable, Comparable][] = [];
  compares.forEach((left, right) => {
    pairs.push([left, right]);
  });
  return pairs;
};

describe("what instrumented code does", () => {
  it("is what it did before, with every construct that could be broken", async () => {
    const { file, build, runtime } = await instrumented("tricky", TRICKY);
    const plain: Functions = require(file);
    const builds = [build.counters, build.compares].map((path) => loadBuild<Functions>(path, runtime));
    expect(Object.keys(plain).length).toBeGreaterThan(14);
    for (const [name, call] of Object.entries(plain)) {
      for (const n of [0, 1, 2, 3, 7]) {
        const expected = await call(n);
        for (const one of builds) {
          runtime.begin(0);
          expect(await one[name]?.(n), `${name}(${n})`).toEqual(expected);
        }
      }
    }
  });

  it("keeps the names of functions and the lines of errors", async () => {
    const { build, runtime } = await instrumented(
      "names",
      "exports.f = (g = () => {}) => g.name;\n\nexports.fail = (n) => {\n  if (n) throw new Error('x');\n};\n",
    );
    const code = loadBuild<Functions>(build.counters, runtime);
    expect(code.f?.()).toBe("g");
    expect(() => code.fail?.(1)).toThrow("x");
    const text = readFileSync(build.counters, "utf8").split("\n");
    expect(text[3]).toContain("throw new Error('x')");
  });
});

describe("edges", () => {
  const text = [
    "exports.f = (n, d = 1) => {",
    "  if (n === 1) return 'one';",
    "  for (let i = 0; i < n; i++) d += i;",
    "  switch (n) { case 2: d++; break; case 3: return n > 2 && d; }",
    "  try { if (n === 5) throw n; else d--; } catch { return 'caught'; }",
    "  return n ? () => d : null;",
    "};",
  ].join("\n");

  it("are those that were taken, as often as they were, in lines of the source", async () => {
    const { build, table, runtime } = await instrumented("edges", text);
    for (const path of [build.counters, build.compares]) {
      const { f } = loadBuild<Functions>(path, runtime);
      const run = (...args: unknown[]): Record<string, number> => taken(runtime, table, () => f?.(...args));
      expect(run(1)).toEqual({ "function 1:13": 1, "branch 1:21": 1, "branch 2:16": 1 });
      expect(run(3, 0)).toEqual({
        "function 1:13": 1,
        "branch 2:7": 1,
        "loop 3:3": 3,
        "case 4:36": 1,
        "logical 4:60": 1,
      });
      expect(run(5, 0)).toMatchObject({ "loop 3:3": 5, "case 4:11": 1, "branch 5:22": 1, "branch 5:49": 1 });
      expect(run(0, 0)).toMatchObject({ "branch 6:24": 1, "branch 5:36": 1 });
    }
    expect(table.places.every(({ module }) => module === "edges.ts")).toBe(true);
    expect(table.modules).toEqual([{ module: "edges.ts", first: 0, end: table.count }]);
    expect(table.count).toBe(15);
  });

  it("count modulo 256, and what is done at load counts nothing", async () => {
    const { build, table, runtime } = await instrumented(
      "loading",
      "const at = [1, 2].map((n) => n);\nvar x = at.length > 1 ? 1 : 2;\nexports.f = (n) => { while (n--); };",
    );
    const { f } = loadBuild<Functions>(build.counters, runtime);
    expect(table.places.map(({ kind, line }) => `${kind} ${line}`)).toEqual(["function 1", "function 3", "loop 3"]);
    expect(taken(runtime, table, () => f?.(258))).toEqual({ "function 3:13": 1, "loop 3:22": 2 });
  });

  it("know the constants that are compared with", async () => {
    const { table } = await instrumented(
      "constants",
      [
        "var Limit = 0x1f, Big = 1n << 3n;",
        "var Kind = Object.freeze({ Update: 2, Name: 'ha' });",
        "exports.f = (n) => n === Limit || n < Limit * 2 || n > -9 || n === 77n || n === Kind.Name || n === null;",
        "exports.g = (n) => { switch (n) { case Kind.Update: case 'x': } };",
      ].join("\n"),
    );
    expect([...table.constants].sort()).toEqual([-9, 2, 31, 62, 77, "ha", "x"].sort());
  });

  it("are of modules under test alone, and never of targets", async () => {
    const one = "exports.a = () => 1;\n";
    const file = join(folder, "parts.cjs");
    writeFileSync(file, one.repeat(4));
    writeFileSync(`${file}.map`, new MagicString(one.repeat(4)).generateMap({ source: "x.ts" }).toString());
    const sections = ["src/a.ts", "src/b.ts", "fuzz/targets/c.ts", "src/b.arb.ts"].map((module, i) => ({
      module,
      start: i * one.length,
      end: (i + 1) * one.length,
      firstLine: i + 1,
      lastLine: i + 2,
    }));
    const table = tableOf(await instrumentedBuild({ file, sections }, (module) => module !== "src/a.ts"));
    expect(table.modules).toEqual([{ module: "src/b.ts", first: 0, end: 1 }]);
    await expect(instrumentedBuild({ file, sections }, () => false)).rejects.toThrow("nothing of the bundle");
  });
});

describe("allowances", () => {
  const text = `
    exports.forever = () => { while (true); };
    exports.stubborn = () => { let caught = 0; for (;;) { try { for (;;); } catch { if (caught++ > 5) return caught; } finally { [1].map((n) => n); } } };
    exports.recursive = (n) => exports.recursive(n + 1);
    exports.quadratic = (data) => { let n = 0; for (const a of data) for (const b of data) n += a ^ b; return n; };
    exports.linear = (data) => { let n = 0; for (let i = 0; i < 20; i++) for (const a of data) n += a; return n; };
    exports.swallowed = () => { try { new Uint8Array(2 ** 31); } catch { return "swallowed"; } };
    exports.huge = (n) => new Uint8Array(n);
    exports.list = (n) => new Array(n);
    exports.text = (n) => "ab".repeat(n);
    exports.from = (n) => Array.from({ length: n }, () => 0);
    exports.buffer = (n) => Buffer.alloc(n);
    exports.many = (n) => { for (let i = 0; i < n; i++) new Float64Array(512); };`;

  it.each(["counters", "compares"] as const)("end what its input does not account for (%s)", async (which) => {
    const { build, runtime } = await instrumented(`allowances-${which}`, text);
    const code = loadBuild<Functions>(build[which], runtime);
    const run = (name: string, arg: unknown, octets = 100): unknown => {
      runtime.begin(octets);
      return code[name]?.(arg);
    };
    expect(() => run("forever", 0)).toThrow(StepsExceeded);
    expect(() => run("forever", 0)).toThrow(/^more than \d+ steps for an input of 100 octets$/);
    expect(runtime.exceeded).toBeInstanceOf(StepsExceeded);
    // What catches it is thrown out of again, and at last it ends.
    expect(() => run("stubborn", 0)).toThrow(StepsExceeded);
    expect(() => run("recursive", 0)).toThrow();
    expect(() => run("quadratic", new Uint8Array(4096), 4096)).toThrow(StepsExceeded);
    expect(run("quadratic", new Uint8Array(40), 40)).toBe(0);
    expect(run("linear", new Uint8Array(65_535), 65_535)).toBe(0);
    expect(runtime.exceeded).toBeNull();
    expect(runtime.steps).toBe(20 * 65_536);

    const before = process.memoryUsage().arrayBuffers;
    for (const name of ["huge", "list", "text", "from", "buffer"]) {
      expect(() => run(name, 2 ** 29), name).toThrow(AllocationExceeded);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
    expect(() => run("many", 1000)).toThrow(/^more than \d+ octets allocated for an input of 100 octets$/);
    expect(run("huge", 65_535)).toHaveLength(65_535);
    expect(runtime.allocated).toBe(65_535);
    // As ever, a mistake of the code's own.
    expect(() => run("huge", -1)).toThrow(RangeError);
    expect(run("swallowed", 0)).toBe("swallowed");
    expect(runtime.exceeded).toBeInstanceOf(AllocationExceeded);
  });

  it("are without end before the first input", async () => {
    const { build, runtime } = await instrumented("unlimited", text);
    const code = loadBuild<Functions>(build.counters, runtime);
    expect(code.quadratic?.(new Uint8Array(2000))).toBe(0);
    expect(code.huge?.(2 ** 24)).toHaveLength(2 ** 24);
  });
});

describe("the compare log", () => {
  const text = `
    const table = new Map([[10, "a"], [20, "b"]]);
    const Code = { One: 1, Two: 2 };
    exports.f = (n) => n === 5 || n < 3 || BigInt(n) === 99n;
    exports.text = (s) => s === "open" || ["x", "y"].includes(s) || s.startsWith("up", 0) || "upper".startsWith(s);
    exports.map = (n) => table.has(n) || new Set([1, 2]).has(n) || table.get(exports.id(n));
    exports.id = (n) => n;
    exports.choose = (n) => { switch (n) { case Code.One: return 1; case Code.Two: case 30: return 2; } };
    exports.nothing = (n) => n === null || typeof n === "string" || n === undefined || n === {} || n === NaN;
    exports.loop = (n) => { for (let i = 0; i < n; i++); };`;

  it("has both sides of what was compared, equal ones left out", async () => {
    const { build, runtime } = await instrumented("compares", text);
    const code = loadBuild<Functions>(build.compares, runtime);
    const run = (name: string, arg: unknown): [Comparable, Comparable][] => {
      runtime.begin(10);
      code[name]?.(arg);
      return pairsOf(runtime);
    };
    expect(run("f", 7)).toEqual([
      [7, 5],
      [7, 3],
      [7n, 99n],
    ]);
    expect(run("f", 5)).toEqual([]);
    expect(run("text", "other")).toEqual([
      ["other", "open"],
      ["other", "x"],
      ["other", "y"],
      ["up", "ot"],
      ["other", "upper"],
    ]);
    expect(run("map", 4)).toEqual([
      [4, 10],
      [4, 20],
      [4, 1],
      [4, 2],
      [4, 10],
      [4, 20],
    ]);
    // Also those behind the case that matched.
    expect(run("choose", 1)).toEqual([
      [1, 2],
      [1, 30],
    ]);
    expect(run("nothing", 3)).toEqual([]);
    const loop = run("loop", 1000);
    expect(loop).toHaveLength(8);
    expect(loop[0]).toEqual([0, 1000]);
    expect(runtime.compares.count).toBe(8);
  });

  it("is empty after clear, and its places are the same from run to run", async () => {
    const { build, runtime } = await instrumented("sites", text);
    const code = loadBuild<Functions>(build.compares, runtime);
    const sites = (): number[] => {
      const got: number[] = [];
      runtime.begin(10);
      code.f?.(7);
      runtime.compares.forEach((_left, _right, site) => {
        got.push(site);
      });
      return got;
    };
    const first = sites();
    expect(new Set(first).size).toBe(3);
    expect(sites()).toEqual(first);
    runtime.compares.clear();
    expect(pairsOf(runtime)).toEqual([]);
  });
});

describe("a decoder of another's, with what it is made of", () => {
  const own = join(folder, "a decoder");
  const file = join(own, "bundle.cjs");

  beforeAll(() => {
    for (const name of ["one", "two"]) {
      mkdirSync(join(own, name), { recursive: true });
      writeFileSync(join(own, name, "index.js"), `exports.${name} = (n) => (n > 1 ? "${name}" : null);\n`);
    }
    writeFileSync(
      join(own, "decoder.ts"),
      [
        'import { one } from "./one/index.js";',
        'import { two } from "./two/index.js";',
        `import packet from ${JSON.stringify(require.resolve("dns-packet"))};`,
        "export const decode = (data: Uint8Array): unknown => {",
        "  const many = data.length;",
        "",
        '  if (many > 3) throw new RangeError("planted");',
        "  return many === 3 ? packet.decode(Buffer.from(data)) : (one(many) ?? two(many));",
        "};",
      ].join("\n"),
    );
  });

  it("is instrumented as ours is: each module for itself, stacks in TypeScript", async () => {
    const entry = `export { decode } from ${JSON.stringify(join(own, "decoder.ts"))};`;
    const bundled = await bundle(entry, file);
    const build = await instrumentedBuild(bundled, (module) => module !== "<stdin>");
    const table = tableOf(build);
    const modules = table.modules.map(({ module }) => module);
    expect(modules.filter((one) => /(one|two)\/index\.js$/.test(one))).toHaveLength(2);
    expect(modules).toContain("node_modules/dns-packet/index.js");
    expect(new Set(modules).size).toBe(modules.length);
    expect([...bundled.builtOf(join(own, "decoder.ts"))]).toEqual(
      expect.arrayContaining(modules.filter((one) => one.includes("a decoder"))),
    );

    const runtime = createRuntime(table.count);
    const { decode } = loadBuild<{ decode(data: Uint8Array): unknown }>(build.counters, runtime);
    const reached = (data: Uint8Array): unknown[] => {
      runtime.counters.fill(0);
      runtime.begin(data.length);
      try {
        decode(data);
      } catch {
        // Its own matter.
      }
      return table.modules
        .filter(({ first, end }) => runtime.counters.subarray(first, end).some((count) => count > 0))
        .map(({ module }) => module.split("/").slice(-2).join("/"));
    };
    expect(reached(new Uint8Array(2)).sort()).toEqual(["a decoder/decoder.ts", "one/index.js"]);
    expect(reached(new Uint8Array(1)).sort()).toEqual(["a decoder/decoder.ts", "one/index.js", "two/index.js"]);
    expect(reached(new Uint8Array(3))).toContain("dns-packet/index.js");

    const script = `globalThis[Symbol.for("kiln.runtime")] = {
      counters: new Uint8Array(${table.count}), left: Int32Array.of(1e9), out() {}, room: (n) => n };
      require(${JSON.stringify(build.counters)}).decode(new Uint8Array(9));`;
    const { stderr } = spawnSync(process.execPath, ["--enable-source-maps", "-e", script], { encoding: "utf8" });
    expect(stderr).toMatch(/RangeError: planted\n\s+at Object\.decode \(.*a decoder\/decoder\.ts:7:\d+\)/);
  });
});

describe("Kiln's own targets", () => {
  const NONE = Buffer.alloc(0);
  let plain: readonly Target[] = [];
  let builds: readonly (readonly Target[])[] = [];
  let table: EdgeTable;
  let runtime: BoundRuntime;

  beforeAll(async () => {
    const file = join(folder, "own", "own.cjs");
    const made = await bundle(`export { targets } from ${JSON.stringify(ownSuite().targets)};`, file);
    const build = await instrumentedBuild(made, (module) => module.startsWith("src/"));
    table = tableOf(build);
    runtime = createRuntime(table.count);
    plain = (require(file) as { targets: Target[] }).targets;
    builds = [build.counters, build.compares].map((path) => loadBuild<{ targets: Target[] }>(path, runtime).targets);
  });

  it("judge each seed as they do without, within what it accounts for, over edges of theirs", () => {
    let seeds = 0;
    for (const [i, target] of plain.entries()) {
      for (const { name, data } of seedsOf(target.name)) {
        const expected = target.fuzz(data);
        const [counters = NONE, compares = NONE] = builds.map((targets) => {
          runtime.counters.fill(0);
          runtime.spare = target.memory ?? 0;
          runtime.begin(data.length);
          expect(targets[i]?.fuzz(data), `${target.name}/${name}`).toBe(expected);
          expect(runtime.exceeded).toBeNull();
          return Buffer.from(runtime.counters);
        });
        expect(
          counters.some((count) => count > 0),
          `${target.name}/${name}`,
        ).toBe(true);
        expect(counters.equals(compares), `${target.name}/${name}`).toBe(true);
        seeds++;
      }
    }
    expect(seeds).toBeGreaterThan(500);
  });

  it("have their edges in lines that there are", () => {
    const from = new Map<string, string[]>();
    for (const { module, line, column } of table.places) {
      const lines =
        from.get(module) ?? readFileSync(ownFile(`../../../${module}`, import.meta.url), "utf8").split("\n");
      from.set(module, lines);
      expect(lines[line - 1]?.length, `${module}:${line}:${column}`).toBeGreaterThanOrEqual(column);
    }
    expect(from.size).toBeGreaterThan(100);
    expect(readdirSync(join(folder, "own")).sort()).toEqual([
      "own.cjs",
      "own.cjs.map",
      "own.compares.cjs",
      "own.compares.cjs.map",
      "own.counters.cjs",
      "own.counters.cjs.map",
      "own.edges.json",
    ]);
    expect(table.constants).toContain(4096);
  });
});
