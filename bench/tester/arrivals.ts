import type { Curve } from "../../src/results/index.js";

/** Points that a curve is drawn with at most. */
const POINTS = 200;

/**
 * When octets came, and how far the receiver was after them: one entry for each chunk that was read from the socket, so
 * that noting it costs nothing for a prefix and next to nothing for an UPDATE.
 */
export class Arrivals {
  /** On the shared clock, ascending. */
  readonly times: number[] = [];
  /** Prefixes that had come by the end of the chunk; that of the last one is still open. */
  readonly #counts: number[] = [];

  /** A chunk begins. `before`: prefixes that had come by the end of the chunk before. Gives its number, from 1. */
  begin(ms: number, before: number): number {
    if (this.times.length > 0) this.#counts.push(before);
    return this.times.push(ms);
  }

  /** What had come over the time since `firstMs`; `now`: prefixes that have come by now. */
  curve(firstMs: number, now: number): Curve {
    const curve = { ms: [0], prefixes: [0] };
    const points = Math.min(POINTS - 1, this.times.length);
    let most = 0;
    let n = 0;
    for (let point = 1; point <= points; point++) {
      const last = Math.ceil((point * this.times.length) / points) - 1;
      // What is withdrawn in between, as the best path moves from one peer to another, has come all the same.
      for (; n <= last; n++) most = Math.max(most, this.#counts[n] ?? now);
      curve.ms.push(microseconds(Math.max(0, (this.times[last] ?? firstMs) - firstMs)));
      curve.prefixes.push(most);
    }
    return curve;
  }

  clear(): void {
    this.times.length = 0;
    this.#counts.length = 0;
  }
}

/** No clock here tells more; what is kept gets shorter by it. */
export const microseconds = (ms: number): number => Math.round(ms * 1000) / 1000;
