import { Step } from "./trail.js";
import { valueAt } from "./tree.js";
import { anyLeaf, type Operator, oneOf, sizeOf, type Work } from "./work.js";

// Edits to the values of fields.

/** A value that a field of that name had in another input; of another size, the lengths around it are mended. */
export const seenValue: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const node = anyLeaf(work);
  if (node < 0) return false;
  const donors = random.below(4) === 0 ? pool.named(tree.name[node] ?? 0) : pool.at(tree.path[node] ?? 0);
  const donor = oneOf(random, donors);
  if (donor === null) return false;
  const start = tree.start[node] ?? 0;
  return done(
    work,
    Step.Seen,
    node,
    0,
    edits.replace(tree.parent[node] ?? 0, start, tree.end[node] ?? 0, donor.data, donor.start, donor.end),
  );
};

/** 0, 1, the largest, powers of two, each with its neighbours. */
export const interesting: Operator = (work) => {
  const node = anyLeaf(work);
  if (node < 0) return false;
  const width = Math.min(4, sizeOf(work.tree, node));
  return setNumber(work, node, width, interestingValue(work, width), Step.Interesting);
};

const interestingValue = ({ random }: Work, width: number): number => {
  const limit = 256 ** width;
  const roll = random.below(8);
  if (roll === 0) return 0;
  if (roll === 1) return limit - 1;
  if (roll === 2) return 1;
  if (roll === 3) return limit - 2;
  const power = 2 ** random.below(8 * width);
  return (power + random.below(3) - 1 + limit) % limit;
};

export const arithmetic: Operator = (work) => {
  const { tree } = work;
  const node = anyLeaf(work);
  if (node < 0) return false;
  const width = Math.min(4, sizeOf(tree, node));
  const by = nearby(work);
  const end = tree.end[node] ?? 0;
  const limit = 256 ** width;
  const value = (valueAt(tree.data, end - width, end) + by + limit) % limit;
  return setNumber(work, node, width, value, Step.Add, by);
};

const nearby = ({ random }: Work): number => {
  const by = 1 + random.below(35);
  return random.next() & 1 ? by : -by;
};

/** A compared value, filled up or cut to the field's width; half of the time, a field takes its width instead. */
export const word: Operator = (work) => {
  const { tree, edits, random, dictionary, scratch } = work;
  const node = anyLeaf(work);
  const octets = oneOf(random, dictionary.words);
  if (node < 0 || octets === null) return false;
  const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
  const size = end - start;
  const parent = tree.parent[node] ?? 0;
  if (octets.length > size && random.next() & 1) {
    return done(work, Step.Word, node, 0, edits.replace(parent, start, end, octets, 0, octets.length));
  }
  const width = Math.min(size, 8);
  const { at, count } = scratch.take(width);
  for (let i = 0; i < count; i++) scratch.octets[at + count - 1 - i] = octets[octets.length - 1 - i] ?? 0;
  const from = random.next() & 1 ? start : end - count;
  return done(work, Step.Word, node, 0, edits.replace(parent, from, from + count, scratch.octets, at, at + count));
};

export const flipBits: Operator = (work) => {
  const node = anyLeaf(work);
  return node >= 0 && flip(work, node, 1 + work.random.below(2), Step.Flip);
};

/** Bits of what says how the input is read. */
export const context: Operator = (work) => {
  const node = oneOf(work.random, work.tree.contexts);
  return node !== null && flip(work, node, 1 + work.random.below(3), Step.Context);
};

const flip = (work: Work, node: number, bits: number, step: Step): boolean => {
  const { tree, edits, random, scratch } = work;
  const start = tree.start[node] ?? 0;
  const size = sizeOf(tree, node);
  const { at, count } = scratch.take(Math.min(size, 64));
  if (count === 0) return false;
  const from = start + random.below(size - count + 1);
  for (let i = 0; i < count; i++) scratch.octets[at + i] = tree.data[from + i] ?? 0;
  if (!edits.replace(tree.parent[node] ?? 0, from, from + count, scratch.octets, at, at + count)) return false;
  for (let i = 0; i < bits; i++) {
    const bit = random.below(8 * count);
    const octet = at + (bit >>> 3);
    scratch.octets[octet] = (scratch.octets[octet] ?? 0) ^ (0x80 >>> (bit & 7));
    work.trail.add(step, tree.name[node] ?? 0, from + (bit >>> 3), 7 - (bit & 7));
  }
  return true;
};

