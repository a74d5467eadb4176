import { setTimeout as wait } from "node:timers/promises";
import type { RunningTarget } from "../../src/target/target.js";
import { TesterError } from "../tester/worker.js";

/** How long a target may do nothing at all before it counts as hung, unless the user says otherwise. */
export const PATIENCE_MS = 15_000;

const POLL_MS = 500;
/** A target that is at work gets so many times the patience: at some point a run has to end. */
export const BUSY_ROUNDS = 20;
/** CPU seconds in a second of one that has nothing to do: timers, keepalives. */
const IDLE = 0.02;

export interface Waiting {
  readonly target: RunningTarget;
  readonly patienceMs: number;
  /** As a part of a sentence: what the target has not done if it hangs. */
  readonly not: string;
  /** Rises as long as the work goes on. */
  progress?(): Promise<number>;
}

/**
 * Waits for `work` of a target. Rejects when the target has used no CPU for `patienceMs` and `progress` has given the same
 * all the while: a daemon that computes is slow, one that does neither hangs.
 */
export const unlessHung = async <T>(work: Promise<T>, waiting: Waiting): Promise<T> => {
  const over = new AbortController();
  work.then(
    () => over.abort(),
    () => over.abort(),
  );
  return await Promise.race([work, hung(waiting, over.signal)]);
};

const hung = async (waiting: Waiting, over: AbortSignal): Promise<never> => {
  const { target, patienceMs, not } = waiting;
  const idle = new IdleTime(target);
  let done = -1;
  let doneAt = performance.now();
  while (!over.aborted) {
    await wait(POLL_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const now = await (waiting.progress?.() ?? Promise.resolve(0)).catch(() => done);
    if (now !== done) {
      idle.reset();
      doneAt = performance.now();
    }
    done = now;
    const ms = performance.now() - doneAt;
    if (idle.ms() > patienceMs) {
      throw new TesterError(`${target.name}: it hangs: for ${patienceMs / 1000} s it used no CPU and has not ${not}`);
    }
    if (ms > patienceMs * BUSY_ROUNDS) {
      throw new TesterError(`${target.name}: it is busy, but for ${Math.round(ms / 1000)} s it has not ${not}`);
    }
  }
  // Then the work itself has something to say.
  return await new Promise<never>(() => undefined);
};

/**
 * Asks again until `done`, as long as the target was at work while it waited for the answer: one that takes in first and
 * gives out later is silent in between. It may be at work without `progress` for `patienceMs` many times over.
 */
export const untilIdle = async <Answer>(
  target: RunningTarget,
  patienceMs: number,
  ask: () => Promise<Answer>,
  done: (answer: Answer) => boolean,
  progress: (answer: Answer) => number = () => 0,
): Promise<Answer> => {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const idle = new IdleTime(target);
    const asked = performance.now();
    const answer = await ask();
    const now = performance.now();
    if (progress(answer) !== last) since = now;
    last = progress(answer);
    if (done(answer) || idle.ms() >= now - asked || now - since > patienceMs * BUSY_ROUNDS) return answer;
  }
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
