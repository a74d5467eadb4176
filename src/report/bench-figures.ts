import { axisTitle, quantityOf } from "./bench-quantity.js";
import {
  type BenchDocument,
  type BenchRow,
  fieldsOf,
  measuredRows,
  numbersOf,
  percentilesOf,
  rowNames,
  type Shown,
  scenarioOf,
  spreadOf,
  targetOf,
} from "./bench-row.js";
import { series, seriesOf } from "./palette.js";
import { figure } from "./units.js";

/** What charts are drawn from. */
export type Figure = Bars | Lines;

interface About {
  /** Lower-case words joined by hyphens: unique within its document, for the name of a file. */
  readonly name: string;
  readonly title: string;
  /** How it is to be read. */
  readonly caption: string;
}

/** Values with the extremes of their samples, one above the other. */
export interface Bars extends About {
  readonly kind: "bars";
  readonly axis: string;
  /** Bars stand on zero; on a logarithmic axis, which has none, there are points instead. */
  readonly log: boolean;
  /** Where there is a value that all others are held against. */
  readonly reference?: number;
  readonly bars: readonly Bar[];
}

export interface Bar extends Shown {
  readonly label: string;
  /** `middle` as text. */
  readonly text: string;
  /** Which of `series` of the palette. */
  readonly series: number;
}

export interface Lines extends About {
  readonly kind: "lines";
  readonly size: "wide" | "small";
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** Drawn as steps: the value holds until the next. */
  readonly steps: boolean;
}

export interface Axis {
  readonly title: string;
  readonly log?: boolean;
  /** Whole numbers only. */
  readonly whole?: boolean;
  /** Whether it begins at zero. */
  readonly zero?: boolean;
}

export interface Line {
  /** Lines with one label are one entry of the legend. */
  readonly label: string;
  readonly series: number;
  /** The one of several that stands for them. */
  readonly main: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Indices of points that are set off. */
  readonly marked?: readonly number[];
}

/** The charts of a document: those of its scenario first, then every figure that its rows have. Empty without measured rows. */
export const figuresOf = (document: BenchDocument): Figure[] => {
  const scenario = scenarioOf(document);
  if (scenario === "compare") return ratios(document);
  if (scenario === "trend") return trends(document);
  return [...curves(document), ...latencies(document), ...rounds(document), ...bars(document)];
};

// ---- lines over time

/** Rows with curves, a chart for each load and transport: targets are what is compared in it. */
const curves = (document: BenchDocument): Lines[] => {
  const rows = measuredRows(document).filter((row) => curvesOf(row).length > 0);
  return grouped(rows).map(([group, members]) => {
    const ends = members.flatMap(({ row }) => curvesOf(row).map(endOf));
    const seconds = Math.max(...ends) >= 10_000;
    // Three minutes and half a second on one linear axis would show one line and a wall.
    const log = Math.max(...ends) > 10 * Math.min(...ends);
    const floor = log ? floorOf(members) : 0;
    return {
      kind: "lines",
      name: named("curves", group),
      title: titled("Prefixes held over time", group),
      caption:
        "One line for each run, the median run in bold; from the first octet of the first UPDATE until the receiver holds the table.",
      size: "wide",
      steps: true,
      x: { title: `time since the first UPDATE, ${seconds ? "s" : "ms"}`, log, zero: true },
      y: { title: "prefixes held", zero: true },
      lines: members.flatMap(({ row, label }) => {
        const own = curvesOf(row);
        const main = medianCurve(own);
        return own.map((curve) => ({
          label,
          series: seriesOf(targetOf(row)),
          main: curve === main,
          points: curve.ms.map((ms, i) => {
            const at = Math.max(ms, floor);
            return [seconds ? at / 1000 : at, curve.prefixes[i] ?? 0] as const;
          }),
        }));
      }),
    };
  });
};

/** Where a logarithmic axis begins for those that begin at 0: before anything that came later. */
const floorOf = (members: readonly Member[]): number => {
  const later = members.flatMap(({ row }) => curvesOf(row).flatMap(({ ms }) => ms.filter((at) => at > 0)));
  return 0.7 * Math.min(...later);
};

interface Curve {
  readonly ms: readonly number[];
  readonly prefixes: readonly number[];
}

const curvesOf = (row: BenchRow): Curve[] =>
  (Array.isArray(row.curves) ? row.curves : []).flatMap((curve) => {
    const { ms, prefixes } = fieldsOf(curve);
    return numbersOf(ms).length === 0 ? [] : [{ ms: numbersOf(ms), prefixes: numbersOf(prefixes) }];
  });

const endOf = ({ ms }: Curve): number => ms.at(-1) ?? 0;

