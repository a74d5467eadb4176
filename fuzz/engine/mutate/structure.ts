import { Step } from "./trail.js";
import {
  anyLeaf,
  anyNode,
  anyOfMany,
  anyUnit,
  guestOf,
  isLeaf,
  type Operator,
  oneOf,
  otherSibling,
  sizeOf,
  type Work,
} from "./work.js";

// Edits to whole parts. Lengths around them are mended when the mutant is built.

export const drop: Operator = (work) => {
  const { tree, edits } = work;
  const node = anyUnit(work);
  if (node < 0) return false;
  const start = tree.start[node] ?? 0;
  return done(work, Step.Drop, node, 0, edits.remove(tree.parent[node] ?? 0, start, tree.end[node] ?? 0, -1));
};

/** Once or a few times mostly; now and then until a length around it or the input is full. */
export const duplicate: Operator = (work) => {
  const { tree, edits, maxLength, random } = work;
  const isCrowd = random.below(8) === 0;
  const node = isCrowd ? anyOfMany(work) : anyUnit(work);
  if (node < 0) return false;
  const start = tree.start[node] ?? 0;
  const end = tree.end[node] ?? 0;
  const room = Math.floor((maxLength - tree.data.length) / (end - start));
  const times = Math.min(room, isCrowd ? crowdOf(work, node) : random.next() & 1 ? 1 : 1 + random.below(8));
  if (times < 1) return false;
  const parent = tree.parent[node] ?? 0;
  return done(work, Step.Duplicate, node, times, edits.replace(parent, end, end, tree.data, start, end, times, times));
};

/** Dozens to hundreds, all that the input has room for, or just as many as a length around it can say, or one more. */
const crowdOf = ({ random, tree, lengths }: Work, node: number): number => {
  const roll = random.below(8);
  if (roll === 0) return Number.MAX_SAFE_INTEGER;
  const around = lengths.of[tree.parent[node] ?? 0]?.[0];
  const length = around === undefined ? undefined : lengths.all[around];
  if (roll < 4 || length === undefined) return 1 << (3 + random.below(7));
  const most = 256 ** Math.min(2, sizeOf(tree, length.node)) - 1;
  return Math.max(1, Math.floor((most - (length.to - length.from)) / sizeOf(tree, node)) + random.below(3));
};

export const swap: Operator = (work) => {
  const { tree, edits } = work;
  const node = anyUnit(work);
  const other = node < 0 ? -1 : otherSibling(work, node);
  if (other < 0) return false;
  const parent = tree.parent[node] ?? 0;
  const [a, b] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
  const [c, d] = [tree.start[other] ?? 0, tree.end[other] ?? 0];
  if (!edits.replace(parent, a, b, tree.data, c, d)) return false;
  return done(work, Step.Swap, node, c, edits.replace(parent, c, d, tree.data, a, b));
};

/** Behind a sibling. */
export const move: Operator = (work) => {
  const { tree, edits } = work;
  const node = anyUnit(work);
  const other = node < 0 ? -1 : otherSibling(work, node);
  if (other < 0) return false;
  const parent = tree.parent[node] ?? 0;
  const [a, b, to] = [tree.start[node] ?? 0, tree.end[node] ?? 0, tree.end[other] ?? 0];
  if (!edits.remove(parent, a, b, -1)) return false;
  return done(work, Step.Move, node, to, edits.replace(parent, to, to, tree.data, a, b, 1, 1));
};

/** By a part of the same name, or by one that stands in the same place elsewhere. */
export const replace: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const node = anyUnit(work);
  if (node < 0) return false;
  const parent = tree.parent[node] ?? 0;
  const guest = random.next() & 1 ? oneOf(random, pool.named(tree.name[node] ?? 0)) : guestOf(work, parent);
  if (guest === null) return false;
  const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
  const isDone = edits.replace(parent, start, end, guest.data, guest.start, guest.end);
  if (isDone) work.trail.add(Step.Replace, guest.name, start, 0);
  return isDone;
};

/** A part of another input beside one that stands where such parts stand. */
export const insert: Operator = (work) => {
  const { tree, edits, random } = work;
  if (random.below(8) === 0 && fill(work)) return true;
  const node = anyUnit(work);
  if (node < 0) return false;
  const parent = tree.parent[node] ?? 0;
  const guest = guestOf(work, parent);
  if (guest === null) return false;
  const at = (random.next() & 1 ? tree.start[node] : tree.end[node]) ?? 0;
  const isDone = edits.replace(parent, at, at, guest.data, guest.start, guest.end, 1, 1);
  if (isDone) work.trail.add(Step.Insert, guest.name, at, 0);
  return isDone;
};

/** Something behind a length that says that nothing is there. */
const fill = (work: Work): boolean => {
  const { edits, random, pool, lengths } = work;
  const empty = oneOf(
    random,
    lengths.all.filter(({ value, firstNode, known }) => value === 0 && firstNode === 0 && known.followers.size > 0),
  );
  if (empty === null) return false;
  const guest = oneOf(random, pool.named(oneOf(random, [...empty.known.followers]) ?? -1));
  if (guest === null) return false;
  const { from, owner, node } = empty;
  const isDone = edits.replace(owner, from, from, guest.data, guest.start, guest.end, 1, 0, node);
  if (isDone) work.trail.add(Step.Fill, guest.name, from, 0);
  return isDone;
};

