import type { CampaignReport, FindingDetail } from "./campaign.js";
import { placeOf } from "./campaign.js";

/**
 * The findings as SARIF 2.1.0, for code scanning: a result for each, at the innermost frame of its stack in TypeScript
 * lines. Paths are relative to the root of the sources.
 */
export const fuzzSarif = (report: CampaignReport): string => {
  const { provenance, details, problems, durationMs } = report;
  const rules = [...new Map(details.map((detail) => [ruleOf(detail), detail])).keys()].sort();
  const began = new Date(provenance.started_at);
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Kiln",
            semanticVersion: provenance.version,
            rules: rules.map((id) => ({
              id,
              shortDescription: { text: meaningOf(id) },
              defaultConfiguration: { level: "error" },
            })),
          },
        },
        invocations: [
          {
            commandLine: provenance.command,
            executionSuccessful: problems.length === 0,
            startTimeUtc: began.toISOString(),
            endTimeUtc: new Date(began.getTime() + durationMs).toISOString(),
            toolExecutionNotifications: problems.map((text) => ({ level: "warning", message: { text } })),
          },
        ],
        originalUriBaseIds: { [ROOT]: { description: { text: "The root of the sources." } } },
        columnKind: "utf16CodeUnits",
        results: details.map((detail) => resultOf(detail, rules.indexOf(ruleOf(detail)))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const ROOT = "SRCROOT";

/** `crash`, or of an oracle its name too: `oracle/round-trip`. */
const ruleOf = ({ finding: { kind, what } }: FindingDetail): string => {
  const [, oracle] = /^([\w-]+): /.exec(what) ?? [];
  return kind === "oracle" && oracle !== undefined ? `oracle/${oracle}` : kind;
};

const MEANINGS: Readonly<Record<string, string>> = {
  crash: "A decoder throws what it must not throw.",
  hang: "A decoder does not come back.",
  memory: "A decoder takes more memory than it may.",
  exit: "A decoder ends the process.",
  oracle: "A decoder does what must not happen.",
};

const meaningOf = (rule: string): string => {
  const [, oracle] = /^oracle\/(.+)$/.exec(rule) ?? [];
  return oracle === undefined ? (MEANINGS[rule] ?? rule) : `What the oracle "${oracle}" demands does not hold.`;
};

const resultOf = (detail: FindingDetail, ruleIndex: number): object => {
  const { finding, known, regression, file, reproduce } = detail;
  const frames = finding.stack.flatMap((frame) => placeOf(frame) ?? []);
  const [first] = frames;
  const verb = regression ? "A closed finding came back. " : "";
  return {
    ruleId: ruleOf(detail),
    ruleIndex,
    level: "error",
    message: { text: `${verb}${finding.target}: ${finding.what}. ${finding.message}\n\nShow it again: ${reproduce}` },
    locations: [
      {
        physicalLocation: physical(first?.path ?? finding.module, first?.line ?? 1),
        ...(first === undefined || first.name === ""
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: first.name, kind: "function" }] }),
      },
    ],
    ...(frames.length === 0
      ? {}
      : {
          stacks: [
            {
              message: { text: "Innermost first." },
              frames: frames.map(({ name, path, line }) => ({
                location: {
                  physicalLocation: physical(path, line),
                  message: { text: name === "" ? "anonymous" : name },
                },
              })),
            },
          ],
        }),
    ...(file === null
      ? {}
      : {
          attachments: [
            { description: { text: "The input." }, artifactLocation: { uri: uriOf(file), uriBaseId: ROOT } },
          ],
        }),
    partialFingerprints: { "kilnSignature/v1": finding.signature },
    baselineState: known && !regression ? "unchanged" : "new",
    properties: { target: finding.target, engine: finding.origin.engine, octets: detail.input.length, regression },
  };
};

const physical = (path: string, line: number): object => ({
  artifactLocation: { uri: uriOf(path), uriBaseId: ROOT },
  region: { startLine: Math.max(1, line) },
});

/** Half of a surrogate pair has no place in a URI. */
const uriOf = (path: string): string => encodeURI(path.replace(/\p{Surrogate}/gu, "\ufffd"));