const medianCurve = (all: readonly Curve[]): Curve | undefined =>
  [...all].sort((a, b) => endOf(a) - endOf(b))[Math.floor((all.length - 1) / 2)];

/** How long single prefixes took: which share of them at most how long. */
const latencies = (document: BenchDocument): Lines[] => {
  const rows = measuredRows(document).filter((row) => numbersOf(ecdfOf(row).ms).length > 0);
  return grouped(rows).map(([group, members]) => ({
    kind: "lines",
    name: named("prefix-latency", group),
    title: titled("Latency of single prefixes", group),
    caption: "The share of prefixes that took at most so long from sender to receiver (ECDF), all runs together.",
    size: "wide",
    steps: true,
    x: { title: "latency, ms", log: true },
    y: { title: "share of prefixes, %", zero: true },
    lines: members.map(({ row, label }) => ({
      label,
      series: seriesOf(targetOf(row)),
      main: true,
      points: sharesOf(row),
    })),
  }));
};

/** The axis is logarithmic: what took no time that could be measured stands at a microsecond. */
const sharesOf = (row: BenchRow): (readonly [number, number])[] => {
  const shares = numbersOf(ecdfOf(row).share);
  return numbersOf(ecdfOf(row).ms).map((ms, i) => [Math.max(ms, 0.001), 100 * (shares[i] ?? 0)] as const);
};

const ecdfOf = (row: BenchRow): BenchRow => fieldsOf(fieldsOf(row.prefix_latency_ms).ecdf);

/** Of a soak: memory after each round. */
const rounds = (document: BenchDocument): Lines[] => {
  const rows = measuredRows(document).filter((row) => roundsOf(row).length > 1);
  return grouped(rows).map(([group, members]) => ({
    kind: "lines",
    name: named("rounds", group),
    title: titled("Resident memory after each round", group),
    caption: "A round is a withdrawal and a new announcement of the whole table.",
    size: "wide",
    steps: false,
    x: { title: "round", whole: true },
    y: { title: "RSS, MB", zero: true },
    lines: members.map(({ row, label }) => ({
      label,
      series: seriesOf(targetOf(row)),
      main: true,
      points: roundsOf(row),
    })),
  }));
};

const roundsOf = (row: BenchRow): (readonly [number, number])[] =>
  (Array.isArray(row.samples) ? row.samples : []).flatMap((sample) => {
    const { round, rss_bytes } = fieldsOf(sample);
    return typeof round === "number" && typeof rss_bytes === "number" ? [[round, rss_bytes / 1e6] as const] : [];
  });

interface Member {
  readonly row: BenchRow;
  readonly label: string;
}

/** Rows by everything but their target, in which case a target is named by itself; else by what tells it apart. */
const grouped = (rows: readonly BenchRow[]): (readonly [group: string, members: readonly Member[]])[] => {
  const groupOf = rowNames(rows, "target");
  const groups = new Map<string, BenchRow[]>();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  return [...groups].map(([group, members]) => [
    group,
    members.map((row, i) => {
      const again = members.slice(0, i).filter((one) => targetOf(one) === targetOf(row)).length;
      return { row, label: again === 0 ? targetOf(row) : `${targetOf(row)} (${again + 1})` };
    }),
  ]);
};

const titled = (title: string, group: string): string => (group === "" ? title : `${title}: ${group}`);

const named = (...parts: readonly string[]): string =>
  parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

// ---- bars

/** Above this a linear axis shows little but the largest value. */
const LOG_FROM = 30;

/** About the tester, not about what was measured. */
const APART: ReadonlySet<string> = new Set(["tester_ms", "sender_late_ms"]);

/** Every figure of the rows that has a spread or percentiles, by the name of its field. */
const bars = (document: BenchDocument): Bars[] => {
  const rows = measuredRows(document).flatMap(withSteps);
  const name = rowNames(rows);
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((field) => !APART.has(field));
  return fields.flatMap((field) => {
    const shown = rows.flatMap((row) => {
      const found = spreadOf(row[field]) ?? (field === "prefix_latency_ms" ? null : percentilesOf(row[field]));
      return found === null
        ? []
        : [{ ...found, label: name(row), series: row.target === undefined ? 0 : seriesOf(targetOf(row)) }];
    });
    const percentiles = rows.some((row) => spreadOf(row[field]) === null && percentilesOf(row[field]) !== null);
    return shown.some(({ high }) => high !== 0) ? [barsOf(field, shown, percentiles)] : [];
  });
};

