import { setTimeout as wait } from "node:timers/promises";
import type { RunningTarget } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";

/** How long a target may do nothing at all before it counts as hung. */
export const PATIENCE_MS = 15_000;

const POLL_MS = 500;
/** CPU seconds in a second of one that has nothing to do: timers, keepalives. */
const IDLE = 0.02;

/**
 * Waits for `work` of a target. Rejects when the target has used no CPU for `PATIENCE_MS` and `progress` has given the same
 * all the while: a daemon that computes is slow, one that does neither hangs.
 */
export const unlessHung = async <T>(
  target: RunningTarget,
  doing: string,
  work: Promise<T>,
  progress: () => Promise<number> = async () => 0,
): Promise<T> => {
  const over = new AbortController();
  work.then(
    () => over.abort(),
    () => over.abort(),
  );
  return await Promise.race([work, hung(target, doing, progress, over.signal)]);
};

const hung = async (
  target: RunningTarget,
  doing: string,
  progress: () => Promise<number>,
  over: AbortSignal,
): Promise<never> => {
  const idleFor = new IdleTime(target);
  let done = -1;
  while (!over.aborted) {
    await wait(POLL_MS, undefined, { signal: over }).catch(() => undefined);
    const now = over.aborted ? done : await progress().catch(() => done);
    if (now !== done) idleFor.reset();
    done = now;
    if (idleFor.ms() > PATIENCE_MS) {
      throw new TesterError(`${target.name}: it hangs: for ${PATIENCE_MS / 1000} s ${doing}, and it used no CPU`);
    }
  }
  // Then the work itself has something to say.
  return await new Promise<never>(() => undefined);
};

/** For how long a target has been doing nothing, as far as its CPU time tells. */
export class IdleTime {
  readonly #target: RunningTarget;
  #cpuSeconds = 0;
  #since = 0;

  constructor(target: RunningTarget) {
    this.#target = target;
    this.reset();
  }

  reset(): void {
    this.#cpuSeconds = this.#used();
    this.#since = performance.now();
  }

  /** To be asked now and then; 0 while it works. */
  ms(): number {
    const ms = performance.now() - this.#since;
    if (this.#used() - this.#cpuSeconds > (ms / 1000) * IDLE) this.reset();
    return performance.now() - this.#since;
  }

  #used(): number {
    try {
      return this.#target.usage().cpuSeconds;
    } catch {
      // It has died, and whoever waits for that says so.
      return this.#cpuSeconds;
    }
  }
}
