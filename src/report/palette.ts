/**
 * Colours of pages and charts, by day and by night. Charts name them as custom properties, so that they follow the page;
 * a chart in a file of its own has the colours of the day in it.
 */
interface Palette {
  readonly day: string;
  readonly night: string;
}

const palette: Readonly<Record<string, Palette>> = {
  ground: { day: "#fbfbfa", night: "#14171a" },
  paper: { day: "#fff", night: "#1b1f23" },
  ink: { day: "#1d2125", night: "#e2e5e8" },
  muted: { day: "#646c75", night: "#98a1aa" },
  line: { day: "#e3e5e8", night: "#2e343a" },
  accent: { day: "#1f6f8b", night: "#6fb8d1" },
  wash: { day: "#dcebf0", night: "#21404b" },
  bad: { day: "#b3261e", night: "#ff8a7d" },
  badwash: { day: "#fbe9e7", night: "#3d2321" },
};

/**
 * One for each target, the same in every chart. Told apart with any of the common kinds of colour blindness (a test
 * simulates them), and 3:1 against the ground as WCAG 2.2 §1.4.11 asks of graphics. Lines have a dash pattern of their own as well.
 */
export const series: readonly (Palette & { readonly dash: readonly number[] })[] = [
  { day: "#2e56cd", night: "#2ba4f9", dash: [1, 0] },
  { day: "#e06c0c", night: "#c24007", dash: [7, 3] },
  { day: "#469e8a", night: "#85fc87", dash: [2, 2] },
  { day: "#a72380", night: "#ffc3fa", dash: [9, 3, 2, 3] },
  { day: "#685911", night: "#e1a007", dash: [4, 2] },
  { day: "#a67ae5", night: "#6160d4", dash: [12, 3] },
  { day: "#3e3537", night: "#988f8f", dash: [2, 4] },
];

const ORDER = ["self", "bird", "frr", "gobgp", "openbgpd", "exabgp"];

/** Which of `series` a target has: the ones we know always the same, all others the last. */
export const seriesOf = (target: string): number => {
  const at = ORDER.indexOf(target);
  return at < 0 ? series.length - 1 : at;
};

const all: readonly (readonly [name: string, colours: Palette])[] = [
  ...Object.entries(palette),
  ...series.map((one, i) => [`series-${i}`, one] as const),
];

/** For a page's style. */
export const customProperties: string = (["day", "night"] as const)
  .map((time) => `:root{${all.map(([name, colours]) => `--${name}:${colours[time]}`).join(";")}}`)
  .map((rule, i) => (i === 0 ? rule : `@media (prefers-color-scheme:dark){${rule}}`))
  .join("\n");

/** Markup with the day's colours in the place of custom properties. */
export const byDay = (markup: string): string =>
  markup.replace(/var\(--([a-z0-9-]+)\)/g, (whole, name) => all.find(([known]) => known === name)?.[1].day ?? whole);
