import { type Conditions, summary } from "../../src/results/index.js";
import type { RunningTarget } from "../../src/target/target.js";
import { PATIENCE_MS } from "./patience.js";
import type { Pinning } from "./pinning.js";

/** Under what circumstances scenarios run, and what they came to know of them: the conditions in the document. */
export class Circumstances {
  readonly pin: Pinning | null;
  /** How long a target may do nothing at all before it counts as hung. */
  readonly patienceMs: number;
  readonly #binaries = new Map<string, string | null>();
  readonly #capacity = new Map<string, number[]>();

  constructor({ pin = null, patienceMs = PATIENCE_MS }: { pin?: Pinning | null; patienceMs?: number } = {}) {
    this.pin = pin;
    this.patienceMs = patienceMs;
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
