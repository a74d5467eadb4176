import type { TopLevelSpec } from "vega-lite";
import type { Axis, Bar, Bars, Figure, Lines } from "./bench-figures.js";
import { drawn } from "./chart.js";
import { series } from "./palette.js";

/** One or two drawings of a figure: a picture that shrinks loses its letters, so that a wide one has a narrow form too. */
export interface Drawing {
  readonly svg: string;
  /** For a page as narrow as a telephone's. Absent where `svg` is narrow itself. */
  readonly narrow?: string;
}

export const draw = async (figure: Figure): Promise<Drawing> => {
  if (figure.kind === "bars") return { svg: await drawn(barsSpec(figure)) };
  if (figure.size === "small") return { svg: await drawn(linesSpec(figure, SMALL)) };
  return { svg: await drawn(linesSpec(figure, WIDE)), narrow: await drawn(linesSpec(figure, NARROW)) };
};

interface Size {
  readonly width: number;
  readonly height: number;
  readonly ticks: number;
  /** Of the legend. */
  readonly columns: number;
}

const WIDE: Size = { width: 1140, height: 300, ticks: 10, columns: 8 };
const NARROW: Size = { width: 256, height: 220, ticks: 4, columns: 2 };
const SMALL: Size = { width: 256, height: 120, ticks: 4, columns: 2 };

// ---- lines

const linesSpec = ({ title, x, y, lines, steps }: Lines, { width, height, ticks, columns }: Size): TopLevelSpec => {
  const labels = [...new Set(lines.map(({ label }) => label))];
  const styles = labels.map((label) => series[lines.find((line) => line.label === label)?.series ?? 0]);
  const points = lines.flatMap((line) => line.points);
  // What is drawn last lies on top.
  const ordered = [...lines].sort((a, b) => Number(a.main) - Number(b.main));
  const legend =
    labels.length === 1 && labels[0] === ""
      ? null
      : ({ orient: "top", direction: "horizontal", columns, title: null, symbolType: "stroke" } as const);
  return {
    description: title,
    width,
    height,
    data: {
      values: ordered.flatMap(({ label, main, points, marked = [] }, line) =>
        points.map(([px, py], i) => ({ x: px, y: py, label, main, line, marked: marked.includes(i) })),
      ),
    },
    layer: [
      {
        mark: { type: "line", interpolate: steps ? "step-after" : "linear" },
        encoding: {
          detail: { field: "line", type: "nominal" },
          strokeWidth: { condition: { test: "datum.main", value: 2.2 }, value: 1 },
          opacity: { condition: { test: "datum.main", value: 1 }, value: 0.4 },
          strokeDash: {
            field: "label",
            type: "nominal",
            scale: { domain: labels, range: styles.map((style) => [...(style?.dash ?? [])]) },
            legend,
          },
        },
      },
      {
        transform: [{ filter: "datum.marked" }],
        mark: { type: "point", filled: true, size: 70, color: "var(--bad)", opacity: 1 },
        encoding: { color: { value: "var(--bad)" } },
      },
    ],
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        ...axisSpec(
          x,
          points.map(([at]) => at),
          ticks,
          false,
        ),
      },
      y: {
        field: "y",
        type: "quantitative",
        ...axisSpec(
          y,
          points.map(([, at]) => at),
          Math.ceil(ticks / 2) + 1,
          true,
        ),
      },
      color: {
        field: "label",
        type: "nominal",
        scale: {
          domain: labels,
          range: labels.map((label) => colourOf(lines.find((one) => one.label === label)?.series ?? 0)),
        },
        legend,
      },
    },
  };
};

const axisSpec = (
  { title, log, whole, zero }: Axis,
  values: readonly number[],
  ticks: number,
  grid: boolean,
): object => ({
  title,
  scale: log === true ? { type: "log", nice: false } : { zero: zero === true, nice: grid },
  axis: {
    ...(log === true ? { values: logTicks(values) } : { tickCount: ticks }),
    ...(whole === true ? { tickMinStep: 1 } : {}),
    ...LABELS,
    grid,
    ...(grid ? { domain: false, ticks: false } : {}),
  },
});

/** 20k rather than 20,000: there is little room. */
const LABELS = {
  labelExpr: "abs(datum.value) >= 1000 ? format(datum.value, '~s') : format(datum.value, ',~r')",
  labelOverlap: "greedy",
  labelSeparation: 8,
} as const;

/** Powers of ten; within two of them also 2 and 5; at even distances where these are too few. */
const logTicks = (values: readonly number[]): number[] => {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const steps = high / low > 200 ? [1] : high / low > 4 ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i));
  const ticks = decades
    .flatMap((decade) => steps.map((step) => Number((decade * step).toPrecision(3))))
    .filter((tick) => tick >= low && tick <= high);
  return ticks.length > 1 || high === low ? ticks : evenTicks(low, high);
};

