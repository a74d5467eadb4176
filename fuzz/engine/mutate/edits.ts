import { isOfBits, Kind, type Known, type Length, type Lengths } from "./lengths.js";
import type { Tree } from "./tree.js";

/** How lengths are mended after an edit. */
export const Mend = { All: 0, None: 1, AllButOne: 2, Inner: 3, Outer: 4 } as const;
export type Mend = (typeof Mend)[keyof typeof Mend];

export const MOST_EDITS = 64;
const MOST_TOUCHED = 256;
const NO_OCTETS = new Uint8Array(0);

/**
 * Edits to one input, all in its own offsets: octets [a, b) are replaced by others. `build` makes the mutant in one pass
 * and mends the lengths that speak of what was edited.
 */
export class Edits {
  count = 0;
  /** Lengths that were mended by the last `build`, and the one left off: a node, or -1, and by how much. */
  mended = 0;
  offNode = -1;
  offBy = 0;

  readonly #a: Int32Array = new Int32Array(MOST_EDITS);
  readonly #b: Int32Array = new Int32Array(MOST_EDITS);
  readonly #source: Uint8Array[] = [];
  readonly #from: Int32Array = new Int32Array(MOST_EDITS);
  readonly #to: Int32Array = new Int32Array(MOST_EDITS);
  readonly #times: Int32Array = new Int32Array(MOST_EDITS);
  /** The innermost node that has all of [a, b). */
  readonly #node: Int32Array = new Int32Array(MOST_EDITS);
  /** Children of that node that come, or go. */
  readonly #items: Int32Array = new Int32Array(MOST_EDITS);
  /** A length that speaks of what is inserted, although nothing was there: its node, or -1. */
  readonly #filled: Int32Array = new Int32Array(MOST_EDITS);
  readonly #order: Int32Array = new Int32Array(MOST_EDITS);

  readonly #touched: Int32Array = new Int32Array(MOST_TOUCHED);
  readonly #delta: Float64Array = new Float64Array(MOST_TOUCHED);
  #touchedCount = 0;
  #slots: Int32Array = new Int32Array(256).fill(-1);

  readonly #pokeAt: Int32Array = new Int32Array(MOST_TOUCHED * 12);
  readonly #pokeValue: Uint8Array = new Uint8Array(MOST_TOUCHED * 12);
  #pokes = 0;

  clear(): void {
    this.count = 0;
    this.mended = 0;
    this.offNode = -1;
  }

  /** Replaces octets [a, b), all within `node`, by octets [from, to) of `source` so many times. False: others are in the way. */
  replace(
    node: number,
    a: number,
    b: number,
    source: Uint8Array,
    from: number,
    to: number,
    times = 1,
    items = 0,
    filled = -1,
  ): boolean {
    if (this.count >= MOST_EDITS - MOST_WIDENED) return false;
    for (let i = 0; i < this.count; i++) {
      const otherA = this.#a[i] ?? 0;
      const otherB = this.#b[i] ?? 0;
      if (a < otherB && otherA < b) return false;
      // Within what another replaces, nothing is inserted.
      if (a === b && otherA < a && a < otherB) return false;
      if (otherA === otherB && a < otherA && otherA < b) return false;
    }
    this.#push(node, a, b, source, from, to, times, items, filled);
    return true;
  }

  remove(node: number, a: number, b: number, items = 0): boolean {
    return this.replace(node, a, b, NO_OCTETS, 0, 0, 1, items);
  }

  /** Writes the mutant to `out` and gives its length; what does not fit is left out. `pick` and `off` choose the length left off. */
  build(tree: Tree, lengths: Lengths, mend: Mend, pick: number, off: number, out: Uint8Array): number {
    this.#pokes = 0;
    this.mended = 0;
    this.offNode = -1;
    if (mend !== Mend.None && this.count > 0) this.#mend(tree, lengths, mend, pick, off);
    this.#sort();
    const length = this.#write(tree.data, out);
    for (let i = 0; i < this.#pokes; i++) {
      const at = this.placeOf(this.#pokeAt[i] ?? 0);
      if (at >= 0 && at < length) out[at] = this.#pokeValue[i] ?? 0;
    }
    return length;
  }

  #push(
    node: number,
    a: number,
    b: number,
    source: Uint8Array,
    from: number,
    to: number,
    times: number,
    items: number,
    filled: number,
  ): void {
    const i = this.count++;
    this.#node[i] = node;
    this.#a[i] = a;
    this.#b[i] = b;
    this.#source[i] = source;
    this.#from[i] = from;
    this.#to[i] = to;
    this.#times[i] = times;
    this.#items[i] = items;
    this.#filled[i] = filled;
  }

  // ---- lengths

