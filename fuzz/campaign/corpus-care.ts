import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nameOf, QueueFolder } from "../engine/store.js";
import type { Target } from "../targets/target.js";
import { addingTo, type Candidate, smallestKeeping } from "./corpus-choice.js";
import type { Reach } from "./reach.js";
import type { Ran } from "./reach-process.js";
import { seedsOf, seedsRoot } from "./seed-files.js";

/** How the corpus of one target stands after a command; the seeds that come with Kiln count in what is reached. */
export interface CorpusState {
  readonly target: string;
  /** Inputs of the working corpus, and their octets. */
  readonly files: number;
  readonly octets: number;
  readonly seeds: number;
  readonly edges: number;
  readonly edgesTotal: number;
  /** Edges by bucketed counts of how often they were taken, and outcomes. */
  readonly features: number;
  /** Inputs that fail: bugs. They are left where they are and count for nothing. */
  readonly failing: readonly { readonly file: string; readonly why: string }[];
  /** Inputs that were offered, those of them that were taken over, and those that were removed. */
  readonly offered: number;
  readonly added: number;
  readonly removed: readonly string[];
}

/** Where working corpora and seeds lie. */
export interface CorpusPlaces {
  /** As `--corpus`. */
  readonly root: string;
  /** Seeds by target; those that come with Kiln without it. */
  readonly seeds?: string;
}

export const queueOf = (root: string, target: string): string => join(root, "work", "kiln", target, "queue");

export const corpusState = async (target: Target, reach: Reach, places: CorpusPlaces): Promise<CorpusState> =>
  (await Known.of(target, reach, places)).state();

/** Removes the inputs of the working corpus without which its features are the same; with `dryRun` it only says so. */
export const pruneCorpus = async (
  target: Target,
  reach: Reach,
  places: CorpusPlaces,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<CorpusState> => {
  const known = await Known.of(target, reach, places);
  const kept = smallestKeeping(known.entries, known.ofSeeds);
  const removed = known.entries.filter(({ name }) => !kept.has(name)).map(({ name }) => name);
  if (!dryRun) {
    for (const name of removed) rmSync(join(queueOf(places.root, target.name), name), { force: true });
    known.remove(new Set(removed));
  }
  return known.state({ removed });
};

/** Takes over those of `inputs` that reach what nothing in the corpus does. */
export const addToCorpus = async (
  target: Target,
  inputs: readonly Uint8Array[],
  reach: Reach,
  places: CorpusPlaces,
  signal?: AbortSignal,
): Promise<CorpusState> => {
  const known = await Known.of(target, reach, places);
  const added = await known.add(inputs, signal);
  return known.state({ offered: inputs.length, added });
};

/** The inputs that another corpus has for a target: of Kiln's layout, or a folder that is called like the target. */
export const inputsIn = (folder: string, target: string): Uint8Array[] =>
  [queueOf(folder, target), join(folder, "seeds", target), join(folder, target, "queue"), join(folder, target)].flatMap(
    (place) => filesOf(place).map(({ data }) => data),
  );

/** The files of a folder, in the order of their names; none of one that is not there. */
export const filesOf = (folder: string): { readonly name: string; readonly data: Uint8Array }[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map(({ name }) => ({ name, data: Uint8Array.from(readFileSync(join(folder, name))) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];

/** What seeds and corpus of one target reach. */
class Known {
  entries: Candidate[] = [];
  readonly ofSeeds = new Set<number>();
  readonly #features = new Set<number>();
  readonly #outcomes = new Map<string, number>();
  readonly #failing: { file: string; why: string }[] = [];
  readonly #target: Target;
  readonly #reach: Reach;
  readonly #queue: string;
  #seeds = 0;

  private constructor(target: Target, reach: Reach, queue: string) {
    this.#target = target;
    this.#reach = reach;
    this.#queue = queue;
  }

  static async of(target: Target, reach: Reach, { root, seeds = seedsRoot() }: CorpusPlaces): Promise<Known> {
    const known = new Known(target, reach, queueOf(root, target.name));
    const given = seedsOf(target.name, seeds);
    known.#seeds = given.length;
    for (const { name, ran } of await known.#run(given)) {
      if (ran.failed !== null) known.#failing.push({ file: `seeds/${target.name}/${name}`, why: ran.failed });
      else for (const feature of known.#featuresOf(ran)) known.ofSeeds.add(feature);
    }
    for (const { name, data, ran } of await known.#run(filesOf(known.#queue))) {
      if (ran.failed !== null) known.#failing.push({ file: join(known.#queue, name), why: ran.failed });
      else known.entries.push({ name, octets: data.length, features: known.#featuresOf(ran), steps: ran.steps });
    }
    known.#count();
    return known;
  }

  /** Writes those of `inputs` that add something, and gives how many they are. */
  async add(inputs: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<number> {
    const folder = new QueueFolder(this.#queue);
    const data = new Map(inputs.map((one) => [nameOf(one), one]));
    const ran = await this.#run(
      [...data].map(([name, one]) => ({ name, data: one })),
      signal,
    );
    const candidates = ran
      .filter(({ ran: { failed } }) => failed === null)
      .map((one) => ({
        name: one.name,
        octets: one.data.length,
        features: this.#featuresOf(one.ran),
        steps: one.ran.steps,
      }));
    // A failing input is kept, too: the next campaign makes a finding of it.
    for (const {
      name,
      data: octets,
      ran: { failed },
    } of ran) {
      if (failed !== null)
        this.#failing.push({ file: join(this.#queue, folder.save(octets)), why: `${name}: ${failed}` });
    }
    const added = addingTo(this.#features, candidates);
    for (const { name } of added) folder.save(data.get(name) ?? new Uint8Array(0));
    this.entries.push(...added);
    return added.length;
  }

  remove(names: ReadonlySet<string>): void {
    this.entries = this.entries.filter(({ name }) => !names.has(name));
    this.#count();
  }

  state({ offered = 0, added = 0, removed = [] as readonly string[] } = {}): CorpusState {
    const edges = new Set([...this.#features].filter((one) => one >= 0).map((one) => one >>> 3));
    return {
      target: this.#target.name,
      files: this.entries.length,
      octets: this.entries.reduce((sum, { octets }) => sum + octets, 0),
      seeds: this.#seeds,
      edges: edges.size,
      edgesTotal: this.#reach.edgesOf(this.#target),
      features: this.#features.size,
      failing: this.#failing,
      offered,
      added,
      removed,
    };
  }

  #count(): void {
    this.#features.clear();
    for (const feature of this.ofSeeds) this.#features.add(feature);
    for (const { features } of this.entries) for (const one of features) this.#features.add(one);
  }

  async #run(
    files: readonly { readonly name: string; readonly data: Uint8Array }[],
    signal?: AbortSignal,
  ): Promise<{ readonly name: string; readonly data: Uint8Array; readonly ran: Ran }[]> {
    const ran = await this.#reach.run(
      this.#target,
      files.map(({ data }) => data),
      signal,
    );
    return files.flatMap((file, i) => {
      const one = ran[i];
      return one === undefined ? [] : [{ ...file, ran: one }];
    });
  }

  /** Outcomes have numbers below zero. */
  #featuresOf({ features, outcome }: Ran): Int32Array {
    const known = this.#outcomes.get(outcome ?? "") ?? -1 - this.#outcomes.size;
    this.#outcomes.set(outcome ?? "", known);
    return Int32Array.of(...features, known);
  }
}
