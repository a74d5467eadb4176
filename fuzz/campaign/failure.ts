import type { FindingKind } from "../../src/results/finding.js";
import type { OracleViolation } from "../oracle/violation.js";

export { signatureOf } from "./signature.js";

/** One input under which a decoder did what must not happen. */
export interface Failure {
  readonly target: string;
  readonly kind: FindingKind;
  /** What happened, without what differs from input to input: the oracle and its sentence, or the error. */
  readonly what: string;
  readonly message: string;
  /** Frames in TypeScript lines, innermost first: `readAsPath src/codec/attribute/02-as-path.ts:66`. */
  readonly stack: readonly string[];
  readonly input: Uint8Array;
  /** The outcome the input was made for, when it was; see `asExpected`. */
  readonly expected: string | null;
  /** Which engine made the input, and how to have it made again. */
  readonly origin: Origin;
}

export interface Origin {
  readonly engine: string;
  readonly seed: number;
  /** fast-check: the arbitrary and the path to the counterexample. */
  readonly arbitrary?: string;
  readonly path?: string;
  /** Kiln's engine: the input it was made of (its name in the corpus), and the mutations that made it. */
  readonly parent?: string;
  readonly trail?: readonly string[];
}

export type Circumstances = Pick<Failure, "target" | "input" | "expected" | "origin">;

/** What was thrown, as a failure. */
export const failureFrom = (error: unknown, circumstances: Circumstances): Failure => {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? framesOf(error.stack ?? "") : [];
  // Instrumented code counts what it does, and gives up where the watchdog would have to end it.
  const ended = LIMITS.get(error instanceof Error ? error.name : "");
  if (ended !== undefined) return endedBy(ended, message, circumstances, stack);
  const isOracle = isViolation(error);
  return {
    ...circumstances,
    kind: isOracle ? "oracle" : "crash",
    what: isOracle
      ? `${error.oracle}: ${error.what}`
      : `${error instanceof Error ? error.name : "thrown"}: ${withoutNumbers(message)}`,
    message,
    stack,
  };
};

/** By its name: it may come from a bundle of its own, where classes are not ours. */
const isViolation = (error: unknown): error is OracleViolation =>
  error instanceof Error && error.name === "OracleViolation" && "oracle" in error && "what" in error;

/** A failure that threw nothing: the watchdog ended it, or it ended its process. The stack is where it was then, if known. */
export const endedBy = (
  kind: "hang" | "memory" | "exit",
  message: string,
  circumstances: Circumstances,
  stack: readonly string[] = [],
): Failure => ({ ...circumstances, kind, what: WHAT[kind], message, stack });

const WHAT = {
  hang: "the decoder does not come back",
  memory: "the decoder takes more memory than it may",
  exit: "the decoder ends its process",
} as const;

const LIMITS: ReadonlyMap<string, keyof typeof WHAT> = new Map([
  ["StepsExceeded", "hang"],
  ["AllocationExceeded", "memory"],
  ["ExitCalled", "exit"],
  ["ProgramHangs", "hang"],
  ["ProgramTooLarge", "memory"],
]);

/** The frames in our own modules, innermost first and without the machine's folders, of the text of a stack. */
export const framesOf = (stack: string): string[] => {
  const frames: string[] = [];
  for (const line of stack.split("\n")) {
    const [, name, path, row] = /^\s+at (?:(.+?) \()?(?:file:\/\/)?([^()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    if (path === undefined || path.startsWith("node:") || TOOLS.test(path) || path.endsWith("<stdin>")) continue;
    // Who ran the input is no part of the bug.
    if (/\/fuzz\/engines?\/.*\.[jt]s$/.test(path) || /\/fuzz\/campaign\/[\w-]+\.[jt]s$/.test(path)) continue;
    frames.push(`${(name ?? "anonymous").replace(/^async /, "")} ${ownPath(path)}:${row}`);
  }
  return frames;
};

/** Packages that run decoders and are none. */
const TOOLS = /\/node_modules\/(fast-check|pure-rand|@?vitest|jsfuzz|@jazzer\.js)\//;

/** From the project's root, of a package from its name on, else the file alone. */
const ownPath = (path: string): string => {
  const [, inPackage] = /\/node_modules\/(?!bgp-kiln\/)((?!.*\/node_modules\/).+)$/.exec(path) ?? [];
  return inPackage ?? /(?:^|\/)((?:src|fuzz)\/[^:]+)$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf("/") + 1);
};

/** V8 shows the expression that was called as it stands in the code it runs, which an engine may have rewritten. */
const withoutNumbers = (message: string): string =>
  message
    .replace(/^.* (?=is not (?:a function|a constructor|iterable)\b)/s, "# ")
    .replace(/"[^"]*"/g, '"#"')
    .replace(/'.'/g, "'#'")
    .replace(/-?\b(?:0x)?[0-9a-f_]*\d[0-9a-f_]*\b/gi, "#");
