import type { Part } from "../targets/target.js";

/**
 * An input without its octets [start, end), in the ways that may leave the rest meaningful, the best first: the lengths
 * and counts that spoke of them mended, or nothing mended. A length is known by its value: it reaches to the end of
 * something that the octets were in. Each is made when it is asked for.
 */
export function* cuts(data: Uint8Array, start: number, end: number, tree: readonly Part[]): Iterable<Uint8Array> {
  const around = partsAround(tree, start, end, data.length);
  const candidates = around.map((part) => lengthsOf(data, part, start, end)).filter(({ length }) => length > 0);
  // A type may have the value of a length by chance. The length is the last of them more often than not.
  const lengths = candidates.flatMap((of) => of.slice(-1));
  const isSure = candidates.every(({ length }) => length === 1);
  const counts = countsOf(data, around, start, end);
  const cut = (mended: readonly Mending[]): Uint8Array => without(data, start, end, mended);
  if (counts.length > 0) yield cut([...lengths, ...counts]);
  if (lengths.length > 0) yield cut(lengths);
  if (!isSure) {
    yield cut(candidates.flat());
    yield cut(candidates.flatMap((of) => of.slice(0, 1)));
  }
  for (const one of innerLengths(data, around.at(-1), start, end)) yield cut([...lengths, ...one]);
  yield cut([]);
}

/** The number in octets [at, at + width), and by how much it is to shrink. */
interface Mending {
  readonly at: number;
  readonly width: number;
  readonly by: number;
}

/** A part that the octets in question lie in. */
interface Around {
  readonly start: number;
  readonly end: number;
  /** What stands side by side in it; empty for a part of which no more is known. */
  readonly parts: readonly Part[];
}

/** The parts that octets [start, end) lie in, outermost first: the input itself is the first of them. */
const partsAround = (tree: readonly Part[], start: number, end: number, length: number): Around[] => {
  const found: Around[] = [{ start: 0, end: length, parts: tree }];
  for (let parts = tree; ; ) {
    const next = parts.find((part) => part.start <= start && end <= part.end);
    // Octets that are all of a part are not within it.
    if (next === undefined || (next.start === start && next.end === end)) return found;
    parts = next.parts ?? [];
    found.push({ start: next.start, end: next.end, parts });
  }
};

/** Numbers among the parts in `around`, in front of the octets, that reach to an end behind them. */
const lengthsOf = (data: Uint8Array, around: Around, start: number, end: number): Mending[] => {
  const found: Mending[] = [];
  const ends = new Set([around.end, ...around.parts.filter((part) => part.end >= end).map((part) => part.end)]);
  for (const field of around.parts) {
    const width = field.end - field.start;
    if (field.end > start || (width !== 1 && width !== 2 && width !== 4) || field.parts !== undefined) continue;
    const value = numberAt(data, field.start, width);
    if (value < end - start) continue;
    // It counts what stands behind it, or all that it stands in.
    const reaches = ends.has(field.end + value) || value === around.end - around.start;
    if (reaches) found.push({ at: field.start, width, by: end - start });
  }
  return found;
};

/** Numbers that say how many parts there are like those that are taken away. */
const countsOf = (data: Uint8Array, around: readonly Around[], start: number, end: number): Mending[] => {
  const list = around.at(-1)?.parts ?? [];
  const taken = list.filter((part) => start <= part.start && part.end <= end);
  const [first] = taken;
  if (first === undefined) return [];
  const kind = kindOf(first);
  const alike = list.filter((part) => kindOf(part) === kind).length;
  const inFront = around.flatMap(({ parts }) => parts).filter((part) => part.end <= start && part.parts === undefined);
  return inFront
    .filter((part) => part.end - part.start <= 2 && numberAt(data, part.start, part.end - part.start) === alike)
    .map((part) => ({ at: part.start, width: part.end - part.start, by: taken.length }));
};

/** `AS 1` and `AS 2` are alike. */
const kindOf = ({ name }: Part): string => name.replace(/\d+/g, "");

/**
 * Guesses within a part of which no more is known: the numbers that reach exactly to its end, and the nearest number in
 * front of the octets, of one octet or two, that reaches over them.
 */
const innerLengths = (data: Uint8Array, around: Around | undefined, start: number, end: number): Mending[][] => {
  if (around === undefined || around.parts.length > 0) return [];
  const by = end - start;
  const toEnd: Mending[] = [];
  const nearest: Mending[] = [];
  for (const width of [1, 2]) {
    let isFound = false;
    for (let at = start - width; at >= around.start && at > start - FARTHEST; at--) {
      const value = numberAt(data, at, width);
      const reach = at + width + value;
      if (value < by || reach < end || reach > around.end) continue;
      if (reach === around.end) toEnd.push({ at, width, by });
      if (!isFound) nearest.push({ at, width, by });
      isFound = true;
    }
  }
  const single = [...toEnd, ...nearest].slice(0, MOST_GUESSES).map((one) => [one]);
  return [...single, nested(data, around, start, end, 0), nested(data, around, start, end, 1)];
};

/** Numbers of one octet, each in front of the last, with a gap or more between them, and reaching as far as it. */
const nested = (data: Uint8Array, { start: first }: Around, start: number, end: number, gap: number): Mending[] => {
  const found: Mending[] = [];
  let reached = end;
  for (let at = start - 1; at >= first; at--) {
    const reach = at + 1 + (data[at] ?? 0);
    if (reach < reached || (found.length > 0 && reach !== reached) || (data[at] ?? 0) < end - start) continue;
    found.push({ at, width: 1, by: end - start });
    reached = reach;
    at -= gap;
  }
  return found;
};

const FARTHEST = 64;
const MOST_GUESSES = 4;

const without = (data: Uint8Array, start: number, end: number, mended: readonly Mending[]): Uint8Array => {
  const out = new Uint8Array(data.length - (end - start));
  out.set(data.subarray(0, start));
  out.set(data.subarray(end), start);
  for (const { at, width, by } of mended) {
    let value = numberAt(data, at, width) - by;
    for (let i = at + width - 1; i >= at; i--, value = Math.floor(value / 256)) out[i] = value;
  }
  return out;
};

const numberAt = (data: Uint8Array, at: number, width: number): number => {
  let value = 0;
  for (let i = at; i < at + width; i++) value = value * 256 + (data[i] ?? 0);
  return value;
};
