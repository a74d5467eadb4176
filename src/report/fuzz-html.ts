import { type FuzzRow, faultsReached, fuzzEngines, isMeasured, reasonOf } from "../results/index.js";
import { benchTable } from "./bench.js";
import type { CampaignReport, FindingDetail } from "./campaign.js";
import { comparison, counted, provenanceRows, verdictOf } from "./campaign-text.js";
import { type Curve, edgesChart, edgesOfAll, growing } from "./fuzz-chart.js";
import { hexDump } from "./octets.js";
import { type Cell, facts, figureList, html, list, pageOf, runLine, section, table } from "./page.js";
import type { Column } from "./table.js";
import { duration, figure, whole } from "./units.js";

/**
 * The report as one HTML page that needs no network: style, charts and a script of a few lines that sorts tables are in
 * it. By its own policy the page runs no other script and loads nothing. Text of others is shown as text.
 */
export const fuzzHtml = async (report: CampaignReport): Promise<string> => {
  const { title, provenance, fuzz, details } = report;
  const [verdict = "", ...more] = verdictOf(report);
  const sections = [
    section("Problems of the run", list(report.problems)),
    section("Findings", [...details.map(findingBlock), ...otherFindings(report)].join("\n")),
    section("Edges over time", await charts(fuzz)),
    section("Targets", fuzz.length === 0 ? "" : table(targetsTable(fuzz), "sortable")),
    ...report.benchmarks.map((one) => {
      const shown = benchTable(one);
      return shown === null ? "" : section(shown.title, table(shown.table));
    }),
    section(
      "Compared with the last run",
      comparison(report)
        .map((block) => (typeof block === "string" ? `<p>${html(block)}</p>` : table(block)))
        .join("\n"),
    ),
    section("Where it ran", facts(provenanceRows(provenance))),
  ];
  return pageOf({
    title,
    header: [
      runLine(title, provenance),
      `<h1${report.findings.length === 0 ? "" : ' class="bad"'}>${html(verdict)}</h1>`,
      ...more.map((line) => `<p>${html(line)}</p>`),
      figures(report),
    ].join("\n"),
    sections,
    style: STYLE,
    script: SCRIPT,
  });
};

// ---- figures of the whole

const figures = ({ fuzz, durationMs }: CampaignReport): string => {
  const rows = fuzz.filter(isMeasured);
  const sum = (of: (row: (typeof rows)[number]) => number | null): number =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  const own = rows.filter(({ coverage }) => coverage?.unit === "edges");
  const edges = own.reduce((total, { coverage }) => total + (coverage?.covered ?? 0), 0);
  const shown: [string, string][] = [
    ["executions", short(sum(({ executions }) => executions))],
    ["CPU time", duration(1000 * sum(({ cpu_s }) => cpu_s))],
    ["edges", whole(edges)],
    ["corpus", whole(sum(({ corpus }) => corpus))],
    ["targets", whole(new Set(fuzz.map(({ target }) => target)).size)],
    ["duration", duration(durationMs)],
  ];
  return figureList(shown.filter(([, value]) => value !== "0" && value !== "0 ms"));
};

/** 980, 12.3 k, 4.56 M */
const short = (value: number): string => {
  if (value < 10_000) return whole(value);
  if (value < 1e6) return `${figure(value / 1e3)} k`;
  return value < 1e9 ? `${figure(value / 1e6)} M` : `${figure(value / 1e9)} G`;
};

// ---- charts

/** Two of the whole, for a wide page and for a narrow one: a picture that shrinks loses its letters. */
const charts = async (rows: readonly FuzzRow[]): Promise<string> => {
  const all = edgesOfAll(rows);
  if (all.length === 0) return "";
  const wide = await edgesChart(all, { width: 1060, height: 240, ticks: 10 }, "zero");
  const narrow = await edgesChart(all, { width: 290, height: 180, ticks: 5 }, "zero");
  const grown = growing(rows, 8);
  const small = await Promise.all(grown.map(smallChart));
  return [
    "<figure>",
    "<figcaption>All targets together</figcaption>",
    `<div class="wide">${wide}</div><div class="narrow">${narrow}</div>`,
    "</figure>",
    ...(small.length === 0 ? [] : ["<h3>Targets that grew most</h3>", `<div class="small">${small.join("")}</div>`]),
  ].join("\n");
};

