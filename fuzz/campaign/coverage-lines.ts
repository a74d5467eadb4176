import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FunctionCoverage } from "../engines/coverage.js";
import { sectionsOf } from "../engines/sections.js";

/** What ran of a module, in lines of its source. */
export interface ModuleLines {
  readonly lines: Map<number, number>;
  readonly functions: { readonly name: string; readonly line: number; readonly count: number }[];
  readonly source: string | null;
}

/**
 * Blocks that V8 counted in an instrumented file as lines of TypeScript, by module. A line of a function counts as often
 * as the part of it that ran most; what has no word in it (brackets) doesn't count, nor what runs when a module is loaded.
 */
export const linesOf = async (
  file: string,
  functions: readonly NamedFunction[],
  modules: ReadonlySet<string>,
): Promise<Map<string, ModuleLines>> => {
  const { TraceMap, decodedMappings } = await import("@jridgewell/trace-mapping");
  const script = readFileSync(file, "utf8");
  const map = new TraceMap(readFileSync(`${file}.map`, "utf8"));
  const counts = countsOf(script.length, functions);
  const starts = [0, ...[...script.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const mappings = decodedMappings(map);
  const found = new Map<string, ModuleLines>();
  for (const { module, start, end, firstLine, lastLine } of sectionsOf(script)) {
    if (!modules.has(module)) continue;
    const places: Place[] = [];
    for (let line = firstLine; line <= lastLine; line++) {
      for (const segment of mappings[line - 1] ?? []) {
        const offset = (starts[line - 1] ?? 0) + segment[0];
        if (segment.length > 1 && offset >= start && offset < end) {
          const isWord = /[\w$"'`]/.test(script[offset] ?? "");
          places.push({ offset, source: segment[1] ?? 0, line: (segment[2] ?? 0) + 1, isWord });
        }
      }
    }
    const own = found.get(module) ?? emptyModule(file, map.sources[places[0]?.source ?? -1] ?? null);
    found.set(module, own);
    addLines(own, places, counts);
    addFunctions(own, places, functions, start, end);
  }
  return found;
};

/** As V8 reports it, with its name. */
export interface NamedFunction extends FunctionCoverage {
  readonly functionName: string;
}

interface Place {
  readonly offset: number;
  readonly source: number;
  readonly line: number;
  readonly isWord: boolean;
}

const OUTSIDE = -1;

/**
 * How often the code at each offset ran; OUTSIDE of functions. Inner functions and blocks come after outer ones, and those
 * that ran after all that there are.
 */
const countsOf = (length: number, functions: readonly NamedFunction[]): Float64Array => {
  const counts = new Float64Array(length).fill(OUTSIDE);
  for (const { ranges } of functions) {
    if (ranges[0]?.startOffset === 0 && ranges[0].endOffset >= length) continue;
    for (const { startOffset, endOffset, count } of ranges) counts.fill(count, startOffset, endOffset);
  }
  return counts;
};

const emptyModule = (file: string, source: string | null): ModuleLines => {
  const path = source === null ? null : resolve(dirname(file), source);
  const text = path !== null && existsSync(path) ? readFileSync(path, "utf8") : null;
  return { lines: new Map(), functions: [], source: text };
};

const addLines = ({ lines }: ModuleLines, places: readonly Place[], counts: Float64Array): void => {
  for (const { offset, line, isWord } of places) {
    const count = counts[offset] ?? OUTSIDE;
    // Blocks begin and end between words.
    if (isWord && count !== OUTSIDE) lines.set(line, Math.max(lines.get(line) ?? 0, count));
  }
};

const addFunctions = (
  own: ModuleLines,
  places: readonly Place[],
  functions: readonly NamedFunction[],
  start: number,
  end: number,
): void => {
  const sorted = [...places].sort((a, b) => a.offset - b.offset);
  const taken = new Map(own.functions.map(({ name }) => [name, 1]));
  // The last word on a function is that of when it ran.
  const last = new Map<string, NamedFunction>();
  for (const one of functions) {
    const [whole] = one.ranges;
    if (whole === undefined || whole.startOffset < start || whole.endOffset > end) continue;
    last.set(`${whole.startOffset} ${whole.endOffset}`, one);
  }
  for (const { functionName, ranges } of last.values()) {
    const [whole] = ranges;
    if (whole === undefined) continue;
    const line = sorted.find(({ offset }) => offset >= whole.startOffset)?.line;
    if (line === undefined) continue;
    const given = functionName === "" ? `(line ${line})` : functionName;
    const times = taken.get(given) ?? 0;
    taken.set(given, times + 1);
    own.functions.push({ name: times === 0 ? given : `${given} ${times + 1}`, line, count: whole.count });
  }
};
