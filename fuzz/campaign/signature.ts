import { createHash } from "node:crypto";
import type { Failure } from "./failure.js";

/**
 * Twelve hexadecimal digits that two failures share when they are likely the same bug, whichever engine found them: what
 * happened, and the three innermost functions under test with their modules. Line numbers are left out, so that it
 * outlives edits elsewhere.
 */
export const signatureOf = ({ kind, what, stack }: Pick<Failure, "kind" | "what" | "stack">): string =>
  createHash("sha256")
    .update([kind, what, ...placeOf(kind, what, stack)].join("\n"))
    .digest("hex")
    .slice(0, 12);

const FRAMES = 3;

/** Those who judge an input, lay it out and read octets out of it: they are in the stacks of bugs of many others. */
const GENERIC = /^(?:fuzz\/(?!examples\/)|src\/codec\/octets\.ts$)/;

const placeOf = (kind: Failure["kind"], what: string, stack: readonly string[]): readonly string[] => {
  // How far it comes until all memory is taken depends on the machine; of a process that ended no stack is left.
  if (kind === "memory" || kind === "exit") return [];
  const frames = stack.map(frameOf).filter(({ module }) => !GENERIC.test(module));
  // A loop is interrupted anywhere within itself, or in what it calls.
  if (kind === "hang") return frames.slice(0, 1).map(({ module }) => module);
  const names = frames.map(({ name, module }) => `${name} ${module}`);
  if (what.startsWith("RangeError: Maximum call stack size")) {
    // Who calls each other without end; which of them had no room any more is chance.
    return [...new Set(names.filter((one, i) => names.indexOf(one) !== i))].sort();
  }
  // A function that calls itself counts once: how deep an input nests is no part of the bug.
  return [...new Set(names)].slice(0, FRAMES);
};

const frameOf = (frame: string): { readonly name: string; readonly module: string } => {
  const [, name = "", module = ""] = /^(.*) (\S+?)(?::\d+)?$/.exec(frame) ?? [];
  return { name: normalised(name), module };
};

/**
 * One name for what V8 calls `Object.check`, `check [as read]`, `new _Walk` and `check2` where bundlers renamed it. A
 * function without a name, or named after the place it was put, is anonymous.
 */
const normalised = (name: string): string => {
  const plain = name
    .replace(/ \[as .*\]$/, "")
    .replace(/^(?:async |new )+/, "")
    .replace(/^.*\./, "")
    .replace(/^_+|\d+$/g, "");
  return plain === "" || plain.startsWith("<") ? "anonymous" : plain;
};