  #mend(tree: Tree, lengths: Lengths, mend: Mend, pick: number, off: number): void {
    if (this.#slots.length < lengths.all.length) this.#slots = new Int32Array(2 * lengths.all.length).fill(-1);
    this.#touchedCount = 0;
    for (let i = 0; i < this.count; i++) this.#account(tree, lengths, i);
    const before = this.#touchedCount;
    const left = before === 0 ? -1 : (pick >>> 1) % before;
    // From the inside out: a length that gets wider moves those around it.
    for (let turn = 0; turn < this.#touchedCount; turn++) {
      const slot = this.#innermost(tree, lengths, turn);
      const length = lengths.all[this.#touched[slot] ?? 0];
      if (length === undefined) continue;
      const isInner = turn * 2 < before;
      if (mend === Mend.Inner && !isInner) continue;
      if (mend === Mend.Outer && isInner && before > 1) continue;
      const isOff = mend === Mend.AllButOne && turn === left;
      this.#mendOne(tree, lengths, length, this.#delta[slot] ?? 0, isOff ? off : 0);
      if (isOff) {
        this.offNode = length.node;
        this.offBy = off;
      }
    }
    for (let i = 0; i < this.#touchedCount; i++) this.#slots[this.#touched[i] ?? 0] = -1;
  }

  /** Moves the deepest of those from `turn` on to `turn`, and gives its slot. */
  #innermost(tree: Tree, lengths: Lengths, turn: number): number {
    let best = turn;
    let deepest = -1;
    for (let i = turn; i < this.#touchedCount; i++) {
      const depth = tree.depth[lengths.all[this.#touched[i] ?? 0]?.node ?? 0] ?? 0;
      if (depth > deepest) {
        deepest = depth;
        best = i;
      }
    }
    if (best !== turn) {
      const touched = this.#touched[best] ?? 0;
      const delta = this.#delta[best] ?? 0;
      this.#touched[best] = this.#touched[turn] ?? 0;
      this.#delta[best] = this.#delta[turn] ?? 0;
      this.#touched[turn] = touched;
      this.#delta[turn] = delta;
      this.#slots[this.#touched[best] ?? 0] = best;
      this.#slots[touched] = turn;
    }
    return turn;
  }

  /** Adds what edit `i` changes to every length around it. */
  #account(tree: Tree, lengths: Lengths, i: number): void {
    let within = -1;
    for (let node = this.#node[i] ?? 0; node >= 0; node = tree.parent[node] ?? -1) {
      const own = lengths.of[node];
      if (own !== undefined) {
        for (const index of own) {
          const length = lengths.all[index];
          if (length === undefined) continue;
          const by = this.#changeOf(tree, length, i, within);
          if (by !== 0) this.#add(index, by);
        }
      }
      within = node;
    }
  }

  #add(index: number, by: number): void {
    let slot = this.#slots[index] ?? -1;
    if (slot < 0) {
      if (this.#touchedCount === MOST_TOUCHED) return;
      slot = this.#touchedCount++;
      this.#slots[index] = slot;
      this.#touched[slot] = index;
      this.#delta[slot] = 0;
    }
    this.#delta[slot] = (this.#delta[slot] ?? 0) + by;
  }

  /** By how many octets or children edit `i` changes what a length speaks of. `within`: the child of its owner that has the edit. */
  #changeOf(
    tree: Tree,
    { kind, owner, from, to, firstNode, lastNode, node }: Length,
    i: number,
    within: number,
  ): number {
    const a = this.#a[i] ?? 0;
    const b = this.#b[i] ?? 0;
    if (kind === Kind.Count) return within < 0 && a >= from ? (this.#items[i] ?? 0) : 0;
    const added = (this.#times[i] ?? 1) * ((this.#to[i] ?? 0) - (this.#from[i] ?? 0));
    if (this.#filled[i] === node) return added;
    if (a === b && (a === from || a === to) && within >= 0) return within >= firstNode && within < lastNode ? added : 0;
    if (a === b && (a === from || a === to)) {
      const toEnd = to === tree.end[owner];
      return (a === to && toEnd) || (a === from && isToEnd(kind)) ? added : 0;
    }
    if (a >= from && b <= to) return added - (b - a);
    const overlap = Math.min(b, to) - Math.max(a, from);
    return overlap > 0 ? -overlap : 0;
  }

  #mendOne(tree: Tree, lengths: Lengths, length: Length, delta: number, off: number): void {
    const { kind, value, node, known, little } = length;
    const start = tree.start[node] ?? 0;
    const width = (tree.end[node] ?? 0) - start;
    let next = isOfBits(kind) ? value + 8 * delta : value + delta;
    if (kind === Kind.Twelve) next = 0xf000 | ((value + delta) & 0xfff);
    next = Math.max(0, next + off);
    this.mended++;
    if (off === 0 && !little && next > largest(known, width) && this.#widen(tree, lengths, length, next, width)) return;
    for (let i = 0; i < width; i++) {
      this.#poke(start + (little ? i : width - 1 - i), next);
      next = Math.floor(next / 256);
    }
  }

  /** Makes a length wider, as others of its kind are, and sets the bits before it that say so. */
  #widen(tree: Tree, lengths: Lengths, { node, owner, known }: Length, value: number, width: number): boolean {
    const wide = known.shapes.get(2 * width);
    const narrow = known.shapes.get(width);
    if (wide === undefined || narrow === undefined || this.count >= MOST_EDITS) return false;
    const start = tree.start[node] ?? 0;
    const octets = new Uint8Array(2 * width);
    let left = (known.held[Kind.Twelve] ?? 0) > 0 && width === 1 ? 0xf000 | value : value;
    for (let i = octets.length - 1; i >= 0; i--) {
      octets[i] = left;
      left = Math.floor(left / 256);
    }
    for (let i = 0; i < this.count; i++) {
      if ((this.#a[i] ?? 0) < start + width && start < (this.#b[i] ?? 0)) return false;
    }
    this.#push(owner, start, start + width, octets, 0, octets.length, 1, 0, -1);
    this.#account(tree, lengths, this.count - 1);
    const lead = Math.min(wide.and.length, narrow.or.length);
    for (let i = 0; i < lead; i++) {
      const at = start - lead + i;
      this.#poke(at, (tree.data[at] ?? 0) | ((wide.and[i] ?? 0) & ~(narrow.or[i] ?? 0)));
    }
    return true;
  }

  #poke(at: number, value: number): void {
    if (this.#pokes === this.#pokeAt.length) return;
    this.#pokeAt[this.#pokes] = at;
    this.#pokeValue[this.#pokes++] = value;
  }

  // ---- octets

  /** By offset; at one place, what is inserted comes before what is replaced. */
  #sort(): void {
    for (let i = 0; i < this.count; i++) {
      const a = this.#a[i] ?? 0;
      const isInsert = a === this.#b[i];
      let at = i;
      for (; at > 0; at--) {
        const other = this.#order[at - 1] ?? 0;
        const otherA = this.#a[other] ?? 0;
        if (otherA < a || (otherA === a && (!isInsert || otherA === this.#b[other]))) break;
        this.#order[at] = other;
      }
      this.#order[at] = i;
    }
  }

  #write(data: Uint8Array, out: Uint8Array): number {
    let read = 0;
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      const edit = this.#order[i] ?? 0;
      at = copy(data, read, this.#a[edit] ?? 0, out, at);
      const from = this.#from[edit] ?? 0;
      const to = this.#to[edit] ?? 0;
      const times = this.#times[edit] ?? 1;
      const source = this.#source[edit] ?? NO_OCTETS;
      at = copy(source, from, to, out, at);
      if (times > 1) at = repeat(out, at, to - from, times - 1);
      read = this.#b[edit] ?? 0;
    }
    return copy(data, read, data.length, out, at);
  }

  /** Where an octet of the input is in the mutant that was built, or -1 when it is not there. */
  placeOf(offset: number): number {
    let moved = 0;
    for (let i = 0; i < this.count; i++) {
      const a = this.#a[i] ?? 0;
      const b = this.#b[i] ?? 0;
      if (offset >= a && offset < b) return -1;
      if (b <= offset) moved += (this.#times[i] ?? 1) * ((this.#to[i] ?? 0) - (this.#from[i] ?? 0)) - (b - a);
    }
    return offset + moved;
  }
}

/** Edits kept for lengths that get wider. */
const MOST_WIDENED = 16;

const isToEnd = (kind: Kind): boolean =>
  kind === Kind.ToEnd ||
  kind === Kind.Whole ||
  kind === Kind.BitsToEnd ||
  kind === Kind.Twelve ||
  kind === Kind.NearEnd;

/** The largest value that a length of so many octets can have; less where larger ones mean that it is wider (RFC 8955 §4.1). */
const largest = (known: Known, width: number): number =>
  width === 1 && (known.held[Kind.Twelve] ?? 0) > 0 ? 0xef : 256 ** width - 1;

/** Copies the `size` octets before `at` so many times behind it, twice as many with each step. */
const repeat = (out: Uint8Array, at: number, size: number, times: number): number => {
  const from = at - size;
  const end = Math.min(out.length, at + size * times);
  for (let to = at; to < end; to += to - from) out.copyWithin(to, from, Math.min(to, from + end - to));
  return end;
};

/** Up to so many a loop is faster than a view of them. */
const FEW = 96;

const copy = (source: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number => {
  const count = Math.min(to - from, out.length - at);
  if (count > FEW) out.set(source.subarray(from, from + count), at);
  else for (let i = 0; i < count; i++) out[at + i] = source[from + i] ?? 0;
  return at + Math.max(0, count);
};
