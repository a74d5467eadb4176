import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";

/**
 * The buffer that all reads of all connections go through. Node fills it and calls back in the same breath, and nobody may
 * keep a chunk beyond that call, so there is never more than one in it. One for each connection costs a short one more
 * than all the rest of its JavaScript.
 */
const READ_BUFFER = new Uint8Array(64 * 1024);

/**
 * Reads of one connection by Node's `onread`. Without it Node allocates for each read, which a full table turns into tens
 * of megabytes that wait for the garbage collector, and a good deal of time spent on it.
 */
export class Inlet {
  readonly onread: { buffer: Uint8Array; callback(count: number, buffer: Uint8Array): boolean } = {
    buffer: READ_BUFFER,
    callback: (count, buffer) => this.#take(buffer.subarray(0, count)),
  };
  #sink: ((chunk: Uint8Array) => void) | null = null;
  #early: Uint8Array[] = [];

  /** Nothing came, or all of it has gone to a sink. */
  get isEmpty(): boolean {
    return this.#early.length === 0;
  }

  /** From here on chunks go to `sink`, first those that came before. */
  open(sink: (chunk: Uint8Array) => void): void {
    this.#sink = sink;
    const early = this.#early;
    this.#early = [];
    for (const chunk of early) sink(chunk);
  }

  /** False makes Node stop reading until `resume`. */
  #take(chunk: Uint8Array): boolean {
    if (this.#sink === null) this.#early.push(chunk.slice());
    else this.#sink(chunk);
    return this.#sink !== null;
  }
}

// Node gives `onread` to sockets that connect, not to those it accepts. What follows does the same to accepted ones
// with parts of Node that its documentation leaves out, seen to work in 20, 24 and 26. Each part is looked for first: a
// Node that lacks one reads by "data" events, as slow and as right as ever. The tests say when that happens.

/**
 * A socket that reads the accepted TCP connection into the inlet's buffer; null when this Node cannot do it.
 *
 * The accepted socket must not have been read from (`pauseOnConnect`). It is of no use afterwards.
 */
export const readThrough = (accepted: Socket, inlet: Inlet): Socket | null => {
  const inside = accepted as unknown as Inside;
  const handle = inside._handle;
  if (typeof handle?.useUserBuffer !== "function") return null;
  inside._handle = null;
  const options: SocketConstructorOpts & { handle: unknown; onread: OnReadOpts } = { handle, onread: inlet.onread };
  const socket = new Socket(options);
  socket.pause();
  // Without its handle the first owner is a shell; the server shall not count it.
  accepted.destroy();
  return socket;
};

/**
 * Makes a socket of a TLS server, which has just finished its handshake, read into the inlet's buffer. False, and
 * nothing changed, when this Node cannot do it.
 */
export const readSecuredThrough = (socket: Socket, inlet: Inlet): boolean => {
  const inside = socket as unknown as Inside;
  const buffer = symbolOf(socket, "kBuffer");
  const callback = symbolOf(socket, "kBufferCb");
  if (buffer === undefined || callback === undefined || typeof inside._handle?.useUserBuffer !== "function")
    return false;
  if (socket.readableLength > 0) return false;
  inside[buffer] = inlet.onread.buffer;
  inside[callback] = inlet.onread.callback;
  inside._handle.useUserBuffer(inlet.onread.buffer);
  return true;
};

interface Inside {
  _handle?: { useUserBuffer?: (buffer: Uint8Array) => void } | null;
  [key: symbol]: unknown;
}

/** A symbol of Node's own, which is the same for all sockets: looked for until one has it. */
const symbolOf = (socket: Socket, name: "kBuffer" | "kBufferCb"): symbol | undefined => {
  symbols[name] ??= Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === name);
  return symbols[name];
};

const symbols: { kBuffer?: symbol | undefined; kBufferCb?: symbol | undefined } = {};
