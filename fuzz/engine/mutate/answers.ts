import { equalOctets } from "../../../src/codec/octets.js";
import type { Comparable, CompareLog } from "../types.js";
import { integer, octetsOf } from "./dictionary.js";
import { Edits, Mend } from "./edits.js";
import type { Lengths } from "./lengths.js";
import type { Names } from "./names.js";
import { Step, stepText } from "./trail.js";
import { childOf, isLeaf, sizeOf, type Tree, valueAt } from "./tree.js";

export interface Answer {
  /** Valid until the next one is asked for. */
  readonly data: Uint8Array;
  readonly trail: readonly string[];
}

/** Answers to one input at most, to one pair of values, and pairs that are looked at. */
const MOST_ANSWERS = 2000;
const MOST_OF_PAIR = 32;
const MOST_PAIRS = 1500;
/** Places that one value is looked for at: more often it is no value, but what octets happen to be. */
const MOST_PLACES = 8;
/** Places looked at for all pairs together: an input of 64 KiB must not hold a worker for seconds. */
const MOST_LOOKED_AT = 1_000_000;
/** And for one value. */
const MOST_TRIES = 256;
/** How far a compared value may be from the one in the input: headers, the ends of ranges. */
const NEAR = 24;

/** From what explains most, to what may be chance. */
const TIERS = 5;

/**
 * Inputs in which one side of each unequal comparison stands where the other stood (input-to-state, Aschermann et al.,
 * REDQUEEN, NDSS 2019): as octets, as the value of a field that is near it, as the size of a part, as the number of parts
 * in one. The most promising first.
 */
export function* answersOf(
  tree: Tree,
  lengths: Lengths,
  compares: CompareLog,
  names: Names,
  maxLength: number,
  tried: Tried,
): Generator<Answer> {
  const seeker = new Seeker(tree, maxLength);
  for (const [left, right] of pairsOf(compares, tried)) {
    seeker.seek(left, right);
    seeker.seek(right, left);
  }
  const edits = new Edits();
  const out = new Uint8Array(maxLength);
  /** By offset: two edits to one place are seldom the same. */
  const made = new Map<number, Candidate[]>();
  let left = MOST_ANSWERS;
  for (const tier of seeker.tiers) {
    for (const candidate of tier) {
      const { node, at, end, octets, times, items, mend, step, by } = candidate;
      let others = made.get(at);
      if (others === undefined) {
        others = [];
        made.set(at, others);
      }
      if (others.some((other) => isSameEdit(other, candidate))) continue;
      if (left-- === 0) return;
      others.push(candidate);
      edits.clear();
      edits.replace(node, at, end, octets, 0, octets.length, times, items);
      const length = edits.build(tree, lengths, mend ? Mend.All : Mend.None, 0, 0, out);
      yield new LazyAnswer(out.subarray(0, length), names.text(tree.name[node] ?? 0), step, at, by, mend);
    }
  }
}

/** Of one offset. */
const isSameEdit = (a: Candidate, b: Candidate): boolean =>
  a.end === b.end && a.times === b.times && a.mend === b.mend && equalOctets(a.octets, b.octets);

/** Says what it is only when it is asked. */
class LazyAnswer implements Answer {
  readonly data: Uint8Array;
  readonly #name: string;
  readonly #step: Step;
  readonly #at: number;
  readonly #by: number;
  readonly #mend: boolean;

  constructor(data: Uint8Array, name: string, step: Step, at: number, by: number, mend: boolean) {
    this.data = data;
    this.#name = name;
    this.#step = step;
    this.#at = at;
    this.#by = by;
    this.#mend = mend;
  }

  get trail(): readonly string[] {
    const said = stepText(this.#step, this.#name, this.#at, this.#by);
    return this.#mend ? [said] : [said, stepText(Step.Unmended, "", 0, 0)];
  }
}

/** Each pair once, wherever it was compared. */
const pairsOf = (compares: CompareLog, tried: Tried): readonly (readonly [Comparable, Comparable])[] => {
  const pairs: (readonly [Comparable, Comparable])[] = [];
  const partners = new Map<Comparable, Set<Comparable>>();
  compares.forEach((left, right) => {
    if (pairs.length === MOST_PAIRS || typeof left !== typeof right) return;
    const known = partners.get(left);
    if (known?.has(right)) return;
    if (known === undefined) partners.set(left, new Set([right]));
    else known.add(right);
    if (tried.isWorthIt(left, right)) pairs.push([left, right]);
  });
  return pairs;
};

/** Pairs that were looked into: on input after input the same is compared with the same. */
export class Tried {
  readonly #times: Uint8Array = new Uint8Array(SLOTS);
  #noted = 0;