/** Of `memory`: each step as a row of its own, besides the figures of the whole. */
const withSteps = (row: BenchRow): BenchRow[] => {
  const { steps, ...rest } = row;
  if (!Array.isArray(steps)) return [row];
  const about = Object.fromEntries(Object.entries(rest).filter(([, value]) => spreadOf(value) === null));
  return [
    { step: null, ...about, ...rest },
    ...steps.map((step) => {
      const { step: name, rss_bytes, bytes_per_path } = fieldsOf(step);
      return { step: name, ...about, rss_bytes, bytes_per_path };
    }),
  ];
};

const barsOf = (field: string, shown: readonly Omit<Bar, "text">[], percentiles: boolean): Bars => {
  const quantity = quantityOf(field, Math.max(...shown.map(({ middle }) => middle)));
  const scaled = shown.map(
    ({ middle, low, high, marks, ...rest }): Bar => ({
      ...rest,
      middle: middle * quantity.factor,
      low: low * quantity.factor,
      high: high * quantity.factor,
      marks: marks.map((mark) => mark * quantity.factor),
      text: quantity.show(middle * quantity.factor),
    }),
  );
  const positive = scaled.every(({ low }) => low > 0);
  const range = Math.max(...scaled.map(({ high }) => high)) / Math.min(...scaled.map(({ low }) => low));
  const log = positive && (percentiles || range > LOG_FROM);
  const sentences = [
    percentiles
      ? "Point: median; ticks: 95th and further percentiles up to the largest."
      : "Median; ticks: single runs.",
    ...(log ? ["Logarithmic axis."] : []),
    ...(quantity.better === null ? [] : [`${quantity.better === "less" ? "Less" : "More"} is better.`]),
  ];
  return {
    kind: "bars",
    name: named(field),
    title: capital(quantity.name),
    caption: sentences.join(" "),
    axis: axisTitle(quantity),
    log,
    bars: scaled,
  };
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// ---- comparisons and trends: what is made of benchmarks

/** Of kiln.compare/1: ratios with their intervals, 1 is no change. */
const ratios = (document: BenchDocument): Bars[] => {
  const rows = measuredRows(document).filter(({ ratio }) => typeof ratio === "number");
  if (rows.length === 0) return [];
  return [
    {
      kind: "bars",
      name: "ratios",
      title: "B over A",
      caption: "Estimate with its interval; 1 is no change. Logarithmic axis.",
      axis: "B over A, ratio",
      log: true,
      reference: 1,
      bars: rows.map((row) => {
        const ratio = Number(row.ratio);
        const [low, high] = [row.low ?? ratio, row.high ?? ratio].map(Number);
        return {
          label: [row.scenario, row.what, row.figure].filter((part) => part !== "").join(" "),
          text: `×${ratio.toFixed(2)} ${String(row.verdict)}`,
          series: row.verdict === "slower" ? 1 : row.verdict === "faster" ? 2 : series.length - 1,
          middle: ratio,
          low: low ?? ratio,
          high: high ?? ratio,
          marks: [],
        };
      }),
    },
  ];
};

/** The table has all series; of more than so many those whose level changed are drawn, and then the longest. */
const MOST_TRENDS = 24;

/** Of kiln.trend/1: a chart for each series, with the points from which its level is another. */
const trends = (document: BenchDocument): Lines[] => {
  const length = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  const telling = [...measuredRows(document)]
    .sort((a, b) => length(b.changes) - length(a.changes) || length(b.points) - length(a.points))
    .slice(0, MOST_TRENDS);
  return telling.flatMap((row, i) => {
    const { what, figure: field, machine } = row;
    const medians = (Array.isArray(row.points) ? row.points : []).map((point) => Number(fieldsOf(point).median));
    if (medians.length === 0 || typeof field !== "string") return [];
    const changes = (Array.isArray(row.changes) ? row.changes : []).map(fieldsOf);
    const quantity = quantityOf(field, Math.max(...medians));
    const said = changes.map(
      ({ direction, ratio, point }) => `${String(direction)} ×${figure(Number(ratio))} from run ${Number(point) + 1}`,
    );
    return [
      {
        kind: "lines",
        name: named("trend", String(i + 1), field),
        title: [String(what), quantity.name].join(", "),
        caption: `Machine ${String(machine).slice(0, 8)}. ${said.length === 0 ? "No change of its level." : `${capital(said.join("; "))}.`}`,
        size: "small",
        steps: false,
        x: { title: "run, the oldest first", whole: true },
        y: { title: axisTitle(quantity) },
        lines: [
          {
            label: "",
            series: 0,
            main: true,
            points: medians.map((median, at) => [at + 1, median * quantity.factor] as const),
            marked: changes.map(({ point }) => Number(point)),
          },
        ],
      },
    ];
  });
};
