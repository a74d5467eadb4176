import type { BenchReport, ReportPart } from "./bench-report.js";
import { provenanceTable } from "./campaign-text.js";
import { markdown, markdownTable } from "./table.js";

/** The report as Markdown; its figures are files beside it. Ends with a line break. */
export const benchMarkdown = ({ headline, remarks, totals, parts }: BenchReport): string => {
  const blocks = [
    `# ${markdown(headline)}`,
    markdown(`${totals.map(([name, value]) => `${name} ${value}`).join(", ")}.`),
    ...remarks.map(markdown),
    ...parts.flatMap(part),
  ];
  return `${blocks.join("\n\n")}\n`;
};

const part = ({ title, run, provenance, figures, ...shown }: ReportPart): string[] => [
  `## ${markdown(title)}`,
  `    ${provenance.command}`,
  markdownTable(shown.table),
  ...titled("Not measured", shown.unmeasured),
  ...titled("To be taken with care", shown.cautions),
  ...figures.flatMap(({ figure: { title: name, caption }, file }) => [
    `**${markdown(name)}.** ${markdown(caption)}`,
    `![${markdown(name)}](figures/${file})`,
  ]),
  ...titled("What is comparable", shown.conditions),
  "### Where it ran",
  `Run ${markdown(run)}.`,
  markdownTable(provenanceTable(provenance)),
];

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`### ${title}`, lines.map((line) => `- ${markdown(line)}`).join("\n")];
