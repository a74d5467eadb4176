import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nlriFamilies } from "../../src/codec/nlri/index.js";
import { seedsOf } from "../campaign/campaign.js";
import { arbitrariesOf } from "../properties/arbitraries.js";
import { targets } from "./index.js";

const modulesIn = (folder: string, is: RegExp): string[] =>
  readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
    .filter((name) => is.test(name) && !/\.(test|arb)\.ts$/.test(name))
    .map((name) => `${folder}/${name}`);

const decoders = [
  "src/codec/frame.ts",
  "src/codec/capability/list.ts",
  "src/table/mrt/record.ts",
  ...modulesIn("src/codec/attribute", /^\d+-.*\.ts$/),
  ...modulesIn("src/codec/capability", /^\d+-.*\.ts$/),
  ...modulesIn("src/codec/nlri", /^(?!index).*\.ts$/),
  // A KEEPALIVE is its header: src/codec/frame.ts decides it.
  ...modulesIn("src/codec/message", /^(?!keepalive).*\.ts$/).filter((module) => isDecoder(module)),
];

/** Of the modules for messages, those named after one. */
function isDecoder(module: string): boolean {
  return /\/(open|update|notification|route-refresh)\.ts$/.test(module);
}

describe("every decoder", () => {
  it.each(decoders)("%s has a target", (module) => {
    expect(targets.map((target) => target.module)).toContain(module);
  });

  it("of a family of routes has one, too", () => {
    const names = targets.map(({ name }) => name);
    for (const { name } of nlriFamilies) expect(names).toContain(`nlri-${name}`);
  });
});

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  it("stands for a module that is there, has a name of its own and seeds", () => {
    expect(decoders).toContain(target.module);
    expect(targets.filter((other) => other.name === name)).toHaveLength(1);
    expect(seedsOf(name).length).toBeGreaterThan(0);
  });

  it("has arbitraries: valid inputs are accepted, planted faults are declared", () => {
    const { valid, broken } = arbitrariesOf(name);
    for (const data of fc.sample(valid, { seed: 1, numRuns: 20 })) expect(target.fuzz(data)).toBe("accepted");
    const ids = target.faults.map(({ id }) => id);
    for (const { fault } of broken === null ? [] : fc.sample(broken, { seed: 1, numRuns: 20 }))
      expect(ids).toContain(fault.id);
  });
});
