import type { CoveredFault, CoveredModule } from "../results/index.js";
import { type CoverageDetail, type CoverageReport, coverageTotals } from "./coverage.js";
import { figureList, html, pageOf, runLine } from "./page.js";
import { whole } from "./units.js";

/**
 * What the corpus reaches as one HTML page that needs no network and no script: clauses, faults, modules, and the text of
 * each module with the lines that never ran.
 */
export const coverageHtml = ({ document, details }: CoverageReport): string => {
  const { provenance, targets, modules, faults, clauses } = document;
  const totals = coverageTotals(document);
  const never = faults.filter(({ inputs }) => inputs === 0);
  const untouched = clauses.filter(({ reached }) => reached === 0);
  return pageOf({
    title: "Kiln coverage",
    header: [
      runLine("Kiln coverage", provenance),
      `<h1>${html(headline(totals))}</h1>`,
      figureList(
        Object.entries(totals).map(([name, [reached, of]]) => [
          name,
          name === "inputs" ? whole(of) : share(reached, of),
        ]),
      ),
    ].join("\n"),
    sections: [
      section(
        `Clauses that no input reaches (${untouched.length} of ${clauses.length})`,
        "A clause is reached when a fault that it decides was the fate of an input.",
        untouched.length === 0
          ? ""
          : `<ul class="names">${untouched.map(({ rfc }) => `<li>${html(rfc)}</li>`).join("")}</ul>`,
      ),
      section(
        `Faults that no input ends in (${never.length} of ${faults.length})`,
        "",
        never.length === 0 ? "" : faultTable(never),
      ),
      section(
        "Modules",
        "Lines of functions. Open one to see its text: what is marked never ran.",
        [...modules]
          .sort((a, b) => b.lines_total - b.lines - (a.lines_total - a.lines) || (a.module < b.module ? -1 : 1))
          .map((one) =>
            moduleBlock(
              one,
              details.find(({ module }) => module === one.module),
            ),
          )
          .join("\n"),
      ),
      section(
        "Targets",
        "",
        table(
          ["target", "inputs", "failing", "edges"],
          targets.map((one) => [one.target, whole(one.inputs), whole(one.failing), share(one.edges, one.edges_total)]),
        ),
      ),
      section(
        "Clauses",
        "",
        table(
          ["clause", "faults", "reached"],
          clauses.map(({ rfc, faults, reached }) => [rfc, whole(faults), whole(reached)]),
        ),
      ),
      section("Faults", "", faultTable(faults)),
    ],
    style: STYLE,
  });
};

const headline = ({ lines, faults, clauses }: ReturnType<typeof coverageTotals>): string =>
  `The corpus runs ${percent(lines)} of the lines, and ends in ${faults[0]} of ${faults[1]} faults, which ${clauses[0]} of ${clauses[1]} clauses decide`;

const section = (title: string, note: string, content: string): string =>
  `<section>\n<h2>${html(title)}</h2>\n${note === "" ? "" : `<p class="note">${html(note)}</p>\n`}${content === "" ? "<p>none</p>" : content}\n</section>`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell, i) => `<${tag}${i === 0 ? "" : ' class="right"'}>${html(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${line(heads, "th")}</thead><tbody>\n${rows.map((row) => line(row, "td")).join("\n")}\n</tbody></table></div>`;
};

const faultTable = (faults: readonly CoveredFault[]): string =>
  `<div class="scroll"><table><thead><tr><th>fault</th><th>clause</th><th>targets</th><th class="right">inputs</th></tr></thead><tbody>\n${faults
    .map(
      ({ id, rfc, targets, inputs }) =>
        `<tr${inputs === 0 ? ' class="never"' : ""}><td><code>${html(id)}</code></td><td>${html(rfc)}</td><td>${html(few(targets))}</td><td class="right">${whole(inputs)}</td></tr>`,
    )
    .join("\n")}\n</tbody></table></div>`;

const few = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(", ") : `${names[0]} and ${names.length - 1} others`;

const moduleBlock = (
  { module, lines, lines_total, functions, functions_total, branches, branches_total }: CoveredModule,
  detail: CoverageDetail | undefined,
): string => {
  const head = `<code>${html(module)}</code> <span class="bar"><i style="width:${lines_total === 0 ? 0 : Math.round((100 * lines) / lines_total)}%"></i></span> <span class="note">lines ${share(lines, lines_total)} · functions ${share(functions, functions_total)} · branches ${share(branches, branches_total)}</span>`;
  const source = detail?.source ?? null;
  if (source === null || detail === undefined) return `<p class="module">${head}</p>`;
  return `<details><summary>${head}</summary>\n<pre>${listing(source, detail.lines)}</pre></details>`;
};

const listing = (source: string, lines: CoverageDetail["lines"]): string =>
  source
    .trimEnd()
    .split("\n")
    .map((text, i) => {
      const count = lines.get(i + 1);
      const mark = count === undefined ? "" : count > 0 ? ' class="ran"' : ' class="missed"';
      return `<span${mark}><b>${i + 1}</b>${html(text.replaceAll("\t", "    "))}</span>`;
    })
    .join("");

const share = (reached: number, of: number): string =>
  `${whole(reached)} of ${whole(of)}${of === 0 ? "" : ` (${percent([reached, of])})`}`;

/** Only what is all of it is 100%. */
const percent = ([reached, of]: readonly [number, number]): string =>
  of === 0 ? "0%" : `${reached === of ? 100 : Math.min(99.9, Math.floor((1000 * reached) / of) / 10)}%`;

const STYLE = `
.note{color:var(--muted);font-size:13px}
.figures dd{font-size:17px}
.names{columns:17em;margin:0;padding-left:1.2em;color:var(--bad)}
.never td{color:var(--bad)}
details,.module{border-bottom:1px solid var(--line);padding:4px 0;margin:0;max-width:none}
summary{cursor:pointer}.module{padding-left:1.1em}
summary code,.module code{display:inline-block;min-width:26em;overflow-wrap:anywhere}
.bar{display:inline-block;width:72px;height:6px;background:var(--badwash);border-radius:2px;overflow:hidden;vertical-align:middle;margin:0 8px}
.bar i{display:block;height:6px;background:var(--accent)}
pre{margin:8px 0 16px;background:var(--paper);border:1px solid var(--line);border-radius:4px;overflow-x:auto;padding:8px 0}
pre span{display:block;min-width:max-content;padding:0 12px;min-height:1.5em;white-space:pre}
pre b{display:inline-block;width:4em;padding-right:1.2em;text-align:right;font-weight:400;color:var(--muted);user-select:none}
pre .missed{background:var(--badwash);color:var(--bad)}
pre .ran b{color:var(--accent)}
`;
