import { LITTLE_ENDIAN_LENGTH } from "./infer.js";
import type { Names } from "./names.js";
import { childOf, isLeaf, sizeOf, type Tree, valueAt } from "./tree.js";

/** What a number says of the octets around it. */
export const Kind = {
  /** Octets from it to the end of its parent. */
  ToEnd: 0,
  /** Octets of its next sibling. */
  Next: 1,
  /** Octets of its parent. */
  Whole: 2,
  /** Siblings of one name, from it to the end. */
  Count: 3,
  /** As `ToEnd`, `Next` and that of the sibling but one, in bits. */
  BitsToEnd: 4,
  BitsNext: 5,
  BitsSecond: 6,
  /** As `ToEnd` in the lower twelve bits; the upper four are all set (RFC 8955 §4.1). */
  Twelve: 7,
  /** Octets of the sibling but one. */
  Second: 8,
  /** As `ToEnd` and `Next`, less or more by a constant. */
  NearEnd: 9,
  NearNext: 10,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const KINDS = 11;
const NONE = -1;

/** A length field, and the octets it speaks of. */
export interface Length {
  readonly node: number;
  /** The node in which it stands. */
  readonly owner: number;
  readonly kind: Kind;
  readonly little: boolean;
  readonly value: number;
  /** Octets [from, to), of the nodes [firstNode, lastNode). */
  readonly from: number;
  readonly to: number;
  readonly firstNode: number;
  readonly lastNode: number;
  /** What was learned of fields like it. */
  readonly known: Known;
}

/** The lengths of one input. */
export interface Lengths {
  readonly all: readonly Length[];
  /** 1 for each node that is one. */
  readonly is: Uint8Array;
  /** By the node in which they stand; none for most. */
  readonly of: readonly (readonly number[] | undefined)[];
}

/** What was seen of fields that stand behind the same fields, under the same name. */
export class Known {
  seen = 0;
  readonly held: Int32Array = new Int32Array(KINDS);
  /** Of the last two kinds: what was there beside the length, and how often. */
  readonly beside: Map<number, number> = new Map();
  readonly values: Set<number> = new Set();
  /** Names of what stood behind it when it was a length of that. */
  readonly followers: Set<number> = new Set();
  /** By its width: bits of the octets before it that were always set, and those that ever were. */
  readonly shapes: Map<number, { readonly and: Uint8Array; readonly or: Uint8Array }> = new Map();
  readonly hinted: boolean;

  constructor(hinted: boolean) {
    this.hinted = hinted;
  }

  /** The kind that held most often. */
  get usual(): number {
    let best = NONE;
    for (let kind = 0; kind < KINDS; kind++) {
      const held = this.held[kind] ?? 0;
      if (held > 0 && (best === NONE || held > (this.held[best] ?? 0))) best = kind;
    }
    return best;
  }
}

const HINT = /length|count|size|\bnumbers\b|number of|\bbits\b|\boctets\b/i;
/** Shares of fields that must be lengths for one to be taken as such: of those called so, and of others. */
const HINTED_SHARE = 0.1;
const OTHER_SHARE = 0.9;
const FEWEST = 4;
const FEWEST_VALUES = 3;
const FARTHEST = 24;
const MOST_FOLLOWERS = 32;
const MOST_VALUES = 8;
/** Fields that are told apart; of more, each is judged alone. */
const MOST_KNOWN = 20_000;

/** Learns from inputs which of their fields are lengths, and of what. */
export class LengthLore {
  readonly #known: Map<string, Known> = new Map();
  readonly #names: Names;
  readonly #hints: Map<number, boolean> = new Map();
  /** Grows with what was learned: lengths that were found long ago may be found better now. */
  version = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  learn(tree: Tree): void {
    this.version++;
    for (let node = tree.first; node < tree.count; node++) {
      if (!isCandidate(tree, node)) continue;
      const known = this.#of(tree, node);
      const value = this.#valueOf(tree, node);
      known.seen++;
      if (known.values.size < MOST_VALUES) known.values.add(value);
      shape(known, tree, node);
      const mask = kindsOf(tree, node, value);
      for (let kind = 0; kind < KINDS; kind++) if (mask & (1 << kind)) known.held[kind] = (known.held[kind] ?? 0) + 1;
      if (mask & ((1 << Kind.Next) | (1 << Kind.BitsNext)) && known.followers.size < MOST_FOLLOWERS) {
        known.followers.add(tree.name[nextOf(tree, node)] ?? 0);
      }
      for (const kind of [Kind.NearEnd, Kind.NearNext]) {
        const by = distance(tree, node, value, kind);
        if (by === 0 || Math.abs(by) > FARTHEST) continue;
        const key = by * KINDS + kind;
        known.beside.set(key, (known.beside.get(key) ?? 0) + 1);
      }
    }
  }

  lengthsOf(tree: Tree): Lengths {
    const all: Length[] = [];
    const is = new Uint8Array(tree.count);
    const of = new Array<number[] | undefined>(tree.count).fill(undefined);
    for (let node = tree.first; node < tree.count; node++) {
      if (!isCandidate(tree, node)) continue;
      const known = this.#of(tree, node);
      const value = this.#valueOf(tree, node);
      const kind = kindOf(tree, node, value, known);
      if (kind === NONE) continue;
      is[node] = 1;
      const owner = tree.parent[node] ?? 0;
      const little = this.#isLittle(tree, node);
      const list = of[owner];
      if (list === undefined) of[owner] = [all.length];
      else list.push(all.length);
      all.push({ node, owner, kind: kind as Kind, little, value, ...coverOf(tree, node, kind as Kind), known });
    }
    return { all, is, of };
  }

  #valueOf(tree: Tree, node: number): number {
    const start = tree.start[node] ?? 0;
    const end = tree.end[node] ?? 0;
    if (!this.#isLittle(tree, node)) return valueAt(tree.data, start, end);
    let value = 0;
    for (let at = end - 1; at >= start; at--) value = value * 256 + (tree.data[at] ?? 0);
    return value;
  }

  #isLittle(tree: Tree, node: number): boolean {
    return tree.guessed && this.#names.text(tree.name[node] ?? 0) === LITTLE_ENDIAN_LENGTH;
  }

  /** Fields are alike when they have the same name and stand behind the same fields, however wide they are themselves. */
  #of(tree: Tree, node: number): Known {
    const parent = tree.parent[node] ?? 0;
    const place = tree.place[node] ?? 0;
    let key = `${tree.name[node]}`;
    for (let i = Math.max(0, place - 3); i < place; i++) {
      const before = childOf(tree, parent, i);
      const size = isLeaf(tree, before) ? sizeOf(tree, before) : 0;
      key += `,${tree.name[before]}:${size > 4 ? 0 : size}`;
    }
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = new Known(this.#isHinted(tree.name[node] ?? 0));
    if (this.#known.size < MOST_KNOWN) this.#known.set(key, made);
    return made;
  }

  #isHinted(name: number): boolean {
    const known = this.#hints.get(name);
    if (known !== undefined) return known;
    const hinted = HINT.test(this.#names.text(name));
    this.#hints.set(name, hinted);
    return hinted;
  }
}

const isCandidate = (tree: Tree, node: number): boolean => {
  const size = sizeOf(tree, node);
  return isLeaf(tree, node) && (size === 1 || size === 2 || size === 4);
};

/** The sibling so many places on, or 0. */
const nextOf = (tree: Tree, node: number, by = 1): number => {
  const parent = tree.parent[node] ?? 0;
  const place = (tree.place[node] ?? 0) + by;
  return place < (tree.children[parent] ?? 0) ? childOf(tree, parent, place) : 0;
};

/** A set bit for each kind of length that the field could be. */
const kindsOf = (tree: Tree, node: number, value: number): number => {
  const parent = tree.parent[node] ?? 0;
  const behind = (tree.end[parent] ?? 0) - (tree.end[node] ?? 0);
  const whole = (tree.end[parent] ?? 0) - startOf(tree, parent);
  const next = nextOf(tree, node);
  const second = nextOf(tree, node, 2);
  let mask = 0;
  const when = (is: boolean, kind: Kind): void => {
    if (is) mask |= 1 << kind;
  };
  when(value === behind, Kind.ToEnd);
  when(next > 0 && value === sizeOf(tree, next), Kind.Next);
  when(value === whole, Kind.Whole);
  when(countsToEnd(tree, node, value), Kind.Count);
  when(value > 0 && octetsOf(value) === behind, Kind.BitsToEnd);
  when(value > 0 && next > 0 && octetsOf(value) === sizeOf(tree, next), Kind.BitsNext);
  when(value > 0 && second > 0 && octetsOf(value) === sizeOf(tree, second), Kind.BitsSecond);
  when(sizeOf(tree, node) === 2 && value >= 0xf000 && (value & 0xfff) === behind, Kind.Twelve);
  when(value > 0 && second > 0 && value === sizeOf(tree, second), Kind.Second);
  return mask;
};

/** A context is no part of what a length counts. */
const startOf = (tree: Tree, node: number): number => {
  const last = tree.contexts.at(-1);
  return node === 0 && last !== undefined ? (tree.end[last] ?? 0) : (tree.start[node] ?? 0);
};

const octetsOf = (bits: number): number => Math.ceil(bits / 8);

const countsToEnd = (tree: Tree, node: number, value: number): boolean => {
  const parent = tree.parent[node] ?? 0;
  const place = tree.place[node] ?? 0;
  const count = (tree.children[parent] ?? 0) - place - 1;
  if (count !== value || count === 0) return false;
  const name = tree.name[childOf(tree, parent, place + 1)];
  const base = name ?? 0;
  // Of one name, or of one layout: entries of a list can have different codes in their names.
  return tree.name[childOf(tree, parent, place + count)] === base || count > 1;
};

const distance = (tree: Tree, node: number, value: number, kind: Kind): number => {
  const parent = tree.parent[node] ?? 0;
  if (kind === Kind.NearEnd) return (tree.end[parent] ?? 0) - (tree.end[node] ?? 0) - value;
  const next = nextOf(tree, node);
  return next === 0 ? 0 : sizeOf(tree, next) - value;
};

/** What the field is a length of, as far as it is known of fields like it, or -1. */
const kindOf = (tree: Tree, node: number, value: number, known: Known): number => {
  const mask = kindsOf(tree, node, value);
  let best = NONE;
  for (let kind = 0; kind < KINDS; kind++) {
    if ((mask & (1 << kind)) === 0) continue;
    if (best === NONE || (known.held[kind] ?? 0) > (known.held[best] ?? 0)) best = kind;
  }
  if (best !== NONE && trusted(known, best)) return best;
  // Nothing is there, and it says so: of what, only others of its like can tell.
  if (value === 0 && known.hinted && (known.usual === Kind.Next || known.usual === Kind.BitsNext)) return known.usual;
  for (const kind of [Kind.NearEnd, Kind.NearNext]) {
    const times = known.beside.get(distance(tree, node, value, kind) * KINDS + kind) ?? 0;
    if (known.values.size >= FEWEST_VALUES && times >= FEWEST && times >= OTHER_SHARE * known.seen) return kind;
  }
  return NONE;
};

const trusted = ({ hinted, seen, values, held }: Known, kind: number): boolean => {
  const times = held[kind] ?? 0;
  if (hinted) return seen === 0 || times >= HINTED_SHARE * seen;
  // Of what always has the same size, any small number is the length in bits.
  const extents = isOfBits(kind) ? new Set(Array.from(values, octetsOf)) : values;
  return seen >= FEWEST && extents.size >= FEWEST_VALUES && times >= OTHER_SHARE * seen;
};

export const isOfBits = (kind: number): boolean =>
  kind === Kind.BitsToEnd || kind === Kind.BitsNext || kind === Kind.BitsSecond;

const coverOf = (
  tree: Tree,
  node: number,
  kind: Kind,
): { readonly from: number; readonly to: number; readonly firstNode: number; readonly lastNode: number } => {
  const parent = tree.parent[node] ?? 0;
  const end = tree.end[node] ?? 0;
  if (kind === Kind.Whole) {
    return {
      from: startOf(tree, parent),
      to: tree.end[parent] ?? 0,
      firstNode: parent,
      lastNode: tree.after[parent] ?? 0,
    };
  }
  if (kind === Kind.Next || kind === Kind.BitsNext || kind === Kind.NearNext)
    return spanOf(tree, end, nextOf(tree, node));
  if (kind === Kind.Second || kind === Kind.BitsSecond) return spanOf(tree, end, nextOf(tree, node, 2));
  return { from: end, to: tree.end[parent] ?? 0, firstNode: node + 1, lastNode: tree.after[parent] ?? 0 };
};

const spanOf = (tree: Tree, end: number, node: number): ReturnType<typeof coverOf> =>
  node === 0
    ? { from: end, to: end, firstNode: 0, lastNode: 0 }
    : { from: tree.start[node] ?? 0, to: tree.end[node] ?? 0, firstNode: node, lastNode: tree.after[node] ?? 0 };

/** Octets before a length that may say how wide it is. */
const MOST_LEAD = 8;

const shape = (known: Known, tree: Tree, node: number): void => {
  const parent = tree.parent[node] ?? 0;
  const start = tree.start[node] ?? 0;
  const lead = start - (tree.start[parent] ?? 0);
  if (!known.hinted || lead > MOST_LEAD) return;
  const width = sizeOf(tree, node);
  let seen = known.shapes.get(width);
  if (seen === undefined) {
    seen = { and: new Uint8Array(lead).fill(0xff), or: new Uint8Array(lead) };
    known.shapes.set(width, seen);
  }
  for (let i = 0; i < Math.min(lead, seen.and.length); i++) {
    const octet = tree.data[start - lead + i] ?? 0;
    seen.and[i] = (seen.and[i] ?? 0) & octet;
    seen.or[i] = (seen.or[i] ?? 0) | octet;
  }
};