  /** Whether it is worth a look, which then counts. */
  isWorthIt(left: Comparable, right: Comparable): boolean {
    const slot = hashOf(hashOf(HASH, left), right) & (SLOTS - 1);
    const times = this.#times[slot] ?? 0;
    if (times === MOST_TRIED) return false;
    this.#times[slot] = times + 1;
    // What is forgotten is tried again, and few share a slot.
    if (++this.#noted % SLOTS === 0) this.#times.fill(0);
    return true;
  }
}

const MOST_TRIED = 16;
const SLOTS = 1 << 16;

/** FNV-1a's offset basis. */
const HASH = 0x811c9dc5;

/** As FNV-1a, over the words or characters of a value, with high bits mixed down: slots are taken from the low ones. */
const hashOf = (hash: number, value: Comparable): number => {
  if (typeof value === "number") return mixed(mixed(hash, value), value / 0x1_0000_0000);
  if (typeof value === "bigint") return mixed(mixed(hash, Number(value & 0xffff_ffffn)), Number(value >> 32n));
  let mix = mixed(hash, value.length);
  for (let i = 0; i < value.length && i < 64; i++) {
    mix = mixed(mix, typeof value === "string" ? value.charCodeAt(i) : (value[i] ?? 0));
  }
  return mix;
};

const mixed = (hash: number, value: number): number => {
  const product = Math.imul(hash ^ value, 0x01000193);
  return product ^ (product >>> 15);
};

/** An edit that may answer a comparison. */
interface Candidate {
  readonly node: number;
  readonly at: number;
  readonly end: number;
  readonly octets: Uint8Array;
  readonly times: number;
  readonly items: number;
  readonly mend: boolean;
  readonly step: Step;
  readonly by: number;
}

/** Where a value stands: its offset, and the field that begins or ends with it, or -1. */
interface Place {
  readonly at: number;
  readonly leaf: number;
  /** It is all of the field. */
  readonly isField: boolean;
}

class Seeker {
  readonly tiers: readonly Candidate[][] = Array.from({ length: TIERS }, () => []);
  readonly #tree: Tree;
  readonly #maxLength: number;
  /** By offset: the leaf that begins there, and the one that ends there. */
  readonly #beginning: Int32Array;
  readonly #ending: Int32Array;
  /** Leaves of up to four octets, in the order of their values. */
  readonly #fields: readonly (readonly [node: number, value: number])[];
  /** How often each octet stands in the input. */
  readonly #times: Int32Array = new Int32Array(256);
  /** What parts are made longer with. */
  readonly #zeros: Uint8Array;
  readonly #bySize: Map<number, number[]> = new Map();
  readonly #byChildren: Map<number, number[]> = new Map();
  #looked = 0;
  #found = 0;

