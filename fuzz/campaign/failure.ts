import { createHash } from "node:crypto";
import type { FindingKind } from "../../src/results/fuzz.js";
import { OracleViolation } from "../oracle/violation.js";

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
  return {
    ...circumstances,
    kind: error instanceof OracleViolation ? "oracle" : "crash",
    what:
      error instanceof OracleViolation
        ? `${error.oracle}: ${error.what}`
        : `${error instanceof Error ? error.name : "thrown"}: ${withoutNumbers(message)}`,
    message,
    stack: error instanceof Error ? framesOf(error.stack ?? "") : [],
  };
};

/** A failure that threw nothing: the watchdog ended it. */
export const endedBy = (kind: "hang" | "memory", message: string, circumstances: Circumstances): Failure => ({
  ...circumstances,
  kind,
  what: kind === "hang" ? "the decoder does not come back" : "the decoder takes more memory than it may",
  message,
  stack: [],
});

/**
 * Twelve hexadecimal digits that two failures share when they are likely the same bug: what happened, and the names of
 * the three innermost functions with their modules. Line numbers are left out, so that it outlives edits elsewhere.
 */
export const signatureOf = ({ kind, what, stack }: Failure): string =>
  createHash("sha256")
    .update([kind, what, ...stack.slice(0, 3).map((frame) => frame.replace(/:\d+$/, ""))].join("\n"))
    .digest("hex")
    .slice(0, 12);

/** The frames in our own modules, without the machine's folders. */
const framesOf = (stack: string): string[] => {
  const frames: string[] = [];
  for (const line of stack.split("\n")) {
    const [, name, path, row] = /^\s+at (?:(.+?) \()?(?:file:\/\/)?([^()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    if (
      path === undefined ||
      path.startsWith("node:") ||
      /\/node_modules\/(?!bgp-kiln\/)/.test(path) ||
      path.endsWith("<stdin>")
    )
      continue;
    // Who ran the input is no part of the bug.
    if (/\/fuzz\/engines\/[\w-]+\.[jt]s$/.test(path)) continue;
    frames.push(`${(name ?? "anonymous").replace(/^async /, "")} ${ownPath(path)}:${row}`);
  }
  return frames;
};

const ownPath = (path: string): string =>
  /(?:^|\/)((?:src|fuzz)\/[^:]+)$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf("/") + 1);

const withoutNumbers = (message: string): string => message.replace(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, "#");
