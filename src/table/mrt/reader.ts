import type { Found } from "../../codec/fault.js";
import { u16, u32 } from "../../codec/octets.js";
import { readOctets } from "./input.js";
import { decodeMrtRecord, MRT_HEADER_LENGTH, MRT_TYPES, type MrtContext, type MrtRecord } from "./record.js";

/**
 * Octets of the longest record that is believed. Real ones stay far below (a RIB record of 4000 peers has about 1 MiB);
 * a longer one means that the file is damaged and what follows can't be told apart.
 */
export const LONGEST_RECORD: number = 16 << 20;

/** Takes one record and the octets its offsets refer to, both good during the call; a promise holds the reader back. */
export type VisitRecord = (record: MrtRecord, octets: Uint8Array) => Promise<void> | undefined;

/** Where in the decompressed stream reading had to stop, and why. */
export interface Stop {
  readonly offset: number;
  readonly why: string;
}

export interface FaultyRecord {
  readonly found: Found;
  /** Offset of the record in the decompressed stream. */
  readonly offset: number;
}

export interface MrtOutcome {
  /** Records whose header was read, faulty ones too. */
  readonly records: number;
  /** Null when the file was read to a clean end. */
  readonly stopped: Stop | null;
  /** Records, or entries of them, that were left out, how many, and the first of them. */
  readonly faulty: number;
  readonly firstFaulty: FaultyRecord | null;
  /** Whether it was an MRT file at all: false when the first record already makes no sense. */
  readonly mrt: boolean;
}

/**
 * Reads an MRT file, plain, gzip or bzip2, record by record in constant memory.
 *
 * A faulty record is left out. A file that is damaged beyond that (a length out of reason, a truncated record, a broken
 * gzip stream) is read up to there: `stopped` says where it ended and why.
 */
export const readMrt = async (path: string, visit: VisitRecord, signal?: AbortSignal): Promise<MrtOutcome> => {
  const splitter = new MrtSplitter(visit);
  const why = await readOctets(path, (chunk) => splitter.push(chunk), signal);
  return splitter.finish(why);
};

/** Cuts records out of a stream of octets, whatever chunks they arrive in. */
export class MrtSplitter {
  readonly #visit: VisitRecord;
  #context: MrtContext = { peers: null };
  #held: Uint8Array = new Uint8Array(0);
  #size = 0;
  #offset = 0;
  #records = 0;
  #faulty = 0;
  #firstFaulty: FaultyRecord | null = null;
  #stopped: Stop | null = null;
  #mrt = true;

  constructor(visit: VisitRecord) {
    this.#visit = visit;
  }

  /** Hands every whole record on. The promise, when there is one, says when the next chunk is welcome. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#stopped !== null) return undefined;
    if (this.#size === 0) return this.#walk(chunk, 0, chunk.length, chunk);
    this.#keep(chunk, 0);
    return this.#walk(this.#held, 0, this.#size, null);
  }

  /** `why`: what ended the input early, or null at its clean end. */
  finish(why: string | null): MrtOutcome {
    if (this.#stopped === null && why !== null) this.#stop(this.#size === 0 ? why : `${why}, within a record`);
    else if (this.#stopped === null && this.#size > 0) this.#stopShort();
    return {
      records: this.#records,
      stopped: this.#stopped,
      faulty: this.#faulty,
      firstFaulty: this.#firstFaulty,
      mrt: this.#mrt,
    };
  }

  /** Walks the records of octets [at, end); `fresh` is null when they stand in the buffer of our own. */
  #walk(octets: Uint8Array, start: number, end: number, fresh: Uint8Array | null): Promise<void> | undefined {
    let at = start;
    while (this.#stopped === null && end - at >= MRT_HEADER_LENGTH) {
      const length = u32(octets, at + 8);
      if (this.#records === 0 && !MRT_TYPES.has(u16(octets, at + 4))) {
        this.#mrt = false;
        this.#stop("this is no MRT file");
        break;
      }
      if (length > LONGEST_RECORD) {
        this.#stop(`a record of ${length} octets is out of reason`);
        break;
      }
      const next = at + MRT_HEADER_LENGTH + length;
      if (next > end) break;
      const wait = this.#record(octets, at, next);
      this.#offset += next - at;
      at = next;
      if (wait !== undefined) return wait.then(() => this.#walk(octets, at, end, fresh));
    }
    if (this.#stopped !== null) this.#size = 0;
    else if (fresh !== null) this.#keep(fresh.subarray(0, end), at);
    else {
      this.#held.copyWithin(0, at, end);
      this.#size = end - at;
    }
    return undefined;
  }

  #record(octets: Uint8Array, start: number, end: number): Promise<void> | undefined {
    this.#records++;
    const { value, found } = decodeMrtRecord(octets, start, end, this.#context);
    for (const one of found) {
      this.#faulty++;
      this.#firstFaulty ??= { found: one, offset: this.#offset };
    }
    if (value === null) return undefined;
    if (value.kind === "peer-index-table") this.#context = { peers: value.peers };
    return this.#visit(value, octets);
  }

  /** Adds octets [at, end) of a chunk to those held; the buffer grows with what arrived, not with what was announced. */
  #keep(chunk: Uint8Array, at: number): void {
    const size = this.#size + chunk.length - at;
    if (size > this.#held.length) {
      const roomier = new Uint8Array(Math.max(size, 2 * this.#held.length));
      roomier.set(this.#held.subarray(0, this.#size));
      this.#held = roomier;
    }
    this.#held.set(chunk.subarray(at), this.#size);
    this.#size = size;
  }

  #stop(why: string): void {
    this.#stopped = { offset: this.#offset, why };
  }

  #stopShort(): void {
    if (this.#records === 0) this.#mrt = this.#size >= 6 && MRT_TYPES.has(u16(this.#held, 4));
    if (this.#size < MRT_HEADER_LENGTH) {
      this.#stop(`the file ends after ${this.#size} octets of a record's header`);
    } else {
      const length = u32(this.#held, 8);
      this.#stop(`the file ends after ${this.#size - MRT_HEADER_LENGTH} of a record's ${length} octets`);
    }
  }
}
