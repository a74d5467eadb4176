import type { Comparable, CompareLog, Mutator, MutatorOptions, Parent } from "../types.js";
import { answersOf, Tried } from "./answers.js";
import { Bandit } from "./bandit.js";
import { Dictionary } from "./dictionary.js";
import { Edits, Mend } from "./edits.js";
import { havoc } from "./havoc.js";
import { LengthLore, type Lengths } from "./lengths.js";
import { Names } from "./names.js";
import { Pool } from "./pool.js";
import { append, drop, duplicate, insert, move, nest, replace, resize, splice, swap, truncate } from "./structure.js";
import { Step, Trail } from "./trail.js";
import { type Tree, treeOf } from "./tree.js";
import {
  arithmetic,
  context,
  families,
  flipBits,
  interesting,
  offOf,
  sameValue,
  seenValue,
  word,
  wrongLength,
} from "./values.js";
import { varyValue } from "./vary.js";
import { type Operator, Scratch, type Work } from "./work.js";

/** Makes inputs of inputs by what their parts are: structure first, octets on top (fuzz/engine/mutate/README.md). */
export const createMutator = (options: MutatorOptions): Mutator => new TreeMutator(options);

/** What a bandit chooses from. `null` is havoc, on octets instead of parts. */
const OPERATORS: readonly (Operator | null)[] = [
  drop,
  duplicate,
  swap,
  move,
  replace,
  insert,
  nest,
  resize,
  truncate,
  append,
  splice,
  seenValue,
  interesting,
  arithmetic,
  word,
  flipBits,
  families,
  wrongLength,
  sameValue,
  context,
  null,
];
const HAVOC = OPERATORS.length - 1;

/** Thousandths of mutants whose context is changed beside all else: sessions are many, and each is worth a try. */
const CONTEXT_PER_MILLE = 40;
/** 2^4 edits of octets at most, where octets are all there is; else a few. */
const POWER = 4;
const LITTLE_POWER = 2;

/** One variant in so many knows nothing of fields. */
const VARIED = 8;

/** Lengths found when this much less was known, and a quarter less, are looked for again. */
const RELEARN = 64;

interface Prepared {
  readonly tree: Tree;
  lengths: Lengths;
  version: number;
}

class TreeMutator implements Mutator {
  readonly #names: Names = new Names();
  readonly #lore: LengthLore = new LengthLore(this.#names);
  readonly #prepared: WeakMap<Parent, Prepared> = new WeakMap();
  readonly #bandit: Bandit = new Bandit(OPERATORS.length);
  readonly #tried: Tried = new Tried();
  /** A bit for each operator that the last mutant was made with. */
  #used = 0;
  /** The parent of the last mutant: mutants come in batches. */
  #last: Parent | null = null;
  #lastPrepared: Prepared | null = null;
  /** The last mutant is the first `#length` octets. */
  readonly #out: Uint8Array;
  #length = 0;
  /** Octets of it before octets were edited. */
  #built = 0;
  readonly #work: Work;

