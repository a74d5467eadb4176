import { createHash } from "node:crypto";
import type { Provenance } from "../results/index.js";
import { customProperties } from "./palette.js";
import { type Column, plain, type Table } from "./table.js";

/** What all pages of ours have in common: one file that loads nothing, readable by day and by night, wide and narrow. */
export interface Page {
  readonly title: string;
  /** Markup, as everything below. */
  readonly header: string;
  readonly sections: readonly string[];
  /** Beside the common one. */
  readonly style?: string;
  /** The only one that runs, by the page's own policy. */
  readonly script?: string;
}

export const pageOf = ({ title, header, sections, style = "", script }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${allowed(script)}">
<title>${html(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${sections.filter((one) => one !== "").join("\n")}
</main>${script === undefined ? "" : `\n<script>${script}</script>`}
</body>
</html>
`;

const allowed = (script: string | undefined): string =>
  script === undefined ? "" : `; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** Nothing where there is no content. */
export const section = (title: string, content: string): string =>
  content === "" ? "" : `<section>\n<h2>${html(title)}</h2>\n${content}\n</section>`;

export const list = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${html(line)}</li>`).join("")}</ul>`;

/** The line above the headline: what the page is, from when, of which code. */
export const runLine = (title: string, provenance: Provenance): string =>
  `<p class="run">${html(title)} <span>${html(began(provenance))}</span></p>`;

const began = ({ started_at, commit, version, dirty }: Provenance): string =>
  [
    `${started_at.slice(0, 16).replace("T", " ")} UTC`,
    commit === null ? `version ${version}` : `commit ${commit.slice(0, 10)}${dirty === true ? " with changes" : ""}`,
  ].join(", ");

type Named = readonly (readonly [name: string, value: string])[];

/** Figures of the whole, large. */
export const figureList = (shown: Named): string => named("figures", shown);

export const facts = (shown: Named): string => named("facts", shown);

const named = (kind: string, shown: Named): string =>
  `<dl class="${kind}">${shown
    .map(([name, value]) => `<div><dt>${html(name)}</dt><dd>${html(value)}</dd></div>`)
    .join("")}</dl>`;

export interface Cell {
  readonly html: string;
  /** Columns that it takes; 1 if absent. */
  readonly span?: number;
  /** What it is sorted by. */
  readonly value: number | string;
}

/** In a box of its own that scrolls where the page is narrower. */
export const table = (
  { columns, rows }: Table | { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] },
  kind = "",
): string => {
  const head = columns.map(({ title, align }) =>
    kind === "sortable" && title !== ""
      ? `<th class="${align}" aria-sort="none"><button type="button">${html(title)}</button></th>`
      : `<th class="${align}">${html(title)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const align = columns[i]?.align ?? "left";
      if (typeof cell === "string") return `<td class="${align}">${html(cell)}</td>`;
      const span = cell.span === undefined ? `class="${align}"` : `class="wrapped" colspan="${cell.span}"`;
      return `<td ${span} data-value="${html(String(cell.value))}">${cell.html}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll"><table class="${kind}"><thead><tr>${head.join("")}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
};

/** Text of others as text. */
export const html = (words: string): string =>
  plain(words).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

// ---- style

const STYLE = `${customProperties}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:14px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
header,main{max-width:1280px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
.run{margin:0;color:var(--muted);font-weight:600}.run span{font-weight:400;margin-left:.6em}
h1{font-size:25px;line-height:1.3;font-weight:600;letter-spacing:-.01em;margin:6px 0 10px;max-width:40em;text-wrap:balance}
h1.bad{color:var(--bad)}
h2{font-size:17px;font-weight:600;margin:44px 0 12px}
h3{font-size:14px;font-weight:600;margin:20px 0 10px;overflow-wrap:anywhere}
h4{font-size:12px;font-weight:600;color:var(--muted);margin:16px 0 4px}
p{max-width:75em;margin:6px 0}
ul{margin:0;padding-left:1.2em}
.figures{display:flex;flex-wrap:wrap;gap:12px 44px;margin:24px 0 0;padding:16px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.figures dt,.facts dt{color:var(--muted);font-size:12px}
.figures dd{margin:0;font-size:20px;font-weight:500}
.facts{display:flex;flex-wrap:wrap;gap:8px 36px;margin:0 0 12px}
.facts dd{margin:0;overflow-wrap:anywhere}
code,pre{font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
pre{margin:4px 0;padding:10px 12px;background:var(--ground);border:1px solid var(--line);border-radius:4px;overflow-x:auto}
figure{margin:0}figcaption{color:var(--muted);font-size:13px;margin-bottom:4px}
figcaption code{color:var(--ink)}figcaption span{float:right;color:var(--accent);font-weight:600}
svg{display:block;max-width:100%;height:auto}
.narrow{display:none}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(262px,1fr));gap:24px 24px}
.bad{color:var(--bad)}
.wraps{white-space:pre-wrap;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{padding:3px 16px 3px 0;text-align:left;white-space:nowrap;vertical-align:baseline}
th{color:var(--muted);font-weight:500;font-size:12px;border-bottom:1px solid var(--line);padding-bottom:6px}
td{border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
tbody tr:hover td{background:var(--wash)}
.wrapped{white-space:normal}
.right{text-align:right}
.right:last-child,td:last-child{padding-right:4px}
small{color:var(--muted);font-size:12px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
main{padding-bottom:64px}
@media (max-width:760px){
header,main{padding-left:16px;padding-right:16px}
header{padding-top:24px}
h1{font-size:20px}
.figures{gap:10px 28px}.figures dd{font-size:17px}
.wide{display:none}.narrow{display:block}
.run span{display:block;margin:0}
.facts{gap:8px 24px}
}
@media print{tbody tr:hover td{background:none}article{break-inside:avoid}}
`;
