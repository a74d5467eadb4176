import { type AdjRibOut, FILL_CAPACITY } from "../rib/adj-rib-out.js";
import type { Stream } from "../transport/index.js";

/**
 * Buffers for octets on their way out. A stream owns what was written to it until nothing is pending any more; then its
 * buffers come back here, and the next peer takes them.
 */
class BufferPool {
  readonly #free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(FILL_CAPACITY);
  }

  giveBack(buffers: Uint8Array[]): void {
    // A few are enough for any number of peers: they fill one after the other.
    while (buffers.length > 0 && this.#free.length < 4) this.#free.push(...buffers.splice(-1));
    buffers.length = 0;
  }
}

const POOL = new BufferPool();

/** Up to this many octets are copied: a stream that does not move would hold a whole buffer for each few of them. */
const LITTLE = FILL_CAPACITY / 4;

/** Sends what the Adj-RIB-Outs of one session have to say, as fast as its stream takes it. */
export class Outlet {
  readonly #ribs: readonly AdjRibOut[];
  readonly #stream: Stream;
  readonly #write: (octets: Uint8Array) => boolean;
  #lent: Uint8Array[] = [];
  #blocked = false;

  constructor(ribs: readonly AdjRibOut[], stream: Stream, write: (octets: Uint8Array) => boolean) {
    this.#ribs = ribs;
    this.#stream = stream;
    this.#write = write;
  }

  get isPending(): boolean {
    return !this.#blocked && this.#ribs.some((rib) => rib.isPending);
  }

  drained(): void {
    this.#blocked = false;
  }

  /** Writes one buffer full. */
  flush(): void {
    if (this.#blocked) return;
    if (this.#stream.pending === 0) POOL.giveBack(this.#lent);
    for (const rib of this.#ribs) {
      if (!rib.isPending) continue;
      const buffer = POOL.take();
      const length = rib.fill(buffer);
      const isLittle = length <= LITTLE;
      const octets = isLittle ? buffer.slice(0, length) : buffer.subarray(0, length);
      if (isLittle) POOL.giveBack([buffer]);
      else this.#lent.push(buffer);
      if (length > 0 && !this.#write(octets)) {
        this.#blocked = true;
        return;
      }
    }
  }

  close(): void {
    for (const rib of this.#ribs) rib.close();
    // What is still pending belongs to the stream; it goes with it.
    this.#lent = [];
  }
}
