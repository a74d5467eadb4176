import type { CompareDocument, CompareRow, CompareSide } from "./compare.js";
import { figureOf, judgedFigures, type RowPair, samePairs, spreadOf, whatOf } from "./comparison.js";
import type { AnyDocument } from "./documents.js";
import { holm } from "./holm.js";
import { shiftBetween } from "./location.js";
import { type PairedRules, verdictOf } from "./paired.js";
import { type Provenance, provenance } from "./provenance.js";
import { shiftInterval } from "./rank-interval.js";
import { rankTest } from "./rank-test.js";
import type { Summary } from "./statistics.js";

/** Documents of one or several runs, under the name by which the user asked for them. */
export interface StoredSide {
  readonly name: string;
  readonly documents: readonly AnyDocument[];
}

/**
 * Runs that were kept, held against each other: their samples are independent, so that Mann and Whitney's test judges them,
 * and nothing tells the noise between the days. What differs in where they come from stands in the warnings.
 */
export const compareStored = (a: StoredSide, b: StoredSide, rules: PairedRules): CompareDocument => ({
  schema: "kiln.compare/1",
  provenance: provenance(),
  mode: "stored",
  sides: { a: sideOf(a), b: sideOf(b) },
  rules,
  warnings: [WEAK, ...differencesOf(a, b)],
  pairs: [],
  interrupted: false,
  rows: judged(samePairs(a.documents, b.documents).flatMap(figurePairs), rules),
});

const WEAK =
  "stored runs are weak evidence: they were not run side by side, and a machine's speed changes from day to day; " +
  "compare builds with --rerun";

const sideOf = ({ name, documents }: StoredSide): CompareSide => {
  const commits = new Set(documents.map((one) => one.provenance.commit));
  const [commit = null] = commits;
  const versions = documents.flatMap((one) => Object.entries(one.provenance.targets).map((pair) => pair.join(" ")));
  return { name, commit: commits.size === 1 ? commit : null, digest: null, versions: [...new Set(versions)].sort() };
};

/** Of the provenance, what moves figures; the commit is what one compares. */
const MATTERS = [
  ["cpu", "CPU"],
  ["cores", "cores"],
  ["memory_bytes", "memory"],
  ["kernel", "kernel"],
  ["governor", "governor"],
  ["node", "Node"],
  ["v8", "V8"],
  ["openssl", "OpenSSL"],
  ["platform", "platform"],
  ["seed", "seed"],
] as const satisfies readonly (readonly [keyof Provenance, string])[];

const differencesOf = (a: StoredSide, b: StoredSide): string[] => {
  const valuesOf = ({ documents }: StoredSide, field: keyof Provenance): string =>
    [...new Set(documents.map((one) => String(one.provenance[field] ?? "not known")))].sort().join(" and ");
  const differing = MATTERS.flatMap(([field, title]) => {
    const [before, now] = [valuesOf(a, field), valuesOf(b, field)];
    return before === now ? [] : [`${title} differs: ${before}, then ${now}`];
  });
  const dirty = [a, b].flatMap(({ name, documents }) =>
    documents.some((one) => one.provenance.dirty === true)
      ? [`${name} was measured with changes that are not in its commit`]
      : [],
  );
  return [...differing, ...dirty];
};

interface FigurePair {
  readonly key: Pick<CompareRow, "scenario" | "what" | "figure" | "better" | "headline">;
  readonly a: Summary;
  readonly b: Summary;
}

const figurePairs = ({ schema, before, now }: RowPair): FigurePair[] =>
  Object.entries(judgedFigures(schema)).flatMap(([figure, better]) => {
    const [a, b] = [summaryOf(figureOf(before, figure)), summaryOf(figureOf(now, figure))];
    if (a === null || b === null || ![...a.samples, ...b.samples, a.median, b.median].every((value) => value > 0)) {
      return [];
    }
    const scenario = schema.replace(/^kiln\.bench\.|\/\d+$/g, "");
    return { key: { scenario, what: whatOf(schema, now), figure, better, headline: false }, a, b };
  });

/** Without samples, where none were kept. */
const summaryOf = (value: unknown): Summary | null => {
  const spread = spreadOf(value);
  const { samples } = (value ?? {}) as { readonly samples?: readonly number[] };
  return spread === null ? null : { ...spread, samples: samples ?? [] };
};

const judged = (pairs: readonly FigurePair[], rules: PairedRules): CompareRow[] => {
  const tests = pairs.map(({ a, b }) => testOf(a.samples.map(Math.log), b.samples.map(Math.log), rules.level));
  const tested = tests.flatMap((test, i) => (test === null ? [] : [i]));
  const adjusted = holm(tested.map((i) => tests[i]?.p ?? 1));
  return pairs.map(({ key, a, b }, i) => {
    const test = tests[i] ?? null;
    const pAdjusted = test === null ? null : (adjusted[tested.indexOf(i)] ?? 1);
    const ratio = test === null ? b.median / a.median : Math.exp(test.shift);
    const [low, high] = test?.interval == null ? [null, null] : [test.interval.low, test.interval.high].map(Math.exp);
    const verdict =
      pAdjusted === null || low == null || high == null
        ? "inconclusive"
        : verdictOf({ ratio, low, high, floor: 0, pAdjusted }, key.better === "more", rules);
    return {
      ...key,
      verdict,
      a: spreadAlone(a),
      b: spreadAlone(b),
      ratio,
      low: low ?? null,
      high: high ?? null,
      median_ratio: null,
      p: test?.p ?? null,
      p_adjusted: pAdjusted,
      pairs: Math.min(a.samples.length, b.samples.length),
      suspect: 0,
      noise_floor: null,
      detectable: null,
    };
  });
};

const testOf = (
  a: readonly number[],
  b: readonly number[],
  level: number,
): { p: number; shift: number; interval: ReturnType<typeof shiftInterval> } | null =>
  a.length === 0 || b.length === 0
    ? null
    : { p: rankTest(a, b).p, shift: shiftBetween(a, b), interval: shiftInterval(a, b, level) };

const spreadAlone = ({ median, min, max }: Summary): { median: number; min: number; max: number } => ({
  median,
  min,
  max,
});
