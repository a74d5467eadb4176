import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { failureFrom } from "../campaign/failure.js";

/**
 * What a target has shown in the processes of another fuzzer, by what happened and the functions it happened in. That
 * stops at the first failure: what is known from an earlier start must be none, or it would never get beyond it.
 */
export class KnownFailures {
  readonly #file: string;
  readonly #keys: Set<string>;

  constructor(file: string) {
    this.#file = file;
    this.#keys = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  }

  /** Whether it is a new one, which is then known. */
  adds(error: unknown): boolean {
    const circumstances = { target: "", input: new Uint8Array(0), expected: null, origin: { engine: "", seed: 0 } };
    const { what, stack } = failureFrom(error, circumstances);
    const key = JSON.stringify([what, ...stack.slice(0, 3).map((frame) => frame.split(" ")[0])]);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    appendFileSync(this.#file, `${key}\n`);
    return true;
  }
}
