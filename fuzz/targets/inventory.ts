import type { Coverage } from "../engines/job.js";
import type { Target } from "./target.js";

/** All that there must be for each decoder, as it was found. */
export interface Inventory {
  /** Modules that decode something, from the project's root. */
  readonly modules: readonly string[];
  readonly targets: readonly Pick<Target, "name" | "module" | "faults" | "own">[];
  /** By target: ids of the faults that its arbitraries plant. */
  readonly planted: ReadonlyMap<string, ReadonlySet<string>>;
  /** By target: how many seeds it has. */
  readonly seeds: ReadonlyMap<string, number>;
  /** Modules with vectors that were laid out by hand or sent by another speaker. */
  readonly vectors: ReadonlySet<string>;
  /** By target: lines of its module that its seeds run. */
  readonly reach: ReadonlyMap<string, Coverage>;
}

/** Share of a module's lines that its targets' seeds must run, the best of them: below, they no longer get where they were for. */
export const REACH_FLOOR = 0.6;

/** What is missing, a line for each; nothing when every decoder has all that it needs. */
export const gapsOf = (inventory: Inventory): string[] => [
  ...inventory.modules.flatMap((module) => moduleGaps(module, inventory)),
  ...inventory.targets.flatMap((target) => targetGaps(target, inventory)),
];

const moduleGaps = (module: string, { targets, vectors, reach }: Inventory): string[] => {
  const own = targets.filter((target) => target.module === module);
  if (own.length === 0) return [`${module} has no target`];
  const best = Math.max(...own.map(({ name }) => shareOf(reach.get(name))));
  return [
    ...(vectors.has(module) ? [] : [`${module} has no vector, neither laid out by hand nor sent by another speaker`]),
    ...(best >= REACH_FLOOR ? [] : [`${module}: its seeds run ${Math.round(best * 100)}% of its lines`]),
  ];
};

const targetGaps = (
  { name, module, faults, own = faults }: Inventory["targets"][number],
  { modules, planted, seeds }: Inventory,
): string[] => {
  const plants = planted.get(name) ?? new Set();
  return [
    ...(modules.includes(module) ? [] : [`${name} is for ${module}, which decodes nothing or is not there`]),
    ...own.filter(({ id }) => !plants.has(id)).map(({ id }) => `${name}: no arbitrary plants ${id}`),
    ...((seeds.get(name) ?? 0) > 0 ? [] : [`${name} has no seed`]),
  ];
};

/** A row that a shared function makes has no line of its own. */
const shareOf = (coverage: Coverage | undefined): number => {
  if (coverage === undefined) return 0;
  return coverage.total === 0 ? 1 : coverage.covered / coverage.total;
};