  constructor(tree: Tree, maxLength: number) {
    this.#tree = tree;
    this.#maxLength = maxLength;
    for (const octet of tree.data) this.#times[octet] = this.#timesOf(octet) + 1;
    this.#zeros = new Uint8Array(maxLength);
    this.#beginning = new Int32Array(tree.data.length + 1).fill(-1);
    this.#ending = new Int32Array(tree.data.length + 1).fill(-1);
    const fields: (readonly [number, number])[] = [];
    for (let node = 0; node < tree.count; node++) {
      const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
      if (isLeaf(tree, node) && node > 0) {
        this.#beginning[start] = node;
        this.#ending[end] = node;
        if (node >= tree.first && end - start <= 4) fields.push([node, valueAt(tree.data, start, end)]);
      }
      if (node >= tree.first) note(this.#bySize, end - start, node);
      if (node > 0 && (tree.children[node] ?? 0) > 0) note(this.#byChildren, tree.children[node] ?? 0, node);
    }
    this.#fields = fields.sort(([, a], [, b]) => a - b);
    note(this.#bySize, tree.data.length, 0);
    // What the code sees of the input has no context.
    if (tree.contexts.length > 0) note(this.#bySize, tree.data.length - contextEnd(tree), 0);
  }

  /** Candidates in which `put` is where `find` was. */
  seek(find: Comparable, put: Comparable): void {
    this.#found = 0;
    if (this.#looked > MOST_LOOKED_AT) return;
    if (typeof find === "object" || typeof find === "string") {
      this.#texts(octetsOf(find), octetsOf(put));
      return;
    }
    if (typeof put === "object" || typeof put === "string") return;
    if (typeof find === "number" && !(Number.isInteger(find) && Number.isInteger(put))) return;
    this.#integers(find, put);
    if (find >= 0 && put >= 0 && find <= this.#maxLength && put <= this.#maxLength) {
      this.#sizes(Number(find), Number(put));
    }
    if (find >= 0 && put >= 0 && find <= 0xffffffff && put <= 0xffffffff) this.#near(Number(find), Number(put));
  }

  #integers(find: number | bigint, put: number | bigint): void {
    // It ends or begins with its low octet, whatever its width.
    if (this.#timesOf(lowOctet(find)) === 0) return;
    for (const width of [8, 4, 3, 2, 1]) {
      if (!fits(find, width) || !fits(put, width)) continue;
      for (const little of this.#tree.guessed && width > 1 ? [false, true] : [false]) {
        const places = this.#placesOf(integer(find, width, little));
        if (places.length === 0) continue;
        // One less and one more: comparisons are not always for equality.
        for (const by of [0, 1, -1]) {
          const near = typeof put === "bigint" ? put + BigInt(by) : put + by;
          if (by !== 0 && (near < 0 || !fits(near, width))) continue;
          const octets = integer(near, width, little);
          for (const place of places) this.#put(place, width, octets, by === 0 ? 0 : 1);
        }
      }
    }
  }

  #texts(find: Uint8Array | null, put: Uint8Array | null): void {
    if (find === null || put === null || find.length === 0) return;
    for (const place of this.#placesOf(find)) {
      this.#put(place, find.length, put, 0);
      if (put.length !== find.length) this.#offer(2, 0, place.at, place.at + find.length, put, Step.Answer, false);
    }
  }

  #put({ at, leaf, isField }: Place, width: number, octets: Uint8Array, tier: number): void {
    const worth = tier + (isField ? 0 : leaf >= 0 ? 1 : 2) + (width === 1 ? 1 : 0);
    this.#offer(worth, leaf < 0 ? 0 : (this.#tree.parent[leaf] ?? 0), at, at + width, octets, Step.Answer);
  }

  /** Where octets stand. A single one counts only where a field begins or ends: any value is somewhere. */
  #placesOf(find: Uint8Array): readonly Place[] {
    const tree = this.#tree;
    const { data } = tree;
    const places: Place[] = [];
    let rarest = 0;
    for (let i = 1; i < find.length; i++) if (this.#timesOf(find[i]) < this.#timesOf(find[rarest])) rarest = i;
    const octet = find[rarest] ?? 0;
    if (this.#timesOf(octet) === 0) return places;
    let tries = Math.min(MOST_TRIES, this.#timesOf(octet));
    this.#looked += tries;
    for (let seen = data.indexOf(octet, rarest); seen >= 0 && tries > 0; seen = data.indexOf(octet, seen + 1)) {
      tries--;
      const at = seen - rarest;
      if (places.length === 4 * MOST_PLACES) break;
      if (!standsAt(data, find, at)) continue;
      const begins = this.#beginning[at] ?? -1;
      const leaf = begins >= 0 ? begins : (this.#ending[at + find.length] ?? -1);
      if (leaf < 0 && find.length === 1) continue;
      places.push({ at, leaf, isField: leaf >= 0 && sizeOf(tree, leaf) === find.length });
    }
    if (places.length < 2) return places;
    return places.sort((a, b) => Number(b.isField) - Number(a.isField) || Number(b.leaf >= 0) - Number(a.leaf >= 0));
  }

  #timesOf(octet: number | undefined): number {
    return this.#times[octet ?? 0] ?? 0;
  }

  /** Where a part has as many octets, bits or children: it gets as many as the other side says. */
  #sizes(find: number, put: number): void {
    for (const by of [0, 1, -1]) {
      for (const node of this.#bySize.get(find) ?? []) this.#resize(by === 0 ? 1 : 2, node, put + by, find);
      if (find % 8 === 0) {
        for (const node of this.#bySize.get(find / 8) ?? []) this.#resize(2, node, Math.ceil(put / 8) + by, find / 8);
      }
      for (const node of this.#byChildren.get(find) ?? []) this.#recount(2, node, put + by);
    }
    for (const lead of LEADS) {
      for (const node of this.#bySize.get(find - lead) ?? []) this.#resize(3, node, put - lead, find - lead);
    }
  }

  #resize(tier: number, node: number, size: number, was: number): void {
    const tree = this.#tree;
    if (size < 0 || size === was || size - was > this.#maxLength - tree.data.length) return;
    const end = tree.end[node] ?? 0;
    const owner = isLeaf(tree, node) && node > 0 ? (tree.parent[node] ?? 0) : node;
    const more = size > was ? this.#zeros.subarray(0, size - was) : NOTHING;
    for (const mend of [true, false]) {
      const worth = tier + (mend ? 0 : 1);
      this.#offer(worth, owner, size > was ? end : end - (was - size), end, more, Step.Resize, mend, size);
    }
  }

  /** More or fewer of the last child of a node. */
  #recount(tier: number, node: number, count: number): void {
    const tree = this.#tree;
    const children = tree.children[node] ?? 0;
    const last = childOf(tree, node, children - 1);
    const size = sizeOf(tree, last);
    const end = tree.end[last] ?? 0;
    const more = count - children;
    if (more === 0 || count < 0 || more * size > this.#maxLength - tree.data.length) return;
    const octets = more > 0 ? tree.data.subarray(tree.start[last] ?? 0, end) : NOTHING;
    const at = more > 0 ? end : (tree.start[childOf(tree, node, count)] ?? 0);
    this.#offer(tier, node, at, end, octets, Step.Resize, true, count, Math.max(1, more), more);
  }

  /** Where a field is near the value, or eight times it, or an eighth: by as much from the other side. */
  #near(find: number, put: number): void {
    if (find <= NEAR) return;
    this.#fieldsFrom(find - NEAR, find + NEAR, (value) => (value === find ? -1 : put - (find - value)));
    this.#fieldsFrom(find * 8, find * 8, () => put * 8);
    if (find % 8 === 0) this.#fieldsFrom(find / 8, find / 8, () => Math.ceil(put / 8));
  }

  /** Offers `other` of the value for each field with one from `least` to `most`. */
  #fieldsFrom(least: number, most: number, other: (value: number) => number): void {
    let low = 0;
    for (let high = this.#fields.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#fields[middle]?.[1] ?? 0) < least) low = middle + 1;
      else high = middle;
    }
    const tree = this.#tree;
    for (let i = low, places = 0; i < this.#fields.length && places < MOST_PLACES; i++) {
      const [node, value] = this.#fields[i] ?? [0, 0];
      if (value > most) break;
      const width = sizeOf(tree, node);
      const octets = other(value);
      if (octets < 0 || octets >= 256 ** width) continue;
      places++;
      const end = tree.end[node] ?? 0;
      this.#offer(3, tree.parent[node] ?? 0, end - width, end, integer(octets, width, false), Step.Answer);
    }
  }

  #offer(
    tier: number,
    node: number,
    at: number,
    end: number,
    octets: Uint8Array,
    step: Step,
    mend = true,
    by = 0,
    times = 1,
    items = 0,
  ): void {
    if (this.#found++ >= MOST_OF_PAIR) return;
    const offered = this.tiers[Math.min(tier, TIERS - 1)];
    if (offered === undefined || offered.length >= MOST_ANSWERS) return;
    offered.push({ node, at, end, octets, times, items, mend, step, by });
  }
}

/** Headers that a derived size may have without, or on top. */
const LEADS: readonly number[] = [-1, 1, -2, 2, -3, 3, -4, 4, 8, 12, -19, 19];

const NOTHING = new Uint8Array(0);

const contextEnd = (tree: Tree): number => tree.end[tree.contexts.at(-1) ?? 0] ?? 0;

const note = (map: Map<number, number[]>, key: number, node: number): void => {
  const nodes = map.get(key);
  if (nodes === undefined) map.set(key, [node]);
  else if (nodes.length < MOST_PLACES) nodes.push(node);
};

const standsAt = (data: Uint8Array, find: Uint8Array, at: number): boolean => {
  if (at + find.length > data.length) return false;
  for (let i = 0; i < find.length; i++) if (data[at + i] !== find[i]) return false;
  return true;
};

const lowOctet = (value: number | bigint): number =>
  typeof value === "bigint" ? Number(value & 0xffn) : ((value % 256) + 256) % 256;

/** Negative numbers as two's complement, as bit operations give them. */
const fits = (value: number | bigint, width: number): boolean =>
  value < 0 ? width === 4 && value >= -0x80000000 : value < (LIMITS[width] ?? 0);

/** By width: the least number that needs more octets. All are powers of two, so that none is rounded. */
const LIMITS: readonly number[] = Array.from({ length: 9 }, (_, width) => 2 ** (8 * width));