const smallChart = async ({ target, curve }: { target: string; curve: Curve }): Promise<string> => {
  const gain = (curve.at(-1)?.[1] ?? 0) - (curve[0]?.[1] ?? 0);
  const svg = await edgesChart(curve, { width: 205, height: 90, ticks: 4 }, "least");
  return `<figure><figcaption><code>${html(target)}</code> <span>+${whole(gain)}</span></figcaption>${svg}</figure>`;
};

// ---- findings

const findingBlock = (detail: FindingDetail): string => {
  const { finding, known, regression, reproduce, input, view } = detail;
  const { target, kind, what, message, stack, origin, signature } = finding;
  const state = regression ? "came back" : known ? "known" : "new";
  const told: [string, string][] = [
    ["target", target],
    ["module", finding.module],
    ["signature", signature],
    ["engine", `${origin.engine}, seed ${origin.seed}`],
    ["input", counted(input.length, "octet") + (finding.minimized === null ? "" : ", minimised")],
    ...(finding.expected === null ? [] : [["made for", finding.expected] as [string, string]]),
    ["seen", `${counted(finding.runs, "run")}, first ${finding.first_seen.slice(0, 10)}`],
  ];
  return `<article id="${html(`${target}-${signature}`)}">
<h3><span class="tag ${state === "known" ? "" : "bad"}">${state}</span> <span class="tag">${html(kind)}</span> ${html(what)}</h3>
${facts(told)}
${text(message)}
${stack.length === 0 ? "" : `<h4>Stack</h4>${text(stack.map((frame) => `at ${frame}`).join("\n"))}`}
<h4>Input</h4>
<div class="input">
${columnsOf(hexDump(input))}
${view.length === 0 ? "" : fieldsOf(view)}
</div>
${origin.trail === undefined || origin.trail.length === 0 ? "" : `<h4>How it was made</h4><ol class="trail">${origin.trail.map((step) => `<li>${html(step)}</li>`).join("")}</ol>`}
<h4>Show it again</h4>
${text(reproduce)}
</article>`;
};

/** What benchmarks found: nothing to show but the line. */
const otherFindings = ({ findings, details }: CampaignReport): string[] => {
  const shown = new Set(details.map(({ finding }) => `${finding.target} ${finding.signature}`));
  return findings
    .filter(({ target, id }) => !shown.has(`${target} ${id}`))
    .map(
      ({ id, known, what, reproduce }) =>
        `<article><h3><span class="tag ${known ? "" : "bad"}">${known ? "known" : "new"}</span> ${html(id)}</h3><p>${html(what)}</p>${text(reproduce)}</article>`,
    );
};

// ---- tables

const targetsTable = (rows: readonly FuzzRow[]): { readonly columns: readonly Column[]; readonly rows: Cell[][] } => ({
  columns: [
    { title: "target", align: "left" },
    { title: "engine", align: "left" },
    { title: "executions", align: "right" },
    { title: "per CPU s", align: "right" },
    { title: "coverage", align: "right" },
    { title: "", align: "left" },
    { title: "corpus", align: "right" },
    { title: "faults", align: "right" },
    { title: "last new s", align: "right" },
    { title: "findings", align: "right" },
    { title: "CPU s", align: "right" },
  ],
  // The engine that is Kiln's own first, as in `--engine --help`.
  rows: [...rows].sort((a, b) => fuzzEngines.indexOf(a.engine) - fuzzEngines.indexOf(b.engine)).map(cellsOf),
});

