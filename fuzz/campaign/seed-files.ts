import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/results/provenance.js";

/** Those that come with Kiln, a folder for each target. */
export const seedsRoot = (): string => join(packageRoot(), "corpus", "seeds");

/** The octets of a target's seeds, in the order of their names. */
export const seedsOf = (target: string, root: string = seedsRoot()): { name: string; data: Uint8Array }[] => {
  const folder = join(root, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, data: Uint8Array.from(readFileSync(join(folder, name))) }));
};
