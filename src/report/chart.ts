import type { Config, TopLevelSpec } from "vega-lite";
import { byDay } from "./palette.js";

/**
 * A Vega-Lite chart as SVG, drawn without a DOM. Colours are the page's custom properties (`var(--accent)`, …), so that it
 * is readable by day and by night; letters are the page's too.
 */
export const drawn = async (spec: TopLevelSpec): Promise<string> => {
  // Loaded when a chart is drawn: no other command needs them.
  const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
  const { spec: compiled } = compile(spec, { config: CONFIG });
  const view = new View(parse(compiled), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
};

/** The same for a file of its own: colours and letters that any viewer of SVG knows, on the ground of the day. */
export const standalone = (svg: string): string =>
  byDay(svg)
    .replaceAll(/font-family="inherit"/g, 'font-family="Helvetica, Arial, sans-serif"')
    .replace(/(<svg[^>]*>)/, `$1<rect width="100%" height="100%" fill="${byDay("var(--ground)")}"/>`);

const CONFIG: Config = {
  padding: { left: 2, right: 8, top: 6, bottom: 2 },
  background: "transparent",
  font: "inherit",
  view: { stroke: null },
  // The caption says what is to be seen; a word for each point makes a page three times as large.
  mark: { aria: false },
  axis: {
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    gridColor: "var(--line)",
    domainColor: "var(--line)",
    tickColor: "var(--line)",
    titleFontWeight: "normal",
    labelFontSize: 11,
    titleFontSize: 11,
    labelPadding: 6,
    titlePadding: 8,
  },
  legend: {
    labelColor: "var(--ink)",
    labelFontSize: 12,
    labelLimit: 400,
    symbolStrokeWidth: 2,
    symbolSize: 300,
  },
};
