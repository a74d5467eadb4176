import { Step } from "./trail.js";
import { oneOf, type Work } from "./work.js";

/**
 * AFL's havoc: 1 to 2^`power` edits to octets that know nothing of parts, in `out`, whose first `length` octets are the
 * input. Gives the length after.
 */
export const havoc = (work: Work, out: Uint8Array, length: number, power: number): number => {
  let size = length;
  for (let turn = 1 << work.random.below(power + 1); turn > 0; turn--) size = once(work, out, size);
  return size;
};

const INTERESTING: readonly number[] = [0, 1, 2, 3, 4, 7, 8, 15, 16, 19, 31, 32, 33, 64, 127, 128, 129, 253, 254, 255];

const once = (work: Work, out: Uint8Array, size: number): number => {
  const { random, trail } = work;
  if (size === 0) return insertOctets(work, out, 0);
  const at = random.below(size);
  switch (random.below(12)) {
    case 0:
    case 1: {
      const bit = random.below(8);
      out[at] = (out[at] ?? 0) ^ (1 << bit);
      trail.add(Step.OctetFlip, 0, at, bit);
      return size;
    }
    case 2:
      out[at] = random.next();
      trail.add(Step.OctetSet, 0, at, out[at] ?? 0);
      return size;
    case 3:
      out[at] = INTERESTING[random.below(INTERESTING.length)] ?? 0;
      trail.add(Step.OctetSet, 0, at, out[at] ?? 0);
      return size;
    case 4:
    case 5:
      return add(work, out, size, at);
    case 6:
    case 7:
      return remove(work, out, size, at);
    case 8:
      return insertOctets(work, out, size);
    case 9:
      return overwrite(work, out, size, at);
    case 10:
      return insertWord(work, out, size, at);
    default:
      return fromOther(work, out, size, at);
  }
};

/** ±1 to 35 to one, two or four octets, of either order. */
const add = ({ random, trail }: Work, out: Uint8Array, size: number, at: number): number => {
  const width = Math.min(1 << random.below(3), size - at);
  const little = (random.next() & 1) === 1;
  const by = (1 + random.below(35)) * (random.next() & 1 ? 1 : -1);
  let carry = by;
  for (let i = 0; i < width; i++) {
    const octet = at + (little ? i : width - 1 - i);
    const sum = (out[octet] ?? 0) + carry;
    out[octet] = sum;
    carry = sum >> 8;
  }
  trail.add(Step.OctetAdd, 0, at, by);
  return size;
};

const remove = (work: Work, out: Uint8Array, size: number, at: number): number => {
  const count = Math.min(size - at, blockOf(work, size));
  out.copyWithin(at, at + count, size);
  work.trail.add(Step.OctetsDrop, 0, at, count);
  return size - count;
};

/** Mostly short ones, as AFL's. */
const blockOf = ({ random }: Work, size: number): number => {
  const roll = random.below(8);
  return 1 + random.below(roll < 5 ? Math.min(size, 4) : roll < 7 ? Math.min(size, 32) : size);
};

/** Octets of the input itself again, or one octet some times. */
const insertOctets = (work: Work, out: Uint8Array, size: number): number => {
  const { random, trail } = work;
  const at = random.below(size + 1);
  const count = Math.min(out.length - size, size === 0 ? 1 + random.below(8) : blockOf(work, size));
  const from = size === 0 ? 0 : random.below(Math.max(1, size - count + 1));
  const isClone = size > 0 && random.below(4) > 0;
  out.copyWithin(at + count, at, size);
  // What was moved is found where it is now.
  if (isClone) for (let i = 0; i < count; i++) out[at + i] = out[from + i < at ? from + i : from + i + count] ?? 0;
  else out.fill(random.next() & 1 ? 0 : random.next(), at, at + count);
  trail.add(Step.OctetsInsert, 0, at, count);
  return size + count;
};

const overwrite = (work: Work, out: Uint8Array, size: number, at: number): number => {
  const { random, trail } = work;
  const count = Math.min(size - at, blockOf(work, size));
  const from = random.below(size - count + 1);
  if (random.below(4) > 0) out.copyWithin(at, from, from + count);
  else out.fill(random.next(), at, at + count);
  trail.add(Step.OctetsCopy, 0, at, count);
  return size;
};

/** A compared value over what is there, or before it. */
const insertWord = (work: Work, out: Uint8Array, size: number, at: number): number => {
  const { random, dictionary, trail } = work;
  const octets = oneOf(random, dictionary.words);
  if (octets === null) return insertOctets(work, out, size);
  trail.add(Step.OctetsWord, 0, at, 0);
  const isLittle = random.below(8) === 0;
  let grown = size;
  let count = Math.min(octets.length, size - at);
  if (random.next() & 1) {
    count = Math.min(octets.length, out.length - size);
    out.copyWithin(at + count, at, size);
    grown = size + count;
  }
  for (let i = 0; i < count; i++) out[at + i] = octets[isLittle ? octets.length - 1 - i : i] ?? 0;
  return grown;
};

const fromOther = (work: Work, out: Uint8Array, size: number, at: number): number => {
  const { random, pool, trail } = work;
  const other = oneOf(random, pool.trees)?.data;
  if (other === undefined || other.length === 0) return insertOctets(work, out, size);
  const from = random.below(other.length);
  const count = Math.min(other.length - from, size - at, blockOf(work, size));
  for (let i = 0; i < count; i++) out[at + i] = other[from + i] ?? 0;
  trail.add(Step.OctetsFrom, 0, at, count);
  return size;
};