/** A part of any kind within, beside or instead of any other. */
export const nest: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const node = anyUnit(work);
  const name = oneOf(random, pool.names);
  const guest = name === null ? null : oneOf(random, pool.named(name));
  if (node < 0 || guest === null) return false;
  const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
  const parent = tree.parent[node] ?? 0;
  const roll = random.below(3);
  const isDone =
    roll === 0
      ? edits.replace(parent, start, end, guest.data, guest.start, guest.end)
      : roll === 1
        ? edits.replace(parent, end, end, guest.data, guest.start, guest.end, 1, 1)
        : edits.replace(node, end, end, guest.data, guest.start, guest.end, 1, 1);
  if (isDone) work.trail.add(Step.Nest, guest.name, start, 0);
  return isDone;
};

/** A field of another size: to 0, 1 or one octet less, by one or some more, or up to twice as long. */
export const resize: Operator = (work) => {
  const { tree, edits, random, scratch, maxLength } = work;
  const node = random.below(4) === 0 ? anyUnit(work) : anyLeaf(work);
  if (node < 0) return false;
  const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
  const size = end - start;
  const within = isLeaf(tree, node) ? (tree.parent[node] ?? 0) : node;
  if (random.next() & 1) {
    const kept = [0, Math.min(1, size - 1), size - 1, random.below(size)][random.below(4)] ?? 0;
    return done(work, Step.Shorten, node, kept, edits.remove(within, start + kept, end));
  }
  const more = Math.min([1, 1 + random.below(16), size, 1 + random.below(256)][random.below(4)] ?? 1, maxLength);
  const { at, count } = scratch.take(more);
  fillUp(work, at, count);
  return done(work, Step.Lengthen, node, count, edits.replace(within, end, end, scratch.octets, at, at + count));
};

const fillUp = ({ random, scratch }: Work, at: number, count: number): void => {
  const kind = random.below(4);
  const octet = kind === 0 ? 0 : kind === 1 ? 0xff : random.next();
  for (let i = 0; i < count; i++) scratch.octets[at + i] = kind === 3 ? random.next() : octet;
};

/** The input ends where a part begins or ends. */
export const truncate: Operator = (work) => {
  const { tree, edits, random } = work;
  const node = anyNode(work);
  if (node < 0) return false;
  const at = (random.next() & 1 ? tree.start[node] : tree.end[node]) ?? 0;
  if (at >= tree.data.length) return false;
  return done(work, Step.Truncate, 0, 0, edits.remove(tree.parent[node] ?? 0, at, tree.data.length), at);
};

/** A run of parts of another input, in a part of the same name: records of a sequence, attributes of a message. */
export const append: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const other = oneOf(random, pool.trees);
  if (other === null || other.first >= other.count) return false;
  const own = random.below(3) === 0 ? anyUnit(work) : 0;
  if (own < 0) return false;
  const host = isLeaf(tree, own) ? (tree.parent[own] ?? 0) : own;
  const source = host === 0 ? 0 : sameName(work, other, tree.name[host] ?? 0);
  if (source < 0) return false;
  const skipped = source === 0 ? other.contexts.length : 0;
  const count = (other.children[source] ?? 0) - skipped;
  if (count < 1) return false;
  const first = random.below(count);
  const run = 1 + random.below(count - first);
  const from = other.child[(other.firstChild[source] ?? 0) + skipped + first] ?? 0;
  const to = other.child[(other.firstChild[source] ?? 0) + skipped + first + run - 1] ?? 0;
  const places = tree.children[host] ?? 0;
  const behind = tree.child[(tree.firstChild[host] ?? 0) + random.below(Math.max(1, places))] ?? 0;
  const at = places === 0 || random.next() & 1 ? (tree.end[host] ?? 0) : (tree.end[behind] ?? 0);
  const isDone = edits.replace(host, at, at, other.data, other.start[from] ?? 0, other.end[to] ?? 0, 1, run);
  if (isDone) work.trail.add(Step.Append, tree.name[host] ?? 0, at, run);
  return isDone;
};

const sameName = ({ random }: Work, other: Work["tree"], name: number): number => {
  const { first, count, children, name: names } = other;
  let node = first + random.below(count - first);
  for (let left = Math.min(count - first, 128); left > 0; left--) {
    if (names[node] === name && children[node] !== 0) return node;
    node++;
    if (node === count) node = first;
  }
  return -1;
};

/** The head of this input and the tail of another, at parts' boundaries mostly. */
export const splice: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const other = oneOf(random, pool.trees);
  if (other === null || other.data.length === 0 || tree.data.length === 0) return false;
  const node = anyUnit(work);
  const isRough = node < 0 || other.first >= other.count || random.below(4) === 0;
  const at = isRough ? random.below(tree.data.length) : (tree.start[node] ?? 0);
  const from = isRough
    ? random.below(other.data.length)
    : (other.start[other.first + random.below(other.count - other.first)] ?? 0);
  const within = isRough ? 0 : (tree.parent[node] ?? 0);
  const isDone = edits.replace(within, at, tree.data.length, other.data, from, other.data.length);
  if (isDone) work.trail.add(Step.Splice, 0, at, from);
  return isDone;
};

const done = ({ tree, trail }: Work, step: Step, node: number, by: number, isDone: boolean, at?: number): boolean => {
  if (isDone) trail.add(step, tree.name[node] ?? 0, at ?? tree.start[node] ?? 0, by);
  return isDone;
};