  constructor({ random, maxLength }: MutatorOptions) {
    this.#out = new Uint8Array(maxLength);
    const nothing = treeOf({ data: new Uint8Array(0), parts: [] }, this.#names);
    this.#work = {
      random,
      pool: new Pool(),
      dictionary: new Dictionary(),
      edits: new Edits(),
      trail: new Trail(this.#names),
      scratch: new Scratch(),
      maxLength,
      tree: nothing,
      lengths: this.#lore.lengthsOf(nothing),
    };
  }

  learn(parent: Parent): void {
    const { tree } = this.#prepare(parent);
    this.#lore.learn(tree);
    this.#work.pool.add(tree);
    this.#bandit.settle();
  }

  word(value: Comparable): void {
    this.#work.dictionary.add(value);
  }

  credit(): void {
    for (let arm = 0; arm < OPERATORS.length; arm++) if (this.#used & (1 << arm)) this.#bandit.pay(arm);
    this.#used = 0;
  }

  mutate(parent: Parent): Uint8Array {
    const work = this.#work;
    const { random, edits, trail } = work;
    this.#begin(parent);
    if (random.chance(CONTEXT_PER_MILLE)) context(work);
    this.#length = this.#edit(stepsOf(random.next()));
    return trail.count === 0 && edits.count === 0 ? this.#vary() : this.#out.subarray(0, this.#length);
  }

  vary(): Uint8Array {
    const work = this.#work;
    const isBuilt = this.#length === this.#built;
    if (isBuilt && work.random.below(VARIED) > 0 && varyValue(work, this.#out, this.#length)) {
      return this.#out.subarray(0, this.#length);
    }
    return this.#vary();
  }

  #vary(): Uint8Array {
    this.#length = havoc(this.#work, this.#out, this.#length, 1);
    this.#used |= 1 << HAVOC;
    return this.#out.subarray(0, this.#length);
  }

  trail(): readonly string[] {
    return this.#work.trail.texts();
  }

  answers(
    parent: Parent,
    compares: CompareLog,
  ): Iterable<{ readonly data: Uint8Array; readonly trail: readonly string[] }> {
    const { tree, lengths } = this.#prepare(parent);
    return answersOf(tree, lengths, compares, this.#names, this.#work.maxLength, this.#tried);
  }

  #begin(parent: Parent): void {
    const work = this.#work;
    const prepared = this.#prepare(parent);
    work.tree = prepared.tree;
    work.lengths = prepared.lengths;
    work.edits.clear();
    work.trail.cut(0);
    work.scratch.clear();
    this.#used = 0;
  }

  #edit(steps: number): number {
    const work = this.#work;
    let octets = 0;
    for (let step = 0; step < steps; step++) {
      const arm = this.#bandit.draw(work.random);
      const operator = OPERATORS[arm] ?? null;
      // An operator that finds nothing to do leaves it to the octets.
      const isDone = operator?.(work) === true;
      if (!isDone) octets++;
      this.#used |= 1 << (isDone ? arm : HAVOC);
    }
    const length = this.#build();
    this.#built = length;
    if (octets === 0) return length;
    return havoc(work, this.#out, length, octets === steps ? POWER : LITTLE_POWER);
  }

  #build(): number {
    const { edits, random, trail, tree, lengths } = this.#work;
    const mend = mendOf(random.next());
    const length = edits.build(
      tree,
      lengths,
      mend,
      random.next(),
      mend === Mend.AllButOne ? offOf(this.#work) : 0,
      this.#out,
    );
    if (edits.offNode >= 0) {
      trail.add(Step.LengthOff, tree.name[edits.offNode] ?? 0, tree.start[edits.offNode] ?? 0, edits.offBy);
    }
    if (edits.count > 0 && lengths.all.length > 0 && UNMENDED[mend] !== undefined) trail.add(UNMENDED[mend], 0, 0, 0);
    return length;
  }

  #prepare(parent: Parent): Prepared {
    if (parent !== this.#last || this.#lastPrepared === null) {
      this.#last = parent;
      this.#lastPrepared = this.#known(parent);
    }
    const known = this.#lastPrepared;
    const { version } = this.#lore;
    if (
      version > known.version + RELEARN + (known.version >> 2) ||
      (known.version < RELEARN && version > 2 * known.version)
    ) {
      known.lengths = this.#lore.lengthsOf(known.tree);
      known.version = version;
    }
    return known;
  }

  #known(parent: Parent): Prepared {
    const known = this.#prepared.get(parent);
    if (known !== undefined) return known;
    const tree = treeOf(parent, this.#names);
    const made = { tree, lengths: this.#lore.lengthsOf(tree), version: this.#lore.version };
    this.#prepared.set(parent, made);
    return made;
  }
}

const UNMENDED: Readonly<Partial<Record<Mend, Step>>> = {
  [Mend.None]: Step.Unmended,
  [Mend.Inner]: Step.InnerMended,
  [Mend.Outer]: Step.OuterMended,
};

/** One step of a half of all mutants, two of a quarter, and so on. */
const stepsOf = (bits: number): number => 1 + Math.min(6, Math.clz32(bits | 1));

/** Three quarters have all lengths mended. */
const mendOf = (bits: number): Mend => {
  const roll = bits % 32;
  if (roll < 24) return Mend.All;
  if (roll < 28) return Mend.AllButOne;
  if (roll < 29) return Mend.Inner;
  return roll < 30 ? Mend.Outer : Mend.None;
};
