import { hex } from "../../src/codec/octets.js";
import type { Finding } from "../../src/results/finding.js";
import { targetOf } from "../targets/index.js";
import { Files } from "./finding-files.js";
import { fieldLines, hexLines } from "./input-view.js";

/** The README of a finding: Markdown for people. `minimized` is null where there is none. */
export const readmeOf = (found: Finding, input: Uint8Array, minimized: Uint8Array | null): string => {
  const shown = minimized ?? input;
  return `${[
    `# ${found.what}`,
    `${found.kind} in \`${found.module}\`, target \`${found.target}\`; ${statusOf(found)}. Found by ${originOf(found)}.`,
    block([found.message]),
    found.stack.length === 0 ? "No stack is known." : block(found.stack.map((frame) => `at ${frame}`)),
    "## Input",
    `${inputsOf(found, minimized)}${found.expected === null ? "" : ` It was made for the outcome ${found.expected}.`}`,
    block(hexLines(shown)),
    ...fields(found, shown),
    ...trail(found),
    "## What to do",
    todo(found),
  ].join("\n\n")}\n`;
};

/** The engine of a finding that a property of some test left, see `properties/reporter.ts`. */
export const PROPERTY = "fast-check";

/** The command that shows a finding again. */
export const commandOf = ({ target, signature, module, origin }: Finding): string =>
  origin.engine === PROPERTY
    ? `KILN_SEED=${origin.seed} KILN_PATH=${origin.path} npx vitest run ${module} -t ${JSON.stringify(origin.arbitrary)}`
    : `kiln repro corpus/findings/${target}/${signature}${FOREIGN.test(target) ? WITH_FOREIGN : ""}`;

/** What is not Kiln's has to be named again. */
const WITH_FOREIGN = " --module … (or --exec …, as when it was found)";

const FOREIGN = /^(module|exec)-/;

const isOurs = ({ target }: Finding): boolean => !FOREIGN.test(target);

/** A test of the finding, to be copied to `fuzz/targets/<any name>.test.ts`; null where it comes from a test. */
export const regressionOf = (found: Finding, input: Uint8Array, minimized: Uint8Array | null): string | null => {
  if (found.origin.engine === PROPERTY || !isOurs(found)) return null;
  // An input made for an outcome has it no more when octets of it are taken away.
  const shown = found.expected === null ? (minimized ?? input) : input;
  return endsProcess(found) ? watchedTest(found, shown) : directTest(found, shown);
};

const directTest = (found: Finding, input: Uint8Array): string => `import { expect, it } from "vitest";
import { asExpected } from "../oracle/expected.js";
import { targetOf } from "./index.js";

${about(found)}
${octetsText(input)}

it(${JSON.stringify(titleOf(found))}, () => {
  const target = targetOf(${JSON.stringify(found.target)});
  expect(target).toBeDefined();
  const outcome = target?.fuzz(input) ?? "none";
  asExpected(outcome, ${JSON.stringify(found.expected)});
});
`;

/** What may not come back runs in a process of its own. */
const watchedTest = (found: Finding, input: Uint8Array): string => `import { expect, it } from "vitest";
import { replay } from "../campaign/replay.js";

${about(found)}
${octetsText(input)}

it(${JSON.stringify(titleOf(found))}, async () => {
  const { failure } = await replay({ target: ${JSON.stringify(found.target)}, input, expected: ${JSON.stringify(found.expected)} });
  expect(failure).toBeNull();
});
`;

const titleOf = ({ target, what, signature }: Finding): string => `${target}: not again ${signature} (${what})`;

const about = ({ target, signature, message }: Finding): string =>
  [`Finding ${target}/${signature}:`, ...message.split("\n").slice(0, 3)]
    .map((line) => `// ${line.slice(0, 110)}`.trimEnd())
    .join("\n");

const octetsText = (input: Uint8Array): string => {
  const digits = hex(input);
  if (digits.length <= 64) return `const input = Uint8Array.from(Buffer.from(${JSON.stringify(digits)}, "hex"));`;
  const rows = (digits.match(/.{1,96}/g) ?? []).map((row) => `  ${JSON.stringify(row)},`);
  return [
    "const digits = [",
    ...rows,
    "];",
    'const input = Uint8Array.from(Buffer.from(digits.join(""), "hex"));',
  ].join("\n");
};

/** A failure that takes its thread or its process with it. */
const endsProcess = ({ kind }: Finding): boolean => kind === "hang" || kind === "memory" || kind === "exit";

const statusOf = ({ status, closed_at, closed_why, regressions }: Finding): string => {
  const why = closed_why === null ? "" : ` (${closed_why})`;
  if (status === "closed") return `closed on ${closed_at?.slice(0, 10)}${why}`;
  if (regressions === 0) return "open";
  return `open, a REGRESSION: closed on ${closed_at?.slice(0, 10)}${why} and back since, ${regressions} ${regressions === 1 ? "time" : "times"}`;
};

const originOf = ({ origin, runs, first_seen }: Finding): string => {
  const path = origin.path === undefined ? "" : `, ${origin.arbitrary}, path ${origin.path}`;
  const parent = origin.parent === undefined ? "" : `, parent ${origin.parent}`;
  return `${origin.engine} (seed ${origin.seed}${path}${parent}) on ${first_seen.slice(0, 10)}, in ${runs} ${runs === 1 ? "run" : "runs"}`;
};

const inputsOf = ({ octets }: Finding, minimized: Uint8Array | null): string =>
  minimized === null
    ? `${octets} octets (\`${Files.input}\`), not minimised.`
    : `${minimized.length} octets (\`${Files.minimized}\`), minimised from ${octets} (\`${Files.input}\`).`;

const fields = (found: Finding, input: Uint8Array): string[] => {
  // Nothing is to hang here that hangs there.
  const lines = endsProcess(found) ? [] : fieldLines(targetOf(found.target), input);
  return lines.length === 0 ? [] : ["Field by field:", block(lines)];
};

const trail = ({ origin }: Finding): string[] =>
  origin.trail === undefined || origin.trail.length === 0
    ? []
    : [
        "## How it was made",
        `From ${origin.parent ?? "an empty input"}:`,
        origin.trail.map((step, i) => `${i + 1}. ${step}`).join("\n"),
      ];

const todo = (found: Finding): string => {
  const { target, signature, status, origin } = found;
  const test = `fuzz/targets/${target}-${signature}.test.ts`;
  const force = origin.engine === PROPERTY || !isOurs(found) ? " --force" : "";
  return [
    `- Show it again: \`${commandOf(found)}\` (exit code 1 while it fails).`,
    ...(origin.engine === PROPERTY || !isOurs(found)
      ? []
      : [`- Make a test of it: \`cp corpus/findings/${target}/${signature}/${Files.regression} ${test}\`.`]),
    ...(status === "open" ? [`- Mended: \`kiln findings close ${signature}${force} --why "…"\`.`] : []),
  ].join("\n");
};

const block = (lines: readonly string[]): string => `    ${lines.join("\n").replaceAll("\n", "\n    ")}`;
