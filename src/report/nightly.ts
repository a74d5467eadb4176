import { type AnyDocument, compareDocuments, type Provenance } from "../results/index.js";
import { benchTable, comparisonTable } from "./bench.js";
import { left, markdown, markdownTable, plain, right, type Table, tableOf, terminalTable } from "./table.js";
import { duration, whole } from "./units.js";

/** What fuzzing one target with one engine came to. */
export interface FuzzLine {
  readonly target: string;
  readonly engine: string;
  readonly executions: number;
  readonly seconds: number;
  /** In the engine's own unit (edges, lines); null when it does not measure any. */
  readonly coverage: number | null;
  readonly findings: number;
  /** Why it did not run or not to the end. */
  readonly problem?: string;
}

export interface FindingLine {
  /** Short and stable: the same fault has the same id in every run. */
  readonly id: string;
  readonly target: string;
  /** One line: what is wrong. */
  readonly what: string;
  /** The command that shows it again. */
  readonly reproduce: string;
  /** Seen by an earlier run already. */
  readonly known: boolean;
}

export interface NightlyReport {
  readonly run: string;
  readonly provenance: Provenance;
  readonly durationMs: number;
  /** Ctrl-C or the budget ended it early: what is there is true, but not all. */
  readonly interrupted: boolean;
  readonly benchmarks: readonly AnyDocument[];
  readonly fuzz: readonly FuzzLine[];
  readonly findings: readonly FindingLine[];
  /** What went wrong with the run itself, one line each. */
  readonly problems: readonly string[];
  /** The last run of this kind: null when there is none, `unreadable` with the reason when it can't be read. */
  readonly previous: PreviousRun | { readonly unreadable: string } | null;
}

export interface PreviousRun {
  readonly run: string;
  readonly provenance: Provenance;
  readonly benchmarks: readonly AnyDocument[];
}

/** `report.md`: the whole of a night, the verdict first. Ends with a line break. */
export const nightlyMarkdown = (report: NightlyReport): string => {
  const blocks = [
    `# Kiln nightly ${report.run}`,
    ...verdictOf(report).map(markdown),
    ...[...sectionsOf(report), whereItRan(report)].flatMap(({ title, blocks }) => [
      `## ${title}`,
      ...blocks.map((block) => (typeof block === "string" ? markdown(block) : markdownTable(block))),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
};

/** What the terminal shows at the end: the same, the verdict last, where the eye is. No line break at the end. */
export const nightlySummary = (report: NightlyReport): string => {
  const sections = sectionsOf(report).map(({ title, blocks }) =>
    [
      title.toUpperCase(),
      ...blocks.map((block) => (typeof block === "string" ? plain(block) : terminalTable(block))),
    ].join("\n"),
  );
  return [...sections, verdictOf(report).map(plain).join("\n")].join("\n\n");
};

interface Section {
  readonly title: string;
  readonly blocks: readonly (string | Table)[];
}

const verdictOf = ({ findings, fuzz, problems, durationMs, interrupted }: NightlyReport): readonly string[] => {
  const fresh = findings.filter(({ known }) => !known).length;
  const executions = fuzz.reduce((sum, one) => sum + one.executions, 0);
  const found =
    findings.length === 0 ? "No finding" : `${counted(findings.length, "finding")}, ${whole(fresh)} of them new`;
  const targets = new Set(fuzz.map(({ target }) => target)).size;
  return [
    `${found}; ${counted(executions, "execution")} of ${counted(targets, "fuzz target")} in ${duration(durationMs)}.`,
    ...(problems.length === 0 ? [] : [`The run itself had ${counted(problems.length, "problem")}.`]),
    ...(interrupted ? ["It was ended early: what is here was gathered until then."] : []),
  ];
};

const sectionsOf = (report: NightlyReport): readonly Section[] =>
  [
    { title: "Problems of the run", blocks: report.problems },
    { title: "Findings", blocks: tabled(report.findings, findingsTable) },
    ...report.benchmarks
      .map(benchTable)
      .flatMap((shown) => (shown === null ? [] : { title: shown.title, blocks: [shown.table] })),
    { title: "Compared with the last run", blocks: comparison(report) },
    { title: "Fuzzing", blocks: tabled(report.fuzz, fuzzTable) },
  ].filter(({ blocks }) => blocks.length > 0);

const tabled = <Row>(rows: readonly Row[], table: (rows: readonly Row[]) => Table): readonly Table[] =>
  rows.length === 0 ? [] : [table(rows)];

const findingsTable = (findings: readonly FindingLine[]): Table =>
  tableOf(findings, [
    left("finding", ({ id }) => id),
    left("target", ({ target }) => target),
    left("new", ({ known }) => (known ? "" : "new")),
    left("what", ({ what }) => what),
    left("reproduce", ({ reproduce }) => reproduce),
  ]);

const fuzzTable = (lines: readonly FuzzLine[]): Table =>
  tableOf(lines, [
    left("target", ({ target }) => target),
    left("engine", ({ engine }) => engine),
    right("executions", ({ executions }) => whole(executions)),
    right("per second", ({ executions, seconds }) => (seconds > 0 ? whole(executions / seconds) : "")),
    right("coverage", ({ coverage }) => (coverage === null ? "" : whole(coverage))),
    right("findings", ({ findings }) => whole(findings)),
    left("problem", ({ problem }) => problem ?? ""),
  ]);

const comparison = ({ previous, provenance, benchmarks }: NightlyReport): readonly (string | Table)[] => {
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

const differences = (before: Provenance, now: Provenance): string[] =>
  settings.filter((name) => before[name] !== now[name]).map((name) => `${name} ${before[name]} → ${now[name]}`);

const whereItRan = ({ provenance }: NightlyReport): Section => ({
  title: "Where it ran",
  blocks: [provenanceTable(provenance)],
});

const provenanceTable = (provenance: Provenance): Table =>
  tableOf(Object.entries(provenance), [
    left("what", ([name]) => name.replaceAll("_", " ")),
    left("value", ([, value]) => shown(value)),
  ]);

const shown = (value: unknown): string => {
  if (value === null) return "unknown";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
};

const counted = (count: number, noun: string): string => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
