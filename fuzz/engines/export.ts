import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../targets/target.js";
import { bundle, ownSuite } from "./bundle.js";

/**
 * Writes what other fuzzers of JavaScript run (Jazzer.js, OSS-Fuzz, jsfuzz): for each target `<name>.cjs`, a CommonJS
 * module whose `fuzz(data)` throws what must not happen, and its seeds in `<name>_seed_corpus/`. All of them load
 * `targets.cjs` beside them. Gives the names.
 */
export const exportTargets = async (
  targets: readonly Pick<Target, "name">[],
  seeds: string,
  folder: string,
): Promise<string[]> => {
  mkdirSync(folder, { recursive: true });
  await bundle(`export { targets } from ${JSON.stringify(ownSuite().targets)};`, join(folder, "targets.cjs"));
  for (const { name } of targets) {
    writeFileSync(
      join(folder, `${name}.cjs`),
      `"use strict";
const { targets } = require("./targets.cjs");
const { fuzz } = targets.find(({ name }) => name === ${JSON.stringify(name)});
// A copy: what an engine hands out is a Buffer, which it fills again.
module.exports.fuzz = (data) => void fuzz(Uint8Array.from(data));
`,
    );
    const own = join(seeds, name);
    if (existsSync(own)) cpSync(own, join(folder, `${name}_seed_corpus`), { recursive: true });
  }
  return targets.map(({ name }) => name);
};
