import { createHash } from "node:crypto";
import { type Certificates, makeCertificates } from "../src/transport/certificates.js";
import {
  type ConnectOptions,
  connect,
  type Endpoint,
  type FailureKind,
  type Listener,
  type ListenOptions,
  listen,
  type Stream,
} from "../src/transport/index.js";

/** What became of an attempt to connect, or of a connection that a listener saw. */
export type Outcome = { stream: Stream } | { kind: FailureKind; reason: string };

export const connecting = (options: Omit<ConnectOptions, "timeoutMs"> & { timeoutMs?: number }): Promise<Outcome> =>
  new Promise((resolve) => {
    connect(
      { timeoutMs: 5000, ...options },
      { connected: (stream) => resolve({ stream }), failed: (reason, kind) => resolve({ kind, reason }) },
    );
  });

/** A listener on a free loopback port, with what comes of its connections in the order of their ends. */
export class Port {
  readonly outcomes: Outcome[] = [];
  readonly remotes: Endpoint[] = [];
  #waiting: ((outcome: Outcome) => void)[] = [];
  #taken = 0;
  #listener: Listener | null = null;

  static async open(options: Partial<ListenOptions> = {}): Promise<Port> {
    const port = new Port();
    port.#listener = await listen(
      { address: "127.0.0.1", port: 0, transport: "tcp", timeoutMs: 5000, ...options },
      {
        accepted: (stream) => port.#put({ stream }, stream.remote),
        failed: (reason, remote, kind) => port.#put({ kind, reason }, remote),
      },
    );
    return port;
  }

  get address(): Endpoint {
    if (this.#listener === null) throw new Error("not open");
    return this.#listener.address;
  }

  /** The next outcome that was not taken yet. */
  next(): Promise<Outcome> {
    const ready = this.outcomes[this.#taken++];
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  #put(outcome: Outcome, remote: Endpoint): void {
    this.outcomes.push(outcome);
    this.remotes.push(remote);
    this.#waiting.shift()?.(outcome);
  }
}

export const streamOf = (outcome: Outcome): Stream => {
  if ("stream" in outcome) return outcome.stream;
  throw new Error(`no stream but ${outcome.kind}: ${outcome.reason}`);
};

/** Reads a stream to its end: how much, its SHA-256, and why it ended. */
export class Reader {
  received = 0;
  chunks = 0;
  longest = 0;
  reason: string | null = null;
  closes = 0;
  drains = 0;
  readonly closed: Promise<string>;
  readonly #hash = createHash("sha256");
  #text = "";
  #onDrain: (() => void) | null = null;
  #watch: { until: number; done: () => void }[] = [];

  constructor(stream: Stream) {
    this.closed = new Promise((resolve) => {
      stream.attach({
        data: (chunk) => {
          this.received += chunk.length;
          this.chunks++;
          this.longest = Math.max(this.longest, chunk.length);
          this.#hash.update(chunk);
          if (this.#text.length < 1000) this.#text += Buffer.from(chunk).toString("latin1").slice(0, 1000);
          this.#watch = this.#watch.filter(({ until, done }) => {
            if (this.received < until) return true;
            done();
            return false;
          });
        },
        drain: () => {
          this.drains++;
          this.#onDrain?.();
        },
        closed: (reason) => {
          this.reason = reason;
          this.closes++;
          resolve(reason);
        },
      });
    });
  }

  get text(): string {
    return this.#text;
  }

  digest(): string {
    return this.#hash.digest("hex");
  }

  until(octets: number): Promise<void> {
    if (this.received >= octets) return Promise.resolve();
    return new Promise((done) => this.#watch.push({ until: octets, done }));
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = resolve;
    });
  }
}

/** Octets without a pattern that a shifted or repeated chunk could keep: a 32-bit LCG. */
export const noise = (length: number, seed = 1): Uint8Array => {
  const octets = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    octets[i] = state >>> 24;
  }
  return octets;
};

export const sha256 = (octets: Uint8Array): string => createHash("sha256").update(octets).digest("hex");

/** Writes all of `octets` in pieces, minding backpressure, and says how often it had to wait. */
export const pour = async (stream: Stream, reader: Reader, octets: Uint8Array, piece: number): Promise<number> => {
  let waits = 0;
  for (let at = 0; at < octets.length && reader.reason === null; at += piece) {
    if (stream.write(octets.subarray(at, at + piece))) continue;
    waits++;
    await Promise.race([reader.drained(), reader.closed]);
  }
  return waits;
};

let loopback: Promise<Certificates> | null = null;

/** One set of P-256 certificates for 127.0.0.1, made once per test file. */
export const loopbackCertificates = (): Promise<Certificates> => {
  loopback ??= makeCertificates({ key: "p256", names: ["127.0.0.1", "::1", "router.example"] });
  return loopback;
};
