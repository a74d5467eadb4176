import { readFileSync } from "node:fs";
import type { Target } from "../targets/target.js";
import { askedTarget } from "./asked-target.js";
import { KnownFailures } from "./known-failures.js";
import { moduleAt, type Section } from "./sections.js";

/**
 * Entry of the bundle that jsfuzz loads: one target's `fuzz`, and coverage that means something.
 *
 * jsfuzz instruments what it loads with Istanbul and takes for coverage whatever has run at all, the start of every
 * module included, so that even a target that ignores its input has some. Here only those points count that lie in the
 * modules under test and ran because of an input. What is handed to jsfuzz grows with them, which spares it from walking
 * over the whole bundle after each execution.
 *
 * It stops at the first crash. What is known from an earlier start is therefore no crash here any more, or it would never
 * get beyond what it finds first.
 */
export const assisted = (targets: readonly Target[]): ((data: Uint8Array) => void) => {
  const target = askedTarget(targets);
  const sections = sectionsUnderTest();
  const holder = globalThis as { __coverage__?: Record<string, FileCoverage> };
  const files = Object.values(holder.__coverage__ ?? {});
  const left = files.flatMap((file) => pointsOf(file, sections));
  const ran: Record<string, number> = {};
  holder.__coverage__ = { kiln: { s: ran, f: {}, b: {}, statementMap: {}, fnMap: {}, branchMap: {} } };
  process.stdout.write(`kiln: ${left.length} points\n`);

  const known = new KnownFailures(process.env.KILN_FUZZ_KNOWN ?? "");
  const loaded = process.cpuUsage();

  return (data) => {
    try {
      target.fuzz(Uint8Array.from(data));
    } catch (error) {
      if (!known.adds(error)) return;
      // The manager cannot ask any more.
      const { user, system } = process.cpuUsage(loaded);
      process.stdout.write(`kiln: worker ${Math.round((user + system) / 1000)}\n`);
      throw error;
    } finally {
      for (let i = left.length - 1; i >= 0; i--) {
        const point = left[i];
        if (point === undefined || (point.counts[point.index] ?? 0) === point.atLoad) continue;
        ran[point.id] = 1;
        left[i] = left[left.length - 1] ?? point;
        left.pop();
      }
    }
  };
};

/** The same target as its author would give it to jsfuzz: with whatever jsfuzz takes for coverage. */
export const alone = (exported: readonly Target[]): ((data: Uint8Array) => void) => {
  const target = askedTarget(exported);
  process.stdout.write("kiln: 0 points\n");
  return (data) => {
    target.fuzz(Uint8Array.from(data));
  };
};

interface Span {
  readonly start: { readonly line: number };
}

/** What Istanbul keeps of a file: counts of statements, functions and branches, and where they stand. */
interface FileCoverage {
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
  readonly statementMap: Record<string, Span>;
  readonly fnMap: Record<string, { readonly loc: Span }>;
  readonly branchMap: Record<string, { readonly loc: Span }>;
}

/** One thing that can run. */
interface Point {
  readonly id: string;
  readonly counts: Record<string | number, number>;
  readonly index: string | number;
  /** How often it ran while the bundle was loaded. */
  readonly atLoad: number;
}

const pointsOf = (file: FileCoverage, sections: readonly Section[]): Point[] => {
  const isUnderTest = ({ start: { line } }: Span): boolean =>
    sections.some(({ firstLine, lastLine }) => line >= firstLine && line < lastLine);
  const point = (kind: string, counts: Record<string | number, number>, index: string | number): Point => ({
    id: `${kind}${index}`,
    counts,
    index,
    atLoad: counts[index] ?? 0,
  });
  return [
    ...Object.entries(file.statementMap).flatMap(([id, span]) => (isUnderTest(span) ? point("s", file.s, id) : [])),
    ...Object.entries(file.fnMap).flatMap(([id, { loc }]) => (isUnderTest(loc) ? point("f", file.f, id) : [])),
    ...Object.entries(file.branchMap).flatMap(([id, { loc }]) => {
      const counts = file.b[id];
      if (counts === undefined || !isUnderTest(loc)) return [];
      return counts.map((_, i) => point(`b${id}.`, counts as unknown as Record<number, number>, i));
    }),
  ];
};

const sectionsUnderTest = (): Section[] => {
  const sections: Section[] = JSON.parse(readFileSync(process.env.KILN_FUZZ_SECTIONS ?? "", "utf8"));
  const modules = new Set((process.env.KILN_FUZZ_MODULES ?? "").split(","));
  return sections.filter(({ module }) => modules.has(moduleAt(module)));
};
