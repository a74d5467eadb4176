import type { Distribution, Ratio, Spread } from "../results/index.js";

/** Whole numbers with separators: 1,048,576. */
export const whole = (value: number): string => Math.round(value).toLocaleString("en-US");

/** Three significant digits, or all digits of what is larger: 0.412, 41.2, 1,290. */
export const figure = (value: number): string => {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: Math.min(digits, 9) });
};

/** Decimal megabytes, as RSS is usually told. */
export const megabytes = (octets: number): string => figure(octets / 1e6);

/** `412 (398–431)`: the median with the extremes; the median alone when there is nothing beside it; "" for no figure. */
export const spread = (of: Spread | undefined, show: (value: number) => string = figure): string => {
  if (of === undefined) return "";
  const { median, min, max } = of;
  return min === max ? show(median) : `${show(median)} (${show(min)}–${show(max)})`;
};

/** `1.2 / 3.4 / 5.6`: p50, p95 and p99. */
export const percentiles = ({ p50, p95, p99 }: Distribution): string => [p50, p95, p99].map(figure).join(" / ");

/** `×0.50 (0.30–0.90)` */
export const times = ({ ratio, low, high }: Ratio): string =>
  `×${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

/** For people: 850 ms, 12.5 s, 3 min 5 s, 2 h 4 min. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${figure(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
