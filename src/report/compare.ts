import { type CompareDocument, type CompareRow, type CompareSide, isMeasured, reasonOf } from "../results/index.js";
import { left, markdown, markdownTable, right, type Shown, type Table, tableOf } from "./table.js";
import { figure, megabytes, spread } from "./units.js";

/** The rows of a comparison; headline figures are marked. */
export const compareTable = (rows: readonly CompareRow[]): Table =>
  tableOf(rows, [
    right("#", ({ repetition }) => (repetition === undefined ? "" : String(repetition))),
    left("scenario", ({ scenario }) => scenario),
    left("what", ({ what }) => what),
    left("figure", ({ figure: name, headline }) => (headline && name !== "" ? `${name} *` : name)),
    ...measured(
      right("A", ({ a, figure: name }) => spread(a, shownAs(name))),
      right("B", ({ b, figure: name }) => spread(b, shownAs(name))),
      right("B/A (95%)", ratioText),
      right("p", ({ p_adjusted }) =>
        p_adjusted === null ? "" : p_adjusted < 0.001 ? "<0.001" : p_adjusted.toFixed(3),
      ),
      right("noise", ({ noise_floor }) => percent(noise_floor)),
      right("detects", ({ detectable }) => percent(detectable)),
      right("n", ({ pairs, suspect }) => (suspect === 0 ? String(pairs) : `${pairs} (${suspect} disturbed)`)),
      left("verdict", ({ verdict }) => verdict),
    ),
  ]);

/** Text for a pull request. */
export const compareMarkdown = (document: CompareDocument): string => {
  const { sides, provenance, rules, warnings, mode } = document;
  return [
    `### Comparison: ${verdictLine(document)}`,
    "",
    `A is ${sideText(sides.a)}, B is ${sideText(sides.b)}.`,
    "",
    markdownTable(compareTable(document.rows)),
    "",
    ...(mode === "stored" ? [] : [`${legend(rules.threshold)}`, ""]),
    ...warnings.map((line) => `- ${markdown(line)}`),
    ...(warnings.length > 0 ? [""] : []),
    `Node ${provenance.node}, OpenSSL ${provenance.openssl}, ${provenance.cores} cores of ${markdown(provenance.cpu)}, ` +
      `${provenance.platform} ${provenance.kernel}; \`${provenance.command}\``,
    "",
  ].join("\n");
};

/** What stands below the table in a terminal. */
export const compareNotes = (document: CompareDocument): string[] => [
  `A: ${plainSide(document.sides.a)}`,
  `B: ${plainSide(document.sides.b)}`,
  ...(document.mode === "stored" ? [] : [legend(document.rules.threshold)]),
  verdictLine(document),
];

const legend = (threshold: number): string =>
  `* decides. A change is one of more than ${percent(threshold)} and more than the noise, with the interval clear of 1 and p ` +
  "below 0.05 (Wilcoxon, Holm); no change: the whole interval lies within that threshold. Noise: what runs of one build differ by; " +
  "detects: what four of five comparisons would call a change.";

/** `1 slower, 3 no change`, of the figures that decide; of all where none does. */
const verdictLine = ({ rows }: CompareDocument): string => {
  const decisive = rows.some(({ headline }) => headline) ? rows.filter(({ headline }) => headline) : rows;
  const counts = new Map<string, number>();
  for (const row of decisive) {
    const verdict = isMeasured(row) ? row.verdict : "not measured";
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts.size === 0 ? "nothing measured" : [...counts].map(([verdict, n]) => `${n} ${verdict}`).join(", ");
};

const plainSide = ({ name, commit, digest, versions }: CompareSide): string => {
  const facts = [
    ...(commit === null || name === commit ? [] : [commit.slice(0, 10)]),
    ...versions,
    ...(digest === null ? [] : [`SHA-256 ${digest.slice(0, 10)}…`]),
  ];
  return facts.length === 0 ? name : `${name} (${facts.join(", ")})`;
};

const sideText = (side: CompareSide): string => `**${markdown(plainSide(side))}**`;

type Measured = Extract<CompareRow, { verdict: unknown }>;

/** A row without figures tells the reason in the first of these columns. */
const measured = (...columns: readonly Shown<Measured>[]): Shown<CompareRow>[] =>
  columns.map(({ title, align, cell }, i) => ({
    title,
    align,
    cell: (row) => (isMeasured(row) ? cell(row) : i === 0 ? (reasonOf(row) ?? "") : ""),
  }));

const ratioText = ({ ratio, low, high }: Measured): string =>
  low === null || high === null
    ? `×${ratio.toFixed(3)}`
    : `×${ratio.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;

const percent = (share: number | null): string => (share === null ? "" : `${(share * 100).toFixed(1)}%`);

const shownAs = (name: string): ((value: number) => string) =>
  name.endsWith("_bytes") ? (value) => `${megabytes(value)} MB` : figure;
