import { grown } from "./growable.js";

/** A reader of the log: an Adj-RIB-Out that still has to look at every prefix from `cursor` on. */
export interface LogReader {
  cursor: number;
}

/**
 * Which prefixes changed, in order, each once.
 *
 * One entry a change however many peers there are: every Adj-RIB-Out reads on from its own cursor. An entry whose
 * prefix changed again later is stale and is passed over, so a slow reader never sees more than one change a prefix and
 * the log never outgrows the table by more than a factor.
 */
export class ChangeLog {
  #entries = new Uint32Array(1 << 12);
  #end = 0;
  /** By prefix id: 1 + the position of its latest entry, 0 when it has none. */
  #latest: Uint32Array;
  readonly #readers = new Set<LogReader>();
  /** The cursor of the reader that is furthest. */
  #newestCursor = 0;

  /** `reserve`: prefix ids that fit without growing. */
  constructor(reserve: number) {
    this.#latest = new Uint32Array(reserve);
  }

  /** The position after the newest entry. */
  get end(): number {
    return this.#end;
  }

  /** A reader of all that changes from now on. */
  open(): LogReader {
    const reader = { cursor: this.#end };
    // It has, as it were, read all there is: what changes again must be noted again.
    this.#newestCursor = this.#end;
    this.#readers.add(reader);
    return reader;
  }

  close(reader: LogReader): void {
    this.#readers.delete(reader);
  }

  /** Notes a change. `reclaim` is asked to free each prefix that every reader has seen, when the log is tidied. */
  push(prefix: number, reclaim: (prefix: number) => void): void {
    const latest = this.#latest[prefix] ?? 0;
    // Nobody has read it since its last change: its place in the queue is good as it is.
    if (latest > 0 && latest > this.#newestCursor) return;
    if (this.#end === this.#entries.length) this.#tidy(prefix, reclaim);
    if (prefix >= this.#latest.length) {
      this.#latest = grown(this.#latest, Math.max(prefix + 1, this.#latest.length * 2));
    }
    this.#entries[this.#end++] = prefix;
    this.#latest[prefix] = this.#end;
  }

  /** The next prefix that `reader` has to look at, or -1 when it has seen all. */
  next(reader: LogReader): number {
    while (reader.cursor < this.#end) {
      const prefix = this.#entries[reader.cursor++] ?? 0;
      if (reader.cursor > this.#newestCursor) this.#newestCursor = reader.cursor;
      if (this.#latest[prefix] === reader.cursor) return prefix;
    }
    return -1;
  }

  /** Takes back the last `next` of this reader. */
  unread(reader: LogReader): void {
    reader.cursor--;
  }

  /** Whether some reader has yet to look at this prefix. */
  isPending(prefix: number): boolean {
    const latest = this.#latest[prefix] ?? 0;
    if (latest === 0) return false;
    for (const reader of this.#readers) if (reader.cursor < latest) return true;
    return false;
  }

  /**
   * Drops what all readers have seen and what is stale; doubles when that frees less than half. The prefix that is about
   * to be noted is not reclaimed: nobody has been told of its change.
   */
  #tidy(pushing: number, reclaim: (prefix: number) => void): void {
    const readers = [...this.#readers].sort((a, b) => a.cursor - b.cursor);
    const seenByAll = readers[0]?.cursor ?? this.#end;
    const entries = this.#entries;
    let kept = 0;
    let reader = 0;
    for (let at = 0; at < this.#end; at++) {
      for (; readers[reader]?.cursor === at; reader++) (readers[reader] as LogReader).cursor = kept;
      const prefix = entries[at] ?? 0;
      if (this.#latest[prefix] !== at + 1) continue;
      if (at < seenByAll) {
        this.#latest[prefix] = 0;
        if (prefix !== pushing) reclaim(prefix);
      } else {
        entries[kept++] = prefix;
        this.#latest[prefix] = kept;
      }
    }
    for (; reader < readers.length; reader++) (readers[reader] as LogReader).cursor = kept;
    this.#end = kept;
    this.#newestCursor = readers.length > 0 ? Math.max(...readers.map(({ cursor }) => cursor)) : kept;
    if (kept * 2 > entries.length) this.#entries = grown(entries, entries.length * 2);
  }
}
