import type { Random } from "../../../src/table/random.js";
import type { Dictionary } from "./dictionary.js";
import type { Edits } from "./edits.js";
import type { Lengths } from "./lengths.js";
import type { Donor, Pool } from "./pool.js";
import type { Trail } from "./trail.js";
import { childOf, isLeaf, sizeOf, type Tree } from "./tree.js";

/** What an operator works with: the input at hand, what was learned, and where its edits go. */
export interface Work {
  readonly random: Random;
  readonly pool: Pool;
  readonly dictionary: Dictionary;
  readonly edits: Edits;
  readonly trail: Trail;
  readonly scratch: Scratch;
  readonly maxLength: number;
  tree: Tree;
  lengths: Lengths;
}

/** Makes one edit; false when there is nothing for it to do in this input. */
export type Operator = (work: Work) => boolean;

/** Room for values that no input has yet. */
export class Scratch {
  readonly octets: Uint8Array = new Uint8Array(1 << 15);
  #used = 0;

  clear(): void {
    this.#used = 0;
  }

  /** So many octets, to be written; fewer when there is no room left. */
  take(count: number): { readonly at: number; readonly count: number } {
    const at = this.#used;
    const given = Math.min(count, this.octets.length - at);
    this.#used += given;
    return { at, count: given };
  }
}

/** Any part, those of many octets as often as those of few: half of them by a walk from the root. -1: there is none. */
export const anyNode = ({ tree, random }: Work): number => {
  const { first, count } = tree;
  if (first >= count) return -1;
  if (random.next() & 1) return first + random.below(count - first);
  let node = 0;
  for (;;) {
    const children = tree.children[node] ?? 0;
    const skipped = node === 0 ? tree.contexts.length : 0;
    if (children <= skipped) return node === 0 ? -1 : node;
    node = childOf(tree, node, skipped + random.below(children - skipped));
    if (random.below(3) === 0) return node;
  }
};

/**
 * Any part that can be edited as a whole without breaking the one around it: a field of which there is but one in its
 * place stands for that, mostly.
 */
export const anyUnit = (work: Work): number => {
  const { tree, random } = work;
  let node = anyNode(work);
  for (let tries = 0; tries < 2 && node >= 0 && isLeaf(tree, node) && !hasTwin(tree, node); tries++) {
    if (random.below(8) === 0) return node;
    const parent = tree.parent[node] ?? 0;
    node = parent > 0 ? parent : anyNode(work);
  }
  return node;
};

/** A part of a list, if there is one. */
export const anyOfMany = (work: Work): number => {
  let node = anyUnit(work);
  for (let tries = 0; tries < 8 && node >= 0 && !hasTwin(work.tree, node); tries++) node = anyNode(work);
  return node;
};

/** Whether a sibling beside it has the same name. */
const hasTwin = (tree: Tree, node: number): boolean => {
  const parent = tree.parent[node] ?? 0;
  const place = tree.place[node] ?? 0;
  const name = tree.name[node];
  if (place > 0 && tree.name[childOf(tree, parent, place - 1)] === name) return true;
  return place + 1 < (tree.children[parent] ?? 0) && tree.name[childOf(tree, parent, place + 1)] === name;
};

/** Any part without parts in it, or -1. Lengths less often than others: they have operators of their own. */
export const anyLeaf = (work: Work): number => {
  const { tree, lengths, random } = work;
  const { first, count } = tree;
  if (first >= count) return -1;
  let found = -1;
  for (let node = first + random.below(count - first), tries = 0; tries < 64; tries++) {
    if (isLeaf(tree, node)) {
      found = node;
      if (lengths.is[node] === 0 || random.below(8) === 0) return node;
    }
    node++;
    if (node >= count) node = first;
  }
  return found;
};

/** A sibling of `node`, or -1 when it has none. */
export const otherSibling = ({ tree, random }: Work, node: number): number => {
  const parent = tree.parent[node] ?? 0;
  const skipped = parent === 0 ? tree.contexts.length : 0;
  const count = (tree.children[parent] ?? 0) - skipped;
  if (count < 2) return -1;
  const own = (tree.place[node] ?? 0) - skipped;
  const place = (own + 1 + random.below(count - 1)) % count;
  return childOf(tree, parent, skipped + place);
};

/** One of a list, or null of an empty one. */
export const oneOf = <T>(random: Random, list: readonly T[]): T | null =>
  list.length === 0 ? null : (list[random.below(list.length)] ?? null);

/** A part that was seen in parts of the same name as `parent`; each name as often as any other. */
export const guestOf = ({ pool, random, tree }: Work, parent: number): Donor | null => {
  const name = oneOf(random, pool.within(tree.name[parent] ?? 0));
  return name === null ? null : oneOf(random, pool.named(name));
};

export { childOf, isLeaf, sizeOf };
