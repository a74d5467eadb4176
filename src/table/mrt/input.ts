import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import unbzip2 from "unbzip2-stream";

/** Takes decompressed octets, good during the call only; a promise holds the input back until it settles. */
export type TakeOctets = (chunk: Uint8Array) => Promise<void> | undefined;

/**
 * Reads a file (`-`: standard input) to its end and hands on its octets, decompressed when its first octets are those of
 * gzip or bzip2. Gives why it ended early, or null at a clean end. What was read before the damage has been handed on.
 *
 * Rejects when the file can't be opened or read at all, and with `signal.reason` when aborted.
 */
export const readOctets = async (path: string, take: TakeOctets, signal?: AbortSignal): Promise<string | null> => {
  let decoder: Decoder | null = null;
  let head: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunksOf(path)) {
    signal?.throwIfAborted();
    let octets: Uint8Array = chunk;
    if (decoder === null) {
      octets = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (octets.length < MAGIC_LENGTH) {
        head = octets;
        continue;
      }
      decoder = decoderOf(octets, take);
    }
    const why = await decoder.push(octets);
    if (why !== null) return why;
  }
  signal?.throwIfAborted();
  if (decoder === null) {
    decoder = decoderOf(head, take);
    const why = await decoder.push(head);
    if (why !== null) return why;
  }
  return decoder.end();
};

/** Large enough that reading is not what takes the time, small enough that memory stays flat. */
const CHUNK_SIZE = 1 << 16;

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  if (path === "-") {
    yield* process.stdin as AsyncIterable<Uint8Array>;
    return;
  }
  const file = await open(path, "r");
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_SIZE), 0, CHUNK_SIZE);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

interface Decoder {
  /** Gives why the input cannot be decoded further, or null. */
  push(chunk: Uint8Array): Promise<string | null>;
  end(): Promise<string | null>;
}

/** RFC 1952 §2.3.1 for gzip; "BZh" for bzip2. */
const MAGIC_LENGTH = 3;
const decoderOf = (head: Uint8Array, take: TakeOctets): Decoder => {
  if (head[0] === 0x1f && head[1] === 0x8b) return streamDecoder(createGunzip({ chunkSize: CHUNK_SIZE }), "gzip", take);
  if (head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68) return streamDecoder(unbzip2(), "bzip2", take);
  return {
    async push(chunk) {
      await take(chunk);
      return null;
    },
    async end() {
      return null;
    },
  };
};

/** What gunzip and unbzip2 have in common. */
interface Decompressor {
  write(chunk: Uint8Array, done?: () => void): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
}

/**
 * Feeds one chunk at a time and takes all that comes of it before the next, so that a stream that breaks off loses nothing
 * that was decoded before: a pipeline would throw it away with the stream.
 */
const streamDecoder = (stream: Decompressor, name: "gzip" | "bzip2", take: TakeOctets): Decoder => {
  let decoded: Uint8Array[] = [];
  let broken: string | null = null;
  let settle: () => void = () => {};
  stream.on("data", (chunk) => decoded.push(chunk));
  stream.on("error", (error) => {
    broken ??= describe(name, error);
    settle();
  });
  stream.on("end", () => settle());
  const drain = async (): Promise<string | null> => {
    const chunks = decoded;
    decoded = [];
    for (const chunk of chunks) {
      const wait = take(chunk);
      if (wait !== undefined) await wait;
    }
    if (broken !== null) stream.destroy();
    return broken;
  };
  return {
    async push(chunk) {
      // Parts of 4 KiB: of a damaged one nothing is decoded, and what highly compressed octets swell to stays small.
      for (let at = 0; at < chunk.length && broken === null; at += 4096) {
        const part = chunk.subarray(at, at + 4096);
        await new Promise<void>((resolve) => {
          settle = resolve;
          // unbzip2 has worked when write returns; gunzip says when.
          stream.write(part, () => resolve());
          if (name === "bzip2") resolve();
        });
        const why = await drain();
        if (why !== null) return why;
      }
      return broken;
    },
    async end() {
      await new Promise<void>((resolve) => {
        settle = resolve;
        stream.end();
        if (broken !== null) resolve();
      });
      return drain();
    },
  };
};

const describe = (name: "gzip" | "bzip2", error: Error): string =>
  (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR"
    ? `the ${name} stream is cut short`
    : `the ${name} stream is damaged or cut short${name === "gzip" ? ` (${error.message})` : ""}`;
