import { compareDocuments, type FuzzRow, isMeasured, type Provenance, reasonOf } from "../results/index.js";
import { benchTable, comparisonTable } from "./bench.js";
import type { CampaignReport, FindingDetail, FindingLine } from "./campaign.js";
import { hexDump } from "./octets.js";
import { left, markdown, markdownTable, plain, right, type Table, tableOf, terminalTable } from "./table.js";
import { duration, whole } from "./units.js";

/** `report.md`: the whole of a night or a campaign, the verdict first. Ends with a line break. */
export const campaignMarkdown = (report: CampaignReport): string => {
  const sections = sectionsOf(report, fuzzTable(report, report.fuzz));
  const blocks = [
    `# ${markdown(report.title)}`,
    ...verdictOf(report).map(markdown),
    ...[...sections, whereItRan(report)].flatMap(({ title, blocks }) => [
      `## ${title}`,
      ...blocks.map((block) => (typeof block === "string" ? markdown(block) : markdownTable(block))),
      ...(title === FINDINGS ? report.details.flatMap(findingBlocks) : []),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
};

/** What the terminal shows at the end: the same, the verdict last, where the eye is. No line break at the end. */
export const campaignSummary = (report: CampaignReport): string => {
  const told = mostTelling(report.fuzz);
  const left = report.fuzz.length - told.length;
  const sections = sectionsOf(report, fuzzTable(report, told)).map(({ title, blocks }) =>
    [
      title.toUpperCase(),
      ...blocks.map((block) => (typeof block === "string" ? plain(block) : terminalTable(block))),
      ...(title === FUZZING && left > 0 ? [`and ${whole(left)} more in the report`] : []),
    ].join("\n"),
  );
  return [...sections, verdictOf(report).map(plain).join("\n")].join("\n\n");
};

const FINDINGS = "Findings";
const FUZZING = "Fuzzing";
const MOST_LINES = 20;

/** Rows with something to say first, then those that ran most; for where there is no room for hundreds. */
const mostTelling = (rows: readonly FuzzRow[]): FuzzRow[] => {
  const weight = (row: FuzzRow): number =>
    !isMeasured(row) || row.problem !== null || row.findings.length > 0 ? Number.POSITIVE_INFINITY : row.executions;
  return [...rows].sort((a, b) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a))).slice(0, MOST_LINES);
};

interface Section {
  readonly title: string;
  readonly blocks: readonly (string | Table)[];
}

export const verdictOf = ({
  findings,
  fuzz,
  problems,
  durationMs,
  endedBy,
  details,
}: CampaignReport): readonly string[] => {
  const fresh = findings.filter(({ known }) => !known).length;
  const executions = fuzz.reduce((sum, row) => sum + (isMeasured(row) ? row.executions : 0), 0);
  const found =
    findings.length === 0 ? "No finding" : `${counted(findings.length, "finding")}, ${whole(fresh)} of them new`;
  const regressions = details.filter(({ regression }) => regression).length;
  const targets = new Set(fuzz.map(({ target }) => target)).size;
  return [
    `${found}; ${counted(executions, "execution")} of ${counted(targets, "fuzz target")} in ${duration(durationMs)}.`,
    ...(regressions === 0 ? [] : [`Regressions: ${counted(regressions, "closed finding")} came back.`]),
    ...(problems.length === 0 ? [] : [`The run itself had ${counted(problems.length, "problem")}.`]),
    ...(endedBy === "plateau" ? ["It ended when nothing new was found any more."] : []),
    ...(endedBy === "signal" ? ["It was ended early: what is here was gathered until then."] : []),
  ];
};

const sectionsOf = (report: CampaignReport, fuzz: Table): readonly Section[] =>
  [
    { title: "Problems of the run", blocks: report.problems },
    { title: FINDINGS, blocks: report.findings.length === 0 ? [] : [findingsTable(report)] },
    ...report.benchmarks
      .map(benchTable)
      .flatMap((shown) => (shown === null ? [] : { title: shown.title, blocks: [shown.table] })),
    { title: "Compared with the last run", blocks: comparison(report) },
    { title: FUZZING, blocks: report.fuzz.length === 0 ? [] : [fuzz] },
  ].filter(({ blocks }) => blocks.length > 0);

const findingsTable = ({ findings, details }: CampaignReport): Table => {
  const returned = new Set(details.filter(({ regression }) => regression).map(({ finding }) => finding.signature));
  return tableOf<FindingLine>(findings, [
    left("finding", ({ id }) => id),
    left("target", ({ target }) => target),
    left("new", ({ id, known }) => (returned.has(id) ? "came back" : known ? "" : "new")),
    left("what", ({ what }) => what),
    left("reproduce", ({ reproduce }) => reproduce),
  ]);
};

const fuzzTable = ({ previous }: CampaignReport, rows: readonly FuzzRow[]): Table => {
  const before = coverageOf(previous);
  const measured = (row: FuzzRow, show: (row: Measured) => string): string => (isMeasured(row) ? show(row) : "");
  return tableOf<FuzzRow>(rows, [
    left("target", ({ target }) => target),
    left("engine", ({ engine }) => engine),
    right("executions", (row) => measured(row, ({ executions }) => whole(executions))),
    right("per second", (row) =>
      measured(row, ({ executions, seconds }) => (seconds > 0 ? whole(executions / seconds) : "")),
    ),
    right("coverage", (row) => measured(row, ({ coverage }) => (coverage === null ? "" : whole(coverage.covered)))),
    left("of", (row) =>
      measured(row, ({ coverage }) => (coverage === null ? "" : `${whole(coverage.total)} ${coverage.unit}`)),
    ),
    right("since last run", (row) =>
      measured(row, ({ coverage }) => signed((coverage?.covered ?? 0) - (before.get(keyOf(row)) ?? Number.NaN))),
    ),
    right("corpus", (row) => measured(row, ({ corpus }) => (corpus === null ? "" : whole(corpus)))),
    right("last new s", (row) => measured(row, ({ last_new_s }) => (last_new_s === null ? "" : whole(last_new_s)))),
    right("findings", (row) => measured(row, ({ findings }) => whole(findings.length))),
    left("problem", (row) => (isMeasured(row) ? (row.problem ?? "") : (reasonOf(row) ?? ""))),
  ]);
};

type Measured = Exclude<FuzzRow, { skipped: string } | { failed: string }>;

const keyOf = ({ target, engine }: FuzzRow): string => `${engine} ${target}`;

/** What the last run had covered, by engine and target. */
const coverageOf = (previous: CampaignReport["previous"]): ReadonlyMap<string, number> =>
  new Map(
    previous === null || previous === undefined || "unreadable" in previous
      ? []
      : previous.fuzz.flatMap((row) =>
          isMeasured(row) && row.coverage !== null ? [[keyOf(row), row.coverage.covered] as const] : [],
        ),
  );

const signed = (change: number): string =>
  Number.isNaN(change) || change === 0 ? "" : `${change > 0 ? "+" : "−"}${whole(Math.abs(change))}`;

/** A finding in full, as Markdown: what Markdown would read as markup stands in indented blocks. */
const findingBlocks = ({ finding, regression, reproduce, input, view }: FindingDetail): string[] => [
  `### ${markdown(finding.what)}`,
  markdown(
    `${finding.kind} in ${finding.module}, target ${finding.target}, signature ${finding.signature}, found by ${finding.origin.engine} (seed ${finding.origin.seed})${regression ? "; it had been closed, and came back" : ""}.`,
  ),
  indented([...finding.message.split("\n"), ...finding.stack.map((frame) => `  at ${frame}`)]),
  `${whole(input.length)} octets${finding.minimized === null ? "" : ", minimised"}:`,
  indented(hexDump(input)),
  ...(view.length === 0 ? [] : ["Field by field:", indented(view)]),
  ...(finding.origin.trail === undefined ? [] : ["How it was made:", indented(finding.origin.trail)]),
  "Show it again:",
  indented([reproduce]),
];

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${plain(line)}`.trimEnd()).join("\n");

/** Empty where no earlier run was looked for. */
export const comparison = ({ previous, provenance, benchmarks }: CampaignReport): readonly (string | Table)[] => {
  if (previous === undefined) return [];
  if (previous === null) return ["There is no earlier run to compare with."];
  if ("unreadable" in previous) return [`The last run cannot be read: ${previous.unreadable}`];
  const compared = compareDocuments(previous.benchmarks, benchmarks);
  const differing = differences(previous.provenance, provenance);
  return [
    `Against ${previous.run} of ${previous.provenance.started_at}${ofCommit(previous.provenance)}.`,
    "Different day: weak evidence. The ratio is the median now over the median then; in brackets what the single samples" +
      " allow. To be sure, run the old version again beside the new one.",
    ...(differing.length === 0 ? [] : [`Not the same setting: ${differing.join("; ")}.`]),
    ...(compared.length === 0 ? ["The two runs measured nothing in common."] : [comparisonTable(compared)]),
  ];
};

const ofCommit = ({ commit, dirty }: Provenance): string =>
  commit === null ? "" : ` at commit ${commit.slice(0, 12)}${dirty === true ? " with changes" : ""}`;

/** What makes figures hard to compare when it changes. The commit is not among it: that is what one compares. */
const settings = ["node", "openssl", "cpu", "cores", "kernel", "governor", "memory_bytes"] as const;

export const differences = (before: Provenance, now: Provenance): string[] =>
  settings.filter((name) => before[name] !== now[name]).map((name) => `${name} ${before[name]} → ${now[name]}`);

const whereItRan = ({ provenance }: CampaignReport): Section => ({
  title: "Where it ran",
  blocks: [provenanceTable(provenance)],
});

export const provenanceTable = (provenance: Provenance): Table =>
  tableOf(provenanceRows(provenance), [left("what", ([name]) => name), left("value", ([, value]) => value)]);

export const provenanceRows = (provenance: Provenance): readonly (readonly [name: string, value: string])[] =>
  Object.entries(provenance).map(([name, value]) => [name.replaceAll("_", " "), shown(value)]);

const shown = (value: unknown): string => {
  if (value === null) return "unknown";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
};

export const counted = (count: number, noun: string): string => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
