import type { Endpoint, Stream, StreamHandlers } from "./stream.js";

export interface MemoryOptions {
  /** Runs a turn later: `setImmediate` (default), `queueMicrotask`, or the `schedule` of a `manualPump`. */
  readonly schedule?: (turn: () => void) => void;
  /** Pending octets from which `write` says wait. Default 64 KiB. */
  readonly highWater?: number;
  /** How many of the `waiting` octets the next chunk has; less than 1 or more than there are is put right. */
  readonly chunk?: (waiting: number) => number;
  /** The ends' addresses. */
  readonly ends?: readonly [Endpoint, Endpoint];
}

/**
 * Two streams, joined in memory: what one writes the other reads, later and in order, one chunk per turn.
 *
 * Nothing depends on time: with the same schedule and the same chunk sizes two runs are the same. Chunks come out of
 * one buffer that is used again, as with sockets: a consumer that keeps one will see it change.
 */
export const memoryPipe = (options: MemoryOptions = {}): [Stream, Stream] => {
  const { schedule = setImmediate, highWater = 64 * 1024, chunk = whole, ends = ENDS } = options;
  const a = new MemoryStream(ends[0], ends[1], schedule, highWater, chunk);
  const b = new MemoryStream(ends[1], ends[0], schedule, highWater, chunk);
  a.join(b);
  b.join(a);
  return [a, b];
};

/** A schedule that runs only when told to. */
export interface ManualPump {
  readonly schedule: (turn: () => void) => void;
  /** Runs up to `turns` turns (default: all, and those they lead to, up to a million), and says how many ran. */
  pump(turns?: number): number;
}

export const manualPump = (): ManualPump => {
  const waiting: (() => void)[] = [];
  let next = 0;
  return {
    schedule: (turn) => void waiting.push(turn),
    pump: (turns = 1_000_000) => {
      let ran = 0;
      for (; ran < turns && next < waiting.length; ran++) waiting[next++]?.();
      waiting.splice(0, next);
      next = 0;
      return ran;
    },
  };
};

const ENDS: readonly [Endpoint, Endpoint] = [
  { address: "127.0.0.1", port: 179 },
  { address: "127.0.0.2", port: 179 },
];

const BIGGEST_CHUNK = 64 * 1024;

const whole = (waiting: number): number => waiting;

class MemoryStream implements Stream {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly security: null = null;
  readonly #schedule: (turn: () => void) => void;
  readonly #highWater: number;
  readonly #chunk: (waiting: number) => number;
  readonly #turn: () => void = () => this.#deliver();
  #peer: MemoryStream | null = null;
  #handlers: StreamHandlers | null = null;
  /** What was written and waits; the first of it was taken up to `#taken`. */
  #queue: Uint8Array[] = [];
  #taken = 0;
  #pending = 0;
  #blocked = false;
  #scheduled = false;
  #paused = false;
  /** No more is written. */
  #over = false;
  /** The peer was told so. */
  #finished = false;
  #reason: string | null = null;
  #closed = false;
  /** The buffer that this end's chunks come out of. */
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(
    local: Endpoint,
    remote: Endpoint,
    schedule: (turn: () => void) => void,
    highWater: number,
    chunk: (waiting: number) => number,
  ) {
    this.local = local;
    this.remote = remote;
    this.#schedule = schedule;
    this.#highWater = highWater;
    this.#chunk = chunk;
  }

  join(peer: MemoryStream): void {
    this.#peer = peer;
  }

  get pending(): number {
    return this.#pending;
  }

  attach(handlers: StreamHandlers): void {
    if (this.#handlers !== null) throw new RangeError("the stream's handlers are set already");
    this.#handlers = handlers;
    if (this.#closed) this.#schedule(() => handlers.closed(this.#reason ?? "closed"));
    this.#peer?.wake();
  }

  write(octets: Uint8Array): boolean {
    if (this.#over) return false;
    if (octets.length > 0) this.#queue.push(octets);
    this.#pending += octets.length;
    if (this.#pending >= this.#highWater) this.#blocked = true;
    this.wake();
    return !this.#blocked;
  }

  end(): void {
    if (this.#over) return;
    this.#finish("closed by us");
    this.wake();
  }

  destroy(): void {
    this.#finish("closed by us");
    this.#close();
    this.#peer?.cut();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#peer?.wake();
  }

  /** The peer destroyed its end. */
  cut(): void {
    this.#finish("connection reset by the peer");
    this.#close();
  }

  /** Something waits here for the other end, which may be able to take it now. */
  wake(): void {
    if (this.#scheduled || this.#finished || this.#closed) return;
    if (this.#pending === 0 && !this.#over) return;
    if (this.#peer?.takes() !== true) return;
    this.#scheduled = true;
    this.#schedule(this.#turn);
  }

  takes(): boolean {
    return this.#handlers !== null && !this.#paused && !this.#closed;
  }

  /** One turn: a chunk for the other end, or the end of the octets. */
  #deliver(): void {
    this.#scheduled = false;
    const peer = this.#peer;
    if (this.#closed || peer === null || !peer.takes()) return;
    if (this.#pending > 0) {
      const size = Math.max(1, Math.min(Math.trunc(this.#chunk(this.#pending)) || 1, this.#pending, BIGGEST_CHUNK));
      peer.take(this.#fill(peer, size));
      if (this.#closed) return;
      if (this.#pending === 0 && this.#blocked) {
        this.#blocked = false;
        if (!this.#over) this.#handlers?.drain();
      }
    } else if (this.#over) {
      this.#finished = true;
      peer.ended();
    }
    this.wake();
  }

  take(chunk: Uint8Array): void {
    this.#handlers?.data(chunk);
  }

  /** The other end has no more to say: as with TCP here, ours then says what it still has, and closes. */
  ended(): void {
    this.#finish("the peer closed the connection");
    if (this.#finished) {
      this.#close();
      this.#peer?.goodbye();
    } else this.wake();
  }

  goodbye(): void {
    this.#close();
  }

  /** Copies the first `size` octets that wait into the peer's buffer. */
  #fill(peer: MemoryStream, size: number): Uint8Array {
    if (peer.#buffer.length < size) peer.#buffer = new Uint8Array(size <= 4096 ? 4096 : BIGGEST_CHUNK);
    let at = 0;
    let used = 0;
    while (at < size) {
      const first = this.#queue[used] ?? new Uint8Array(0);
      const part = first.subarray(this.#taken, this.#taken + size - at);
      peer.#buffer.set(part, at);
      at += part.length;
      this.#taken += part.length;
      if (this.#taken < first.length) break;
      this.#taken = 0;
      used++;
    }
    this.#queue.splice(0, used);
    this.#pending -= size;
    return peer.#buffer.subarray(0, size);
  }

  #finish(reason: string): void {
    this.#over = true;
    this.#reason ??= reason;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = [];
    this.#pending = 0;
    const handlers = this.#handlers;
    if (handlers !== null) this.#schedule(() => handlers.closed(this.#reason ?? "closed"));
  }
}
