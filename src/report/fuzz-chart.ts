import type { TopLevelSpec } from "vega-lite";
import { type FuzzRow, isMeasured, type Series } from "../results/index.js";
import { drawn } from "./chart.js";

/** Points of a curve: seconds since the campaign's begin, and edges. */
export type Curve = readonly (readonly [elapsed_s: number, edges: number])[];

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** About so many values on each axis. */
  readonly ticks: number;
}

/** Edges of all targets together; each counts with what it had reached last. */
export const edgesOfAll = (rows: readonly FuzzRow[]): Curve => {
  const steps = rows
    .flatMap((row, target) =>
      pointsOf(row).map(([elapsed, edges], i, all) => ({
        elapsed,
        gain: edges - (all[i - 1]?.[1] ?? 0),
        target,
      })),
    )
    .sort((a, b) => a.elapsed - b.elapsed);
  let edges = 0;
  const curve = steps.map(({ elapsed, gain }): [number, number] => {
    edges += gain;
    return [elapsed, edges];
  });
  return curve.length === 0 ? [] : thinned([[0, 0], ...curve]);
};

/** The targets whose edges grew most after their first moments, with their curves, the one that grew most first. */
export const growing = (rows: readonly FuzzRow[], most: number): { readonly target: string; readonly curve: Curve }[] =>
  rows
    .map((row) => ({ target: row.target, curve: pointsOf(row) }))
    .map(({ target, curve }) => ({ target, curve, grown: (curve.at(-1)?.[1] ?? 0) - (curve[0]?.[1] ?? 0) }))
    .filter(({ grown, curve }) => grown > 0 && curve.length > 2)
    .sort((a, b) => b.grown - a.grown)
    .slice(0, most);

/**
 * Edges over time as SVG. `from`: `0`, or the smallest value for a curve whose growth is what one wants to see.
 */
export const edgesChart = async (
  curve: Curve,
  { width, height, ticks }: ChartSize,
  from: "zero" | "least",
): Promise<string> => {
  const end = curve.at(-1)?.[0] ?? 0;
  const { unit, seconds } = unitOf(end);
  const spec: TopLevelSpec = {
    width,
    height,
    data: { values: curve.map(([elapsed, edges]) => ({ elapsed: elapsed / seconds, edges })) },
    // An area that does not stand on zero would lie.
    mark:
      from === "zero"
        ? { type: "area", interpolate: "step-after", color: "var(--wash)", opacity: 1, line: STROKE }
        : { type: "line", interpolate: "step-after", ...STROKE },
    encoding: {
      x: {
        field: "elapsed",
        type: "quantitative",
        title: unit,
        scale: { domain: [0, end / seconds], nice: false },
        axis: { tickCount: ticks, grid: false },
      },
      y: {
        field: "edges",
        type: "quantitative",
        title: "edges",
        stack: null,
        scale: { zero: from === "zero", nice: true },
        axis: { tickCount: Math.ceil(ticks / 2), format: ",d", tickMinStep: 1, domain: false, ticks: false },
      },
    },
  };
  return await drawn(spec);
};

const STROKE = { color: "var(--accent)", strokeWidth: 1.5 } as const;

const pointsOf = (row: FuzzRow): Curve => (isMeasured(row) && row.series !== null ? curveOf(row.series) : []);

const curveOf = ({ elapsed_s, edges }: Series): Curve =>
  elapsed_s.map((elapsed, i) => [elapsed, edges[i] ?? 0] as const);

/** Enough for the widest chart. */
const POINTS = 600;

const thinned = (curve: Curve): Curve => {
  const step = Math.ceil(curve.length / POINTS);
  return curve.filter((_, i) => i % step === 0 || i === curve.length - 1);
};

const unitOf = (seconds: number): { readonly unit: string; readonly seconds: number } => {
  if (seconds < 180) return { unit: "seconds", seconds: 1 };
  if (seconds < 3 * 3600) return { unit: "minutes", seconds: 60 };
  return { unit: "hours", seconds: 3600 };
};
