import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../src/results/provenance.js";
import { seedsOf } from "../campaign/campaign.js";
import { measure } from "../campaign/measure.js";
import type { Coverage } from "../engines/job.js";
import { arbitrariesOf } from "../properties/arbitraries.js";
import { targets } from "./index.js";
import { gapsOf, type Inventory, REACH_FLOOR } from "./inventory.js";
import type { Target } from "./target.js";

const root = packageRoot();

/** Files with code of the codec in a folder: neither tests nor arbitraries nor dissectors. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => /^[a-z0-9-]+\.ts$/.test(name))
    .map((name) => `${folder}/${name}`);

/** Whether a module exports a row of one of the codec's tables: something with faults that judges octets. */
const exportsRow = async (module: string): Promise<boolean> => {
  const exports = Object.values((await import(join(root, module))) as Record<string, unknown>);
  return exports.some((one) => typeof one === "object" && one !== null && "check" in one && "faults" in one);
};

const decoders = async (): Promise<string[]> => {
  const rows = [
    // A file with a number is a row, whatever it exports: ATTR_SET is made by a function.
    ...["attribute", "capability", "rtr"]
      .flatMap((one) => sourcesIn(`src/codec/${one}`))
      .filter((one) => /\/\d+-/.test(one)),
  ];
  for (const module of sourcesIn("src/codec/nlri")) if (await exportsRow(module)) rows.push(module);
  return [
    "src/codec/frame.ts",
    "src/codec/capability/list.ts",
    "src/table/mrt/record.ts",
    // A KEEPALIVE is its header: src/codec/frame.ts decides it.
    ...["open", "update", "notification", "route-refresh"].map((message) => `src/codec/message/${message}.ts`),
    ...elsewhere,
    ...rows,
  ];
};

/** Decoders that are no row of a table, and what decides over whole sessions. */
const elsewhere: readonly string[] = [
  "src/codec/rtr/frame.ts",
  "src/codec/community/extended.ts",
  "src/session/peering.ts",
  "src/speaker/driver.ts",
];

/** A vector in a test: octets as hexadecimal digits, or one by one. */
const VECTOR = /["'`](?:[0-9a-f]{2} ?)+["'`]|Uint8Array\.of\(\s*(?:0x[0-9a-f]+|\d+),/;

/** Vectors of a module: in the test beside it, or in the one its folder has for all, where a capability's code leads. */
const hasVectors = (module: string): boolean => {
  const name = module.replace(/^.*\//, "").replace(/\.ts$/, "");
  const folder = module.slice(0, module.lastIndexOf("/"));
  return [`${module.replace(/\.ts$/, "")}.test.ts`, `${folder}/vectors.test.ts`, `${folder}/index.test.ts`]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .some((text) => (text.includes(`./${name}.js"`) && VECTOR.test(text)) || hasCapabilityVector(module, text));
};

const hasCapabilityVector = (module: string, text: string): boolean => {
  const code = /capability\/(\d+)-/.exec(module)?.[1];
  return code !== undefined && text.includes(`"${Number(code).toString(16).padStart(2, "0")} `);
};

const SAMPLES = 1500;

const plantedBy = (name: string): ReadonlySet<string> => {
  const { broken } = arbitrariesOf(name);
  return new Set(
    (broken === null ? [] : fc.sample(broken, { seed: 7606, numRuns: SAMPLES })).map(({ fault }) => fault.id),
  );
};

/** Lines of each target's module that its inputs reach. */
const reachOf = async (
  of: readonly Target[],
  inputsOf: (target: string) => readonly Uint8Array[],
): Promise<ReadonlyMap<string, Coverage>> => {
  const measured = await measure(of.map(({ name, module }) => ({ target: name, module, inputs: inputsOf(name) })));
  return new Map(of.flatMap(({ name }, i) => (measured[i] === undefined ? [] : [[name, measured[i].reach]])));
};

let inventory: Inventory;

beforeAll(async () => {
  const modules = await decoders();
  inventory = {
    modules,
    targets,
    planted: new Map(targets.map(({ name }) => [name, plantedBy(name)])),
    seeds: new Map(targets.map(({ name }) => [name, seedsOf(name).length])),
    vectors: new Set(modules.filter(hasVectors)),
    reach: await reachOf(targets, (name) => seedsOf(name).map(({ data }) => data)),
  };
}, 120_000);

describe("the inventory", () => {
  it("has no gap: every decoder has targets, planted faults, seeds that reach it, and vectors", () => {
    expect(gapsOf(inventory)).toEqual([]);
  });

  it("has each target once", () => {
    const names = targets.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the inventory notices what is taken away:", () => {
  const without = (change: Partial<Inventory>): string[] => gapsOf({ ...inventory, ...change });
  const victim = "attribute-02-as-path";
  const module = "src/codec/attribute/02-as-path.ts";

  it("a target", () => {
    expect(without({ targets: targets.filter(({ name }) => name !== victim) })).toEqual([`${module} has no target`]);
  });

  it("a module that a target is for", () => {
    expect(without({ modules: inventory.modules.filter((one) => one !== module) })).toEqual([
      `${victim} is for ${module}, which decodes nothing or is not there`,
    ]);
  });

  it("the arbitrary of one declared fault", () => {
    const others = [...(inventory.planted.get(victim) ?? [])].filter((id) => id !== "as-path/overrun");
    expect(without({ planted: new Map([...inventory.planted, [victim, new Set(others)]]) })).toEqual([
      `${victim}: no arbitrary plants as-path/overrun`,
    ]);
  });

  it("the seeds", () => {
    expect(without({ seeds: new Map([...inventory.seeds, [victim, 0]]) })).toEqual([`${victim} has no seed`]);
  });

  it("the vectors", () => {
    expect(without({ vectors: new Set([...inventory.vectors].filter((one) => one !== module)) })).toEqual([
      `${module} has no vector, neither laid out by hand nor sent by another speaker`,
    ]);
  });

  it("seeds that reach the decoder, when all that are left fall at its first check", async () => {
    const [target] = targets.filter(({ name }) => name === victim);
    expect(target).toBeDefined();
    // A context and one octet: no segment of a path can be read from it.
    const reach = await reachOf(target === undefined ? [] : [target], () => [Uint8Array.of(0, 0, 2)]);
    const { covered = 0, total = 1 } = reach.get(victim) ?? {};
    expect(covered / total).toBeLessThan(REACH_FLOOR);
    expect(without({ reach: new Map([...inventory.reach, ...reach]) })).toEqual([
      `${module}: its seeds run ${Math.round((covered / total) * 100)}% of its lines`,
    ]);
  });
});

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  it("has arbitraries: valid inputs are accepted, planted faults are declared", () => {
    const { valid, broken } = arbitrariesOf(name);
    for (const data of fc.sample(valid, { seed: 1, numRuns: 20 })) expect(target.fuzz(data)).toBe("accepted");
    const ids = target.faults.map(({ id }) => id);
    for (const { fault } of broken === null ? [] : fc.sample(broken, { seed: 1, numRuns: 20 }))
      expect(ids).toContain(fault.id);
  });
});
