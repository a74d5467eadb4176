import { writeSync } from "node:fs";

/**
 * What an engine's thread leaves for the watchdog beside it, in shared memory: a synchronous hang cannot report itself.
 *
 * *     | the inputs that are run next, each: length (4), octets |
 *
 * The death of the whole process takes this memory along. For that case the inputs are also written to a file, a batch
 * at a time before it is run (`file`): one write costs as much as a short input's run, and a batch has 64 of them or more.
 */
export class Monitor {
  readonly #head: Int32Array;
  readonly #octets: Uint8Array;
  readonly #file: number | null;
  /** Where each input of the batch begins. */
  #offsets: number[] = [];

  /** `file` is a descriptor to write to. */
  constructor(shared: SharedArrayBuffer, file: number | null = null) {
    this.#head = new Int32Array(shared, 0, (HEAD - PARENT) >>> 2);
    this.#octets = new Uint8Array(shared);
    this.#file = file;
  }

  static share(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD + MAX_OCTETS);
  }

  /** By the engine: these inputs are run next, and they were made of `parent`, an input by its name in the corpus. */
  board(inputs: readonly Uint8Array[], parent: string | null): void {
    let at = HEAD;
    this.#offsets.length = 0;
    for (let i = 0; i < PARENT; i++) this.#octets[HEAD - PARENT + i] = parent?.charCodeAt(i) ?? 0;
    for (const input of inputs) {
      const length = Math.min(input.length, this.#octets.length - at - 4);
      if (length < 0) break;
      for (let i = 0; i < 4; i++) this.#octets[at + i] = length >>> (8 * i);
      this.#octets.set(length === input.length ? input : input.subarray(0, length), at + 4);
      this.#offsets.push(at);
      at += 4 + length;
    }
    this.#head[4] = at - HEAD;
    if (this.#file !== null) writeSync(this.#file, this.#octets, 0, at, 0);
  }

  /** The one at `index` of them begins. */
  enter(index: number): void {
    this.#head[3] = this.#offsets[index] ?? HEAD;
    Atomics.store(this.#head, 1, 1);
  }

  leave(): void {
    Atomics.add(this.#head, 0, 1);
    Atomics.store(this.#head, 1, 0);
  }

  /** By the engine: what the process did so far was to start, and does not count. */
  begin(): void {
    this.#head[5] = Math.max(1, cpuNow());
  }

  /** CPU milliseconds of the process, user and system, since `begin`; readable from both threads. */
  get cpuMs(): number {
    const before = this.#head[5] ?? 0;
    return before === 0 ? 0 : cpuNow() - before;
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
    return Atomics.load(this.#head, 1) === 0 ? null : this.last;
  }

  /** The input that is being run, or was run last. */
  get last(): Uint8Array {
    return inputAt(this.#octets, this.#head[3] ?? HEAD);
  }

  /** The name of what the inputs were made of. */
  get parent(): string | null {
    return parentIn(this.#octets);
  }
}

/** What a file of `Monitor` says: the inputs of the batch that was run when the process died. */
export const batchOf = (
  file: Uint8Array,
): { readonly inputs: readonly Uint8Array[]; readonly parent: string | null } => {
  const inputs: Uint8Array[] = [];
  if (file.length < HEAD) return { inputs, parent: null };
  const end = Math.min(file.length, HEAD + lengthAt(file, 16));
  for (let at = HEAD; at + 4 <= end; at += 4 + lengthAt(file, at)) inputs.push(inputAt(file, at));
  return { inputs, parent: parentIn(file) };
};

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
};

const inputAt = (octets: Uint8Array, at: number): Uint8Array =>
  Uint8Array.from(octets.subarray(at + 4, at + 4 + lengthAt(octets, at)));

const lengthAt = (octets: Uint8Array, at: number): number =>
  ((octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8) | ((octets[at + 2] ?? 0) << 16) | ((octets[at + 3] ?? 0) << 24)) >>>
  0;

const parentIn = (octets: Uint8Array): string | null =>
  octets[HEAD - PARENT] === 0 ? null : String.fromCharCode(...octets.subarray(HEAD - PARENT, HEAD));

const PARENT = 16;
const HEAD = 24 + PARENT;
/** A batch and the one long input that may be its last. */
const MAX_OCTETS = 0x8_0000;
