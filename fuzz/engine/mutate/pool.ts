import { isLeaf, type Tree } from "./tree.js";

/** Octets [start, end) of an input that was kept: a part to be used elsewhere. */
export interface Donor {
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly name: number;
}

/** Of each name and of each path so many different parts are remembered, and so many inputs. */
const MOST_OF_ONE = 64;
const MOST_TREES = 512;
const MOST_FAMILIES = 256;
/** Names in all, and in parts of one name: codes that mean nothing are in names, too, and inputs bring ever new ones. */
const MOST_NAMES = 2048;
const MOST_WITHIN = 256;

/** Parts of all inputs that were kept, by name. */
export class Pool {
  /** Inputs as they are, for splices. */
  readonly trees: Tree[] = [];
  /** Names of parts that have been seen, in the order in which they came. */
  readonly names: number[] = [];
  /** AFI and SAFI that stood together. */
  readonly families: { readonly afi: Donor; readonly safi: Donor }[] = [];
  readonly #byName: Map<number, Shelf> = new Map();
  readonly #byPath: Map<number, Shelf> = new Map();
  /** By the name of a parent: names of the parts that were in one. */
  readonly #within: Map<number, number[]> = new Map();
  readonly #nested: Set<number> = new Set();
  readonly #seenFamilies: Set<number> = new Set();
  #learned = 0;

  add(tree: Tree): void {
    put(this.trees, tree, MOST_TREES, this.#learned++);
    for (let node = tree.first; node < tree.count; node++) {
      const name = tree.name[node] ?? 0;
      if (!this.#byName.has(name)) {
        if (this.names.length === MOST_NAMES) continue;
        this.names.push(name);
      }
      const donor = donorOf(tree, node);
      const key = fingerprint(donor);
      shelve(this.#byName, name, donor, key);
      if (isLeaf(tree, node)) shelve(this.#byPath, tree.path[node] ?? 0, donor, key);
      this.#nest(tree.name[tree.parent[node] ?? 0] ?? 0, name);
    }
    for (const [afi, safi] of tree.families) this.#family(donorOf(tree, afi), donorOf(tree, safi));
  }

  named(name: number): readonly Donor[] {
    return this.#byName.get(name)?.donors ?? NONE;
  }

  /** Values of fields that have a name within a part of a name. */
  at(path: number): readonly Donor[] {
    return this.#byPath.get(path)?.donors ?? NONE;
  }

  /** Names of what has been seen in parts of a name: attributes among path attributes. */
  within(parent: number): readonly number[] {
    return this.#within.get(parent) ?? NO_NAMES;
  }

  #nest(parent: number, name: number): void {
    // As `path` of a tree.
    const key = (parent << 16) | name;
    if (this.#nested.has(key)) return;
    this.#nested.add(key);
    const names = this.#within.get(parent);
    if (names === undefined) this.#within.set(parent, [name]);
    else if (names.length < MOST_WITHIN) names.push(name);
  }

  #family(afi: Donor, safi: Donor): void {
    const key = fingerprint(afi) * 31 + fingerprint(safi);
    if (this.#seenFamilies.has(key) || this.families.length >= MOST_FAMILIES) return;
    this.#seenFamilies.add(key);
    this.families.push({ afi, safi });
  }
}

const NONE: readonly Donor[] = [];
const NO_NAMES: readonly number[] = [];

interface Shelf {
  readonly donors: Donor[];
  readonly keys: Set<number>;
}

/** Octets that are there already are not put there again, so that what is rare is found as often as what is common. */
const shelve = (shelves: Map<number, Shelf>, name: number, donor: Donor, key: number): void => {
  let shelf = shelves.get(name);
  if (shelf === undefined) {
    shelf = { donors: [], keys: new Set() };
    shelves.set(name, shelf);
  }
  if (shelf.keys.has(key)) return;
  put(shelf.donors, donor, MOST_OF_ONE, shelf.keys.size);
  if (shelf.keys.size < MOST_KEYS) shelf.keys.add(key);
};

const MOST_KEYS = 4096;

/** Beyond `most`, the new one takes the place of another, spread by a multiplicative hash (Knuth). */
const put = <T>(list: T[], one: T, most: number, count: number): void => {
  if (list.length < most) list.push(one);
  else list[(Math.imul(count, 0x9e3779b1) >>> 0) % most] = one;
};

const donorOf = (tree: Tree, node: number): Donor => ({
  data: tree.data,
  start: tree.start[node] ?? 0,
  end: tree.end[node] ?? 0,
  name: tree.name[node] ?? 0,
});

const LOOKED_AT = 256;

/** FNV-1a of the first octets, and how many there are. */
const fingerprint = ({ data, start, end }: Donor): number => {
  let hash = 0x811c9dc5 ^ (end - start);
  const to = Math.min(end, start + LOOKED_AT);
  for (let at = start; at < to; at++) hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
  return hash >>> 0;
};
