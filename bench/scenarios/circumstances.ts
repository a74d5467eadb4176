import { type Conditions, summary } from "../../src/results/index.js";
import type { RunningTarget } from "../../src/target/target.js";
import type { Pinning } from "./pinning.js";

/** Under what circumstances scenarios run, and what they came to know of them: the conditions in the document. */
export class Circumstances {
  readonly pin: Pinning | null;
  readonly #binaries = new Map<string, string | null>();
  readonly #capacity = new Map<string, number[]>();

  constructor(pin: Pinning | null = null) {
    this.pin = pin;
  }

  started({ name, binaryDigest }: RunningTarget): void {
    if (binaryDigest !== undefined) this.#binaries.set(name, binaryDigest);
  }

  /** `way`: the transport, and what else tells one calibration from another. */
  calibrated(way: string, prefixesPerSecond: number): void {
    this.#capacity.set(way, [...(this.#capacity.get(way) ?? []), prefixesPerSecond]);
  }

  get conditions(): Conditions {
    const tester = [...this.#capacity].map(([way, rates]) => [way, { prefixes_per_s: summary(rates) }] as const);
    return {
      ...(this.#binaries.size > 0 ? { binaries: Object.fromEntries(this.#binaries) } : {}),
      ...(tester.length > 0 ? { tester: Object.fromEntries(tester) } : {}),
      ...(this.pin === null ? {} : { pinned: { ...this.pin } }),
    };
  }
}
