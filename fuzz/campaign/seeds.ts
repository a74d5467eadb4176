import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { hex } from "../../src/codec/octets.js";
import { arbitrariesOf } from "../properties/arbitraries.js";
import { ACCEPTED, type Outcome, type Target } from "../targets/target.js";

/** One input of a seed corpus. */
export interface Seed {
  /** Its outcome, and a number: `accepted-2`, `as-path.overrun-1`. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly data: Uint8Array;
}

/** Files for one target, and octets of one of them, at most. */
export const MOST_SEEDS = 40;
export const LONGEST_SEED = 400;

const SEED = 4271;
const DRAWN = 1500;

/**
 * The seed corpus of a target: small inputs made by our encoders, accepted ones of different lengths and one for each
 * fault that can be planted, as many as there is room for. The same on every machine.
 */
export const makeSeeds = (target: Target): Seed[] => {
  const { valid, broken } = arbitrariesOf(target.name);
  const accepted = distinct(drawn(valid).filter((data) => target.fuzz(data) === ACCEPTED));
  const own = new Set((target.own ?? target.faults).map(({ id }) => id));
  const faulty = new Map<Outcome, Uint8Array>();
  for (const { data, fault } of broken === null ? [] : drawn(broken)) {
    if (!own.has(fault.id) || data.length > LONGEST_SEED || target.fuzz(data) !== fault.id) continue;
    const before = faulty.get(fault.id);
    if (before === undefined || data.length < before.length) faulty.set(fault.id, data);
  }
  const planted = [...faulty].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_SEEDS - FEWEST_ACCEPTED);
  const chosen = spread(accepted, Math.min(MOST_SEEDS - planted.length, MOST_ACCEPTED));
  return [
    ...chosen.map((data, i) => ({ name: `${ACCEPTED}-${i + 1}`, outcome: ACCEPTED, data })),
    ...planted.map(([outcome, data]) => ({ name: outcome.replace("/", "."), outcome, data })),
  ];
};

/** Replaces the seed corpora under `root` by those made for `targets`. Gives how many files it wrote. */
export const writeSeeds = (targets: readonly Target[], root: string): number => {
  let files = 0;
  for (const target of targets) {
    const folder = join(root, target.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, data } of makeSeeds(target)) {
      writeFileSync(join(folder, name), data);
      files++;
    }
  }
  return files;
};

const FEWEST_ACCEPTED = 4;
const MOST_ACCEPTED = 6;

const drawn = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { seed: SEED, numRuns: DRAWN });

/** Different ones that are not too long, the short ones first. */
const distinct = (inputs: readonly Uint8Array[]): Uint8Array[] =>
  [...new Map(inputs.map((data) => [hex(data), data])).values()]
    .filter(({ length }) => length <= LONGEST_SEED)
    .sort((a, b) => a.length - b.length || (hex(a) < hex(b) ? -1 : 1));

/** `count` of them, from the first to the last at even distances. */
const spread = (inputs: readonly Uint8Array[], count: number): Uint8Array[] => {
  if (inputs.length <= count) return [...inputs];
  const at = (i: number): number => Math.round((i * (inputs.length - 1)) / (count - 1));
  return Array.from({ length: count }, (_, i) => inputs[at(i)]).filter((one) => one !== undefined);
};
