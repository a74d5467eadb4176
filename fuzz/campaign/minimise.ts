import { inferredParts } from "../engine/mutate/infer.js";
import type { Part } from "../targets/target.js";
import { cuts } from "./minimise-cuts.js";

/** Gives candidates, is told of each whether it fails as the input did, and ends with the least that does. */
export type Minimising = Generator<Uint8Array, Uint8Array, boolean>;

/** The parts of an input; none where nothing is known of it. */
export type PartsOf = (data: Uint8Array) => readonly Part[];

/**
 * Takes away from a failing input what the failure does not need: its parts from the outermost to the innermost, then
 * blocks of octets, then single ones; at last it brings each octet that is left as near to zero as it goes. Begins anew
 * until nothing changes. Every candidate that fails becomes the input of what follows, and is shorter than it, or as
 * long and lower: so it ends.
 */
export function* minimising(input: Uint8Array, partsOf: PartsOf): Minimising {
  let least = input;
  for (;;) {
    const before = least;
    least = yield* withoutParts(least, partsOf);
    least = yield* withoutBlocks(least, partsOf);
    least = yield* lowered(least);
    if (least === before) return least;
  }
}

/** Parts from the outermost level to the innermost; of those side by side, long runs first and the last ones first. */
function* withoutParts(input: Uint8Array, partsOf: PartsOf): Minimising {
  let least = input;
  let layout = layoutOf(least, partsOf);
  for (let depth = 0; depth < DEEPEST; depth++) {
    const lists = listsAt(layout.tree, depth).length;
    if (lists === 0) break;
    // From the last list to the first: what is taken away moves none that is still to come.
    for (let which = lists - 1; which >= 0; which--) {
      for (let run = listsAt(layout.tree, depth)[which]?.length ?? 0; run >= 1; run >>= 1) {
        for (let at = (listsAt(layout.tree, depth)[which]?.length ?? 0) - run; at >= 0; at -= run) {
          const list = listsAt(layout.tree, depth)[which] ?? [];
          const [first, last] = [list[at], list[Math.min(at + run, list.length) - 1]];
          if (first === undefined || last === undefined) continue;
          const shorter = yield* firstFailing(cutsOf(least, first.start, last.end, layout));
          if (shorter === null) continue;
          least = shorter;
          layout = layoutOf(least, partsOf);
        }
      }
    }
  }
  return least;
}

const DEEPEST = 24;

/** The lists of parts that stand side by side, so many levels down. */
const listsAt = (tree: readonly Part[], depth: number): (readonly Part[])[] => {
  let lists = tree.length === 0 ? [] : [tree];
  for (let level = 0; level < depth; level++) {
    lists = lists.flatMap((list) => list.flatMap(({ parts = [] }) => (parts.length === 0 ? [] : [parts])));
  }
  return lists;
};

/** Delta debugging: blocks of half the input, of a quarter, and so on down to single octets. */
function* withoutBlocks(input: Uint8Array, partsOf: PartsOf): Minimising {
  let least = input;
  let layout = layoutOf(least, partsOf);
  for (let size = least.length; size >= 1; size = Math.min(size >> 1, least.length)) {
    for (let at = least.length - size; at > -size; at -= size) {
      const start = Math.max(0, at);
      const end = Math.min(at + size, least.length);
      if (start >= end) continue;
      const shorter = yield* firstFailing(cutsOf(least, start, end, layout));
      if (shorter === null) continue;
      least = shorter;
      layout = layoutOf(least, partsOf);
    }
  }
  return least;
}

interface Layout {
  readonly tree: readonly Part[];
  readonly isGuessed: boolean;
}

const layoutOf = (data: Uint8Array, partsOf: PartsOf): Layout => {
  const tree = partsOf(data);
  return tree.length > 0 ? { tree, isGuessed: false } : { tree: inferredParts(data), isGuessed: true };
};

/** Where the layout is a guess, it may be none. */
function* cutsOf(data: Uint8Array, start: number, end: number, { tree, isGuessed }: Layout): Iterable<Uint8Array> {
  yield* cuts(data, start, end, tree);
  if (isGuessed && tree.length > 0) yield* cuts(data, start, end, []);
}

function* firstFailing(candidates: Iterable<Uint8Array>): Generator<Uint8Array, Uint8Array | null, boolean> {
  for (const candidate of candidates) if (yield candidate) return candidate;
  return null;
}

/** Each octet towards zero: zero itself, else the lowest value that halving the distance finds. */
function* lowered(input: Uint8Array): Minimising {
  let least = input;
  for (let at = 0; at < least.length; at++) {
    let fails = least[at] ?? 0;
    // Values up to this one pass.
    let passes = -1;
    while (fails - passes > 1) {
      const value = passes < 0 ? 0 : (passes + fails) >> 1;
      const lower = least.slice();
      lower[at] = value;
      if (yield lower) {
        least = lower;
        fails = value;
      } else passes = value;
    }
  }
  return least;
}
