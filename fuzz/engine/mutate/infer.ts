import type { Part } from "../../targets/target.js";

/**
 * Guesses the parts of an input of which nothing is known: runs of records that each begin with their length and end
 * where the input (or the record around them) ends, and single lengths that reach to the end.
 */
export const inferredParts = (data: Uint8Array): readonly Part[] => partsWithin(data, 0, data.length, 0);

/** The name of a length whose low octet comes first; others are called `length`. */
export const LITTLE_ENDIAN_LENGTH = "little-endian length";

/** How records may be laid out: octets before the length, the length itself, and what it counts. */
interface Layout {
  readonly lead: number;
  readonly width: 1 | 2 | 4;
  readonly little: boolean;
  /** Octets that the length counts beside those behind it: none, or all of the record. */
  readonly whole: boolean;
}

const LEADS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 18];
const WIDTHS = [2, 1, 4] as const;

const LAYOUTS: readonly Layout[] = LEADS.flatMap((lead) =>
  WIDTHS.flatMap((width) =>
    [false, true].flatMap((whole) =>
      (width === 1 ? [false] : [false, true]).map((little) => ({ lead, width, little, whole })),
    ),
  ),
);

const LATEST_START = 20;
const MOST_RECORDS = 256;
const DEEPEST = 3;
const SHORTEST = 4;
/** Octets beyond which an input is taken as one: it would take long, and show little. */
const LONGEST = 8192;

const partsWithin = (data: Uint8Array, start: number, end: number, depth: number): readonly Part[] => {
  if (end - start < SHORTEST || end - start > LONGEST || depth > DEEPEST) return [];
  const best = bestRun(data, start, end);
  if (best === null) return [];
  const { from, layout } = best;
  const parts: Part[] = from > start ? [{ name: "head", start, end: from }] : [];
  for (let at = from; at < end; ) {
    const next = endOf(data, at, end, layout);
    parts.push({ name: "record", start: at, end: next, parts: recordParts(data, at, next, layout, depth) });
    at = next;
  }
  return parts;
};

const recordParts = (data: Uint8Array, start: number, end: number, layout: Layout, depth: number): readonly Part[] => {
  const length = start + layout.lead;
  const value = length + layout.width;
  const parts: Part[] = layout.lead > 0 ? [{ name: "type", start, end: length }] : [];
  parts.push({ name: layout.little ? LITTLE_ENDIAN_LENGTH : "length", start: length, end: value });
  if (value < end) {
    const inside = partsWithin(data, value, end, depth + 1);
    parts.push(
      inside.length === 0 ? { name: "value", start: value, end } : { name: "value", start: value, end, parts: inside },
    );
  }
  return parts;
};

/** The layout that explains most: several records before one, wide lengths before narrow ones, an early start. */
const bestRun = (data: Uint8Array, start: number, end: number): { from: number; layout: Layout } | null => {
  let best: { from: number; layout: Layout } | null = null;
  let bestScore = 0;
  for (let from = start; from <= Math.min(start + LATEST_START, end - 2); from++) {
    for (const layout of LAYOUTS) {
      const score = scoreOf(data, from, end, layout) - (from - start) / 100;
      if (score > bestScore) {
        bestScore = score;
        best = { from, layout };
      }
    }
  }
  return best;
};

/**
 * 0 when the records do not end with the end. A single octet that reaches to the end by chance is one in 256, so one
 * record counts little, and less where nothing is in it.
 */
const scoreOf = (data: Uint8Array, from: number, end: number, layout: Layout): number => {
  let records = 0;
  let filled = 0;
  for (let at = from; at < end; records++) {
    if (records === MOST_RECORDS) return 0;
    const next = endOf(data, at, end, layout);
    if (next < 0) return 0;
    if (next > at + layout.lead + layout.width) filled++;
    at = next;
  }
  if (filled === 0 || filled * 2 < records) return 0;
  return Math.min(filled, 8) * (layout.width === 1 ? 1 : 2);
};

/** Where the record at `at` ends, or -1. */
const endOf = (data: Uint8Array, at: number, end: number, { lead, width, little, whole }: Layout): number => {
  const value = at + lead + width;
  if (value > end) return -1;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + (data[at + lead + (little ? width - 1 - i : i)] ?? 0);
  const next = (whole ? at : value) + length;
  return next < value || next > end ? -1 : next;
};
