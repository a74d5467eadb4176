import { type FuzzRow, isMeasured, reasonOf } from "../results/index.js";
import type { CampaignReport, FindingDetail } from "./campaign.js";
import { hexDump } from "./octets.js";

/**
 * A campaign as JUnit XML, for CI: a suite for each engine, a test case for each target; a finding is a failure of it,
 * and a target that could not be fuzzed an error.
 */
export const fuzzJunit = ({ title, provenance, fuzz, details, durationMs }: CampaignReport): string => {
  const found = new Map(details.map((detail) => [`${detail.finding.target} ${detail.finding.signature}`, detail]));
  const cases = fuzz.map((row) => caseOf(row, found));
  const engines = [...new Set(fuzz.map(({ engine }) => engine))];
  const suites = engines.map((engine) => {
    const own = cases.filter((one) => one.engine === engine);
    return [
      `  <testsuite${attributes({
        name: `kiln fuzz ${engine}`,
        ...countsOf(own),
        skipped: 0,
        time: seconds(own.reduce((sum, one) => sum + one.seconds, 0)),
        timestamp: provenance.started_at.slice(0, 19),
      })}>`,
      ...own.map(({ xml }) => xml),
      "  </testsuite>",
    ].join("\n");
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: title, ...countsOf(cases), time: seconds(durationMs / 1000) })}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
};

interface Case {
  readonly engine: string;
  readonly seconds: number;
  readonly isFailed: boolean;
  readonly isError: boolean;
  readonly xml: string;
}

const caseOf = (row: FuzzRow, found: ReadonlyMap<string, FindingDetail>): Case => {
  const { target, module, engine } = row;
  const problem = isMeasured(row) ? row.problem : reasonOf(row);
  const signatures = isMeasured(row) ? row.findings : [];
  const time = isMeasured(row) ? row.seconds : 0;
  const faults = [
    ...signatures.map((signature) => failureOf(signature, found.get(`${target} ${signature}`))),
    ...(problem === null ? [] : [`      <error${attributes({ message: problem, type: "kiln" })}/>`]),
  ];
  const head = `    <testcase${attributes({ name: target, classname: module, time: seconds(time) })}`;
  return {
    engine,
    seconds: time,
    isFailed: signatures.length > 0,
    isError: problem !== null,
    xml: faults.length === 0 ? `${head}/>` : [`${head}>`, ...faults, "    </testcase>"].join("\n"),
  };
};

const failureOf = (signature: string, detail: FindingDetail | undefined): string => {
  if (detail === undefined) return `      <failure${attributes({ message: signature, type: "finding" })}/>`;
  const { finding, input, reproduce, regression } = detail;
  const text = [
    ...(regression ? ["It had been closed, and came back."] : []),
    finding.message,
    ...finding.stack.map((frame) => `    at ${frame}`),
    "",
    ...hexDump(input),
    "",
    reproduce,
  ].join("\n");
  return `      <failure${attributes({ message: `${signature}: ${finding.what}`, type: finding.kind })}>${xml(text)}</failure>`;
};

/** By test cases, as readers of JUnit count. */
const countsOf = (cases: readonly Case[]): { tests: number; failures: number; errors: number } => ({
  tests: cases.length,
  failures: cases.filter(({ isFailed }) => isFailed).length,
  errors: cases.filter(({ isFailed, isError }) => isError && !isFailed).length,
});

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replace(/[\t\n\r]/g, " ")}"`)
    .join("");

const seconds = (value: number): string => value.toFixed(3);

/** Text as XML 1.0 can carry it: of control characters it knows three, and no half of a surrogate pair. */
const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about.
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
