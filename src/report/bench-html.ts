import type { BenchReport, DrawnFigure, ReportPart } from "./bench-report.js";
import { provenanceRows } from "./campaign-text.js";
import { facts, figureList, html, list, pageOf, runLine, section, table } from "./page.js";

/** The report as one page that needs neither network nor script. */
export const benchHtml = ({ headline, remarks, totals, parts }: BenchReport): string => {
  const [first] = parts;
  const header = [
    ...(first === undefined ? [] : [runLine("Kiln benchmarks", first.provenance)]),
    `<h1>${html(headline)}</h1>`,
    ...remarks.map((line) => `<p class="remark">${html(line)}</p>`),
    figureList(totals),
  ].join("\n");
  return pageOf({ title: `Kiln: ${headline}`, header, sections: parts.map(part), style: STYLE });
};

const part = ({ title, run, provenance, ...shown }: ReportPart): string =>
  section(
    title,
    [
      `<p class="command"><code>${html(provenance.command)}</code></p>`,
      table(shown.table),
      titled("Not measured", list(shown.unmeasured)),
      titled("To be taken with care", list(shown.cautions)),
      ...shown.figures.filter(isWide).map(figure),
      grid(shown.figures.filter((one) => !isWide(one))),
      titled("What is comparable", list(shown.conditions)),
      titled("Where it ran", facts([["run", run], ...provenanceRows(provenance)])),
    ]
      .filter((one) => one !== "")
      .join("\n"),
  );

const titled = (title: string, content: string): string => (content === "" ? "" : `<h3>${title}</h3>\n${content}`);

const isWide = ({ narrow }: DrawnFigure): boolean => narrow !== undefined;

const grid = (figures: readonly DrawnFigure[]): string =>
  figures.length === 0 ? "" : `<div class="grid">\n${figures.map(figure).join("\n")}\n</div>`;

const figure = ({ figure: { title, caption }, svg, narrow }: DrawnFigure): string =>
  [
    "<figure>",
    `<figcaption><strong>${html(title)}</strong> ${html(caption)}</figcaption>`,
    narrow === undefined ? svg : `<div class="wide">${svg}</div><div class="narrow">${narrow}</div>`,
    "</figure>",
  ].join("\n");

const STYLE = `
.remark{color:var(--bad)}
.command{margin:0 0 12px}.command code{overflow-wrap:anywhere;color:var(--muted)}
main ul{font-size:13px;max-width:110em}li{overflow-wrap:anywhere}
figure{margin:24px 0 0}
figcaption{max-width:75em;margin-bottom:8px}figcaption strong{color:var(--ink);font-weight:600;margin-right:.4em}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,336px),1fr));gap:8px 40px}
section+section{border-top:1px solid var(--line);margin-top:48px}
`;
