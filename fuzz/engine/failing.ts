import type { OracleViolation } from "../oracle/violation.js";

/** Frames of a failure's stack; in the loop errors have none, for they would cost more than the code under test. */
export const STACK_FRAMES = 50;

/** `process.exit` was called by code under test, in a thread that refuses it. */
class ExitCalled extends Error {
  constructor(code: unknown) {
    super(`process.exit(${code === undefined ? "" : String(code)}) was called`);
    this.name = "ExitCalled";
  }
}

/** Makes `process.exit` of this thread throw: so it is known who called it, and the loop goes on. */
export const refuseExit = (): void => {
  process.exit = (code) => {
    throw new ExitCalled(code);
  };
};

/**
 * What several stacks of one hang have in common, outermost frames first to agree: the innermost frame left is in the
 * function that goes round and round, wherever in it or below it each of them was taken.
 */
export const commonStack = ([first = [], ...others]: readonly (readonly string[])[]): readonly string[] => {
  let length = first.length;
  for (const other of others) {
    let shared = 0;
    while (shared < length && sameFunction(first.at(-1 - shared), other.at(-1 - shared))) shared++;
    length = shared;
  }
  return first.slice(first.length - length);
};

const sameFunction = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && a.replace(/:\d+$/, "") === b?.replace(/:\d+$/, "");

/**
 * Whether a failing input is worth the price of a stack: one with another text, on another way through the code,
 * smaller than those before; and now and then any, for two bugs may throw the same at two places.
 */
export class KnownFailures {
  readonly #known = new Map<string, { times: number; smallest: number }>();

  isWorthAStack(error: unknown, input: Uint8Array, isNewWay: boolean): boolean {
    const key = keyOf(error);
    const before = this.#known.get(key);
    if (before === undefined) {
      if (this.#known.size < MOST_KEYS) this.#known.set(key, { times: 1, smallest: input.length });
      return true;
    }
    before.times++;
    const isSmaller = input.length < before.smallest;
    if (isSmaller) before.smallest = input.length;
    // Powers of two: ever more seldom.
    return isNewWay || isSmaller || before.times <= 4 || (before.times & (before.times - 1)) === 0;
  }
}

const MOST_KEYS = 10_000;

const keyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error).slice(0, 200);
  if (isViolation(error)) return `${error.oracle}: ${error.what}`;
  return `${error.name}: ${error.message.slice(0, 200).replace(/[0-9a-f]*\d[0-9a-f]*/g, "#")}`;
};

const isViolation = (error: Error): error is OracleViolation => error.name === "OracleViolation";