const cellsOf = (row: FuzzRow): Cell[] => {
  const name = [{ html: `<code>${html(row.target)}</code>`, value: row.target }, said(row.engine)];
  if (!isMeasured(row)) {
    return [...name, { html: `<span class="bad">${html(reasonOf(row) ?? "")}</span>`, value: -1, span: 9 }];
  }
  const { executions, cpu_s, coverage, corpus, outcomes, faults, last_new_s, findings, problem } = row;
  const reached = faultsReached(outcomes);
  const [covered, total] = [coverage?.covered ?? 0, coverage?.total ?? 0];
  return [
    ...(problem === null
      ? name
      : [{ html: `${name[0]?.html} <span class="bad">${html(problem)}</span>`, value: row.target }, said(row.engine)]),
    number(executions),
    number(cpu_s === null || cpu_s === 0 ? null : executions / cpu_s),
    coverage === null
      ? said("")
      : { html: `${whole(covered)} <small>of ${whole(total)} ${html(coverage.unit)}</small>`, value: covered },
    {
      html: total > 0 ? `<span class="bar"><i style="width:${((100 * covered) / total).toFixed(1)}%"></i></span>` : "",
      value: total > 0 ? covered / total : -1,
    },
    number(corpus),
    Object.keys(outcomes).length === 0 ? said("") : { html: `${reached}<small>/${faults}</small>`, value: reached },
    number(last_new_s),
    findings.length === 0
      ? { html: "", value: 0 }
      : { html: `<strong class="bad">${findings.length}</strong>`, value: findings.length },
    cpu_s === null ? said("") : { html: figure(cpu_s), value: cpu_s },
  ];
};

const said = (text: string): Cell => ({ html: html(text), value: text });
const number = (value: number | null): Cell => ({ html: value === null ? "" : whole(value), value: value ?? -1 });

/** Lines as they are. */
const text = (lines: string): string => `<pre class="wraps">${verbatim(lines)}</pre>`;

/** What does not fit a line goes on under the field's name, behind its range. */
const fieldsOf = (lines: readonly string[]): string =>
  `<pre class="wraps">${lines
    .map((line) => {
      const behind = Math.min(14, /^ *(?:\d+-\d+)? */.exec(line)?.[0].length ?? 0) + 2;
      return `<div style="padding-left:${behind}ch;text-indent:-${behind}ch">${html(line)}</div>`;
    })
    .join("")}</pre>`;

/** The same, wider than the page where it must be: columns stay columns. */
const columnsOf = (lines: readonly string[]): string => `<pre>${verbatim(lines.join("\n"))}</pre>`;

const verbatim = (lines: string): string => lines.split("\n").map(html).join("\n");

// ---- style and script

const STYLE = `
article{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:4px 20px 18px;margin:0 0 16px}
article h3{font-size:15px;margin:14px 0 12px}
.tag{display:inline-block;font-size:11.5px;font-weight:600;line-height:1.6;padding:0 7px;border-radius:3px;background:var(--wash);color:var(--accent);margin-right:2px;vertical-align:1px}
.tag.bad{background:var(--badwash)}
.input{display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 24px;align-items:start}
.trail{margin:4px 0;padding-left:2em}
.bar{display:inline-block;width:72px;height:6px;background:var(--line);border-radius:2px;overflow:hidden;vertical-align:middle}
.bar i{display:block;height:6px;background:var(--accent)}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
th button:hover{color:var(--ink)}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
@media (max-width:760px){
.input{grid-template-columns:minmax(0,1fr)}
article{padding:2px 14px 14px}
.sortable td:first-child,.sortable th:first-child{position:sticky;left:0;background:var(--ground);max-width:48vw;overflow:hidden;text-overflow:ellipsis}
}
`;

/** A click on a heading sorts by it: numbers from the largest, words from the first. */
const SCRIPT = `
for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
  const head = button.parentElement, row = head.parentElement, body = head.closest("table").tBodies[0];
  const at = [...row.cells].indexOf(head), isNumber = head.classList.contains("right");
  const down = head.ariaSort === "none" ? isNumber : head.ariaSort === "ascending";
  for (const other of row.cells) if (other.ariaSort) other.ariaSort = "none";
  head.ariaSort = down ? "descending" : "ascending";
  const value = (line) => line.cells[at]?.dataset.value ?? -1;
  const order = (a, b) => isNumber ? value(a) - value(b) : String(value(a)).localeCompare(value(b));
  body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
});
`;