/** AFI and SAFI that stood together elsewhere, in one place or in all that have the same. */
export const families: Operator = (work) => {
  const { tree, edits, random, pool } = work;
  const place = oneOf(random, tree.families);
  const other = oneOf(random, pool.families);
  if (place === null || other === null) return false;
  const everywhere = random.next() & 1;
  const was = familyAt(work, place);
  let isDone = false;
  for (const one of everywhere ? tree.families : [place]) {
    if (familyAt(work, one) !== was) continue;
    const [afi, safi] = one;
    const parent = tree.parent[afi] ?? 0;
    const [a, b] = [tree.start[afi] ?? 0, tree.end[afi] ?? 0];
    const [c, d] = [tree.start[safi] ?? 0, tree.end[safi] ?? 0];
    if (!edits.replace(parent, a, b, other.afi.data, other.afi.start, other.afi.end)) continue;
    edits.replace(parent, c, d, other.safi.data, other.safi.start, other.safi.end);
    isDone = done(work, Step.Family, afi, 0, true);
  }
  return isDone;
};

const familyAt = ({ tree }: Work, [afi, safi]: readonly [number, number]): number =>
  256 * valueAt(tree.data, tree.start[afi] ?? 0, tree.end[afi] ?? 0) + (tree.data[tree.start[safi] ?? 0] ?? 0);

/** A length that is wrong, and nothing else: off by little or by a header, none, the most, or that of another part. */
export const wrongLength: Operator = (work) => {
  const { tree, random, lengths } = work;
  const length = oneOf(random, lengths.all);
  if (length === null) return false;
  const width = sizeOf(tree, length.node);
  const limit = 256 ** width;
  const lead = (tree.end[length.node] ?? 0) - (tree.start[length.owner] ?? 0);
  const value = [
    length.value + offOf(work),
    length.value + (random.next() & 1 ? lead : -lead),
    0,
    limit - 1,
    limit / 2,
    random.below(2 * length.value + 2),
    tree.data.length - (tree.end[length.node] ?? 0) + random.below(3) - 1,
    oneOf(random, lengths.all)?.value ?? 1,
  ][random.below(8)];
  const wrapped = (((value ?? 0) % limit) + limit) % limit;
  return setNumber(work, length.node, width, wrapped, Step.Length, wrapped, length.little);
};

const OFF: readonly number[] = [-1, 1, -2, 2, -3, 3, -4, 4, 8, -8, 16, -19, 19];

/** By how much a length is off. */
export const offOf = ({ random }: Pick<Work, "random">): number => oneOf(random, OFF) ?? 1;

export const sameValue: Operator = (work) => {
  const { tree, edits, random } = work;
  const node = anyLeaf(work);
  if (node < 0) return false;
  const span = tree.count - tree.first;
  const name = tree.name[node];
  for (let i = random.below(span), tries = 0; tries < Math.min(64, span); tries++, i = (i + 1) % span) {
    const other = tree.first + i;
    if (other === node || tree.name[other] !== name || tree.children[other] !== 0) continue;
    const from = tree.start[other] ?? 0;
    const isDone = edits.replace(
      tree.parent[node] ?? 0,
      tree.start[node] ?? 0,
      tree.end[node] ?? 0,
      tree.data,
      from,
      tree.end[other] ?? 0,
    );
    return done(work, Step.Same, node, from, isDone);
  }
  return false;
};

/** The last `width` octets of a field as a number. */
const setNumber = (
  work: Work,
  node: number,
  width: number,
  value: number,
  step: Step,
  said: number = value,
  little = false,
): boolean => {
  const { tree, edits, scratch } = work;
  const end = tree.end[node] ?? 0;
  const { at, count } = scratch.take(width);
  if (count < width) return false;
  let left = value;
  for (let i = 0; i < width; i++) {
    scratch.octets[at + (little ? i : width - 1 - i)] = left;
    left = Math.floor(left / 256);
  }
  const parent = tree.parent[node] ?? 0;
  return done(work, step, node, said, edits.replace(parent, end - width, end, scratch.octets, at, at + width));
};

const done = ({ tree, trail }: Work, step: Step, node: number, by: number, isDone: boolean): boolean => {
  if (isDone) trail.add(step, tree.name[node] ?? 0, tree.start[node] ?? 0, by);
  return isDone;
};
