/** Time as a driver sees it, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds, never going back. */
  now(): number;
  /**
   * Runs `run` in so many milliseconds; what it gives calls that off. `keepsAlive` (default true): the process waits for it.
   */
  after(ms: number, run: () => void, keepsAlive?: boolean): () => void;
  /** Runs `run` when what is there to be read has been read. */
  soon(run: () => void): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run, keepsAlive = true) {
    const timer = setTimeout(run, ms);
    if (!keepsAlive) timer.unref();
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};
