/**
 * What an engine's thread leaves for the watchdog beside it, in shared memory: a synchronous hang cannot report itself.
 *
 *     | executions (4) | running (4) | stop (4) | length (4) | the input being run |
 */
export class Monitor {
  readonly #head: Int32Array;
  readonly #input: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#head = new Int32Array(shared, 0, 4);
    this.#input = new Uint8Array(shared, 16);
  }

  static share(): SharedArrayBuffer {
    return new SharedArrayBuffer(16 + MAX_INPUT);
  }

  /** By the engine: this input is run next. */
  enter(input: Uint8Array): void {
    const length = Math.min(input.length, MAX_INPUT);
    this.#input.set(length === input.length ? input : input.subarray(0, length));
    this.#head[3] = length;
    Atomics.store(this.#head, 1, 1);
  }

  leave(): void {
    Atomics.add(this.#head, 0, 1);
    Atomics.store(this.#head, 1, 0);
  }

  get stopped(): boolean {
    return Atomics.load(this.#head, 2) === 1;
  }

  /** By the watchdog: end soon, with what there is. */
  stop(): void {
    Atomics.store(this.#head, 2, 1);
  }

  get executions(): number {
    return Atomics.load(this.#head, 0) >>> 0;
  }

  /** The input that is being run, or null between two. */
  get running(): Uint8Array | null {
    if (Atomics.load(this.#head, 1) === 0) return null;
    return Uint8Array.from(this.#input.subarray(0, this.#head[3]));
  }
}

const MAX_INPUT = 0x20000;