const evenTicks = (low: number, high: number): number[] => {
  const rough = (high - low) / 3;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * ([5, 2, 1].find((one) => one * decade <= rough) ?? 1);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
};

const colourOf = (index: number): string => `var(--series-${index})`;

// ---- bars: the label with the value on a line of its own, the bar below it

const BAR_WIDTH = 320;
const LETTERS = 46;
const LINE = 14;
const BELOW = 20;

const barsSpec = ({ title, axis, log, bars, reference }: Bars): TopLevelSpec => {
  const rows = placed(bars);
  const height = rows.at(-1)?.end ?? 0;
  const y = (field: string): object => ({
    field,
    type: "quantitative",
    axis: null,
    scale: { domain: [0, height], range: [0, height], nice: false },
  });
  const xs = rows.flatMap(({ bar }) => [bar.low, bar.high, bar.middle, ...bar.marks]);
  const domain = logDomain([...xs, ...(reference === undefined ? [] : [reference])]);
  const x = {
    type: "quantitative",
    title: axis,
    scale: log ? { type: "log", nice: false, domain } : { zero: true, nice: true },
    axis: { ...(log ? { values: logTicks(domain) } : { tickCount: 5 }), ...LABELS, grid: true, labelFlush: true },
  } as const;
  const values = rows.map(({ bar, text, middle, end, value }) => ({
    text,
    value,
    textAt: middle - LINE * text.length,
    at: middle + BELOW / 2 - 5.5,
    from: middle,
    to: middle + BELOW - 11,
    end,
    low: bar.low,
    high: bar.high,
    middle: bar.middle,
    colour: colourOf(bar.series),
  }));
  const marks = rows.flatMap(({ bar, middle }) =>
    bar.marks.map((mark) => ({ mark, from: middle - 1, to: middle + BELOW - 10 })),
  );
  const colour = { field: "colour", type: "nominal", scale: null } as const;
  const spec = {
    description: title,
    width: BAR_WIDTH,
    height,
    data: { values },
    layer: [
      // Beside the words, not through them.
      ...(reference === undefined
        ? []
        : [
            {
              mark: { type: "rule", color: "var(--muted)", strokeDash: [2, 2] },
              encoding: { x: { datum: reference, ...x }, y: y("from"), y2: { field: "to" } },
            },
          ]),
      ...(log
        ? [
            {
              mark: { type: "point", filled: true, size: 64, opacity: 1 },
              encoding: { x: { field: "middle", ...x }, y: y("at"), color: colour },
            },
          ]
        : [
            {
              mark: { type: "bar", opacity: 0.85 },
              encoding: {
                x: { field: "middle", ...x },
                x2: { datum: 0 },
                y: y("from"),
                y2: { field: "to" },
                color: colour,
              },
            },
          ]),
      {
        mark: { type: "rule", strokeWidth: 1.5, color: "var(--ink)" },
        encoding: { x: { field: "low", ...x }, x2: { field: "high" }, y: y("at") },
      },
      {
        data: { values: marks },
        mark: { type: "rule", strokeWidth: 1, color: "var(--ink)" },
        encoding: { x: { field: "mark", ...x }, y: y("from"), y2: { field: "to" } },
      },
      {
        mark: { type: "text", align: "left", baseline: "top", fontSize: 11, lineHeight: LINE, color: "var(--ink)" },
        encoding: { x: { value: 0 }, y: y("textAt"), text: { field: "text" } },
      },
      {
        mark: { type: "text", align: "right", baseline: "top", fontSize: 11, fontWeight: 600, color: "var(--ink)" },
        encoding: { x: { value: BAR_WIDTH }, y: y("textAt"), text: { field: "value" } },
      },
    ],
  };
  return spec as unknown as TopLevelSpec;
};

interface Placed {
  readonly bar: Bar;
  readonly text: readonly string[];
  readonly value: string;
  /** Where its label ends and its bar begins, and where the next one begins, from above. */
  readonly middle: number;
  readonly end: number;
}

const placed = (bars: readonly Bar[]): Placed[] => {
  let at = 0;
  return bars.map((bar) => {
    const text = folded(bar.label, LETTERS - bar.text.length);
    const middle = at + LINE * text.length;
    at = middle + BELOW;
    return { bar, text, value: bar.text, middle, end: at };
  });
};

/** Words in lines of at most so many letters; a longer word stands alone. */
const folded = (text: string, letters: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** With some room at both ends. */
const logDomain = (values: readonly number[]): readonly [number, number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(1.05, (high / low) ** 0.05);
  return [low / room, high * room];
};
