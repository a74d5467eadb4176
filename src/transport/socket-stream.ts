import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { endpoint } from "./endpoint.js";
import { explainEnd } from "./failure.js";
import type { Inlet } from "./inlet.js";
import type { Endpoint, PeerCertificate, Security, Stream, StreamHandlers, TlsVersion } from "./stream.js";

/** Pending octets from which a writer shall wait: enough to keep a link busy, little for a peer that reads nothing. */
const HIGH_WATER = 256 * 1024;

/** After `end`, and after the peer's FIN: milliseconds without progress, twice in a row, that cut the connection. */
const LINGER_MS = 2500;

const PEER_CLOSED = "the peer closed the connection";
export const CLOSED_AFTER_HANDSHAKE: string = `${PEER_CLOSED} right after the TLS handshake: perhaps it does not accept our certificate`;

/** A connected socket of Node as a `Stream`. Given an inlet, the socket reads through it. */
export class SocketStream implements Stream {
  readonly remote: Endpoint;
  readonly security: Security | null;
  #local: Endpoint | null = null;
  readonly #socket: Socket;
  readonly #inlet: Inlet | null;
  #handlers: StreamHandlers | null = null;
  #corked = false;
  #paused = false;
  #blocked = false;
  #started = false;
  /** Nothing more is written: we ended, or the connection did. */
  #over = false;
  /** We want no more of it. */
  #cut = false;
  #received = false;
  #reason: string | null = null;
  #closed = false;
  #linger: NodeJS.Timeout | null = null;

  /** `security`: what a handshake agreed on, where the socket may have ended since. */
  constructor(socket: Socket, inlet: Inlet | null, remote: Endpoint, security: Security | null = securityOf(socket)) {
    this.#socket = socket;
    this.#inlet = inlet;
    this.remote = remote;
    this.security = security;
    socket.on("drain", () => this.#drained());
    if (socket.readableEnded) this.#ended();
    else socket.on("end", () => this.#ended());
    // Stays for the socket's life: an error after the end has a listener too.
    socket.on("error", (error) => this.#finish(explainEnd(error)));
    socket.once("close", () => this.#close());
    if (socket.errored !== null) this.#finish(explainEnd(socket.errored));
    if (socket.destroyed) process.nextTick(() => this.#close());
  }

  /** Asked of the system when it is wanted: who hangs up at once shall cost little. */
  get local(): Endpoint {
    this.#local ??= endpoint(this.#socket.localAddress, this.#socket.localPort);
    return this.#local;
  }

  get pending(): number {
    return this.#socket.writableLength;
  }

  attach(handlers: StreamHandlers): void {
    if (this.#handlers !== null) throw new RangeError("the stream's handlers are set already");
    this.#handlers = handlers;
    process.nextTick(start, this);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#started) this.#socket.resume();
  }

  write(octets: Uint8Array): boolean {
    if (this.#over) return false;
    // What is written in one turn leaves together: one system call in TCP, full records in TLS.
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(uncork, this);
    }
    this.#socket.write(octets);
    if (this.#socket.writableLength >= HIGH_WATER) this.#blocked = true;
    return !this.#blocked;
  }

  end(): void {
    if (this.#over) return;
    this.#finish("closed by us");
    this.#socket.end();
    this.#watch();
  }

  destroy(): void {
    this.#cut = true;
    this.#finish("closed by us");
    this.#socket.destroy();
  }

  /** Called a tick after `attach`. */
  start(): void {
    this.#started = true;
    const handlers = this.#handlers;
    if (handlers === null) return;
    const take = (chunk: Uint8Array): void => {
      if (this.#cut) return;
      if (!this.#received) this.#firstReceived();
      handlers.data(chunk);
    };
    if (this.#inlet !== null) this.#inlet.open(take);
    else this.#socket.on("data", take);
    if (this.#closed) this.#say(handlers);
    else if (!this.#paused) this.#socket.resume();
  }

  /** Called a tick after the first write of a turn. */
  uncork(): void {
    this.#corked = false;
    this.#socket.uncork();
  }

  /** What can be asked of a live socket only is known from here on. */
  #firstReceived(): void {
    this.#received = true;
    void this.local;
  }

  #ended(): void {
    this.#finish(PEER_CLOSED);
    this.#watch();
  }

  #drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    if (!this.#over) this.#handlers?.drain();
  }

  /** The first reason is the one that counts: what follows is its consequence. */
  #finish(reason: string): void {
    this.#over = true;
    this.#reason ??= reason;
  }

  /** Neither a peer that leaves its end open nor one that does not read may hold the connection for good. */
  #watch(): void {
    let before = Number.POSITIVE_INFINITY;
    this.#linger ??= setInterval(() => {
      const { pending } = this;
      if (pending >= before) this.#socket.destroy();
      before = pending;
    }, LINGER_MS).unref();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#linger !== null) clearInterval(this.#linger);
    this.#finish(PEER_CLOSED);
    if (this.#started && this.#handlers !== null) this.#say(this.#handlers);
  }

  #say(handlers: StreamHandlers): void {
    // In TLS 1.3 a client is ready before the server has looked at its certificate (RFC 8446 §4.4.4).
    const rejected = this.#reason === PEER_CLOSED && this.security !== null && !this.#received;
    handlers.closed(rejected ? CLOSED_AFTER_HANDSHAKE : (this.#reason ?? PEER_CLOSED));
  }
}

const start = (stream: SocketStream): void => stream.start();
const uncork = (stream: SocketStream): void => stream.uncork();

/** What a handshake that has just finished agreed on; null without TLS. */
export const securityOf = (socket: Socket): Security | null =>
  socket instanceof TLSSocket ? new Agreed(socket) : null;

/** What costs something is read when someone asks. Of a connection that is gone it is not known any more. */
class Agreed implements Security {
  readonly protocol: TlsVersion;
  readonly alpn: string;
  readonly resumed: boolean;
  readonly #socket: TLSSocket;
  #cipher: string | undefined;
  #certificate: PeerCertificate | null | undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.protocol = socket.getProtocol() === "TLSv1.2" ? "TLSv1.2" : "TLSv1.3";
    this.alpn = socket.alpnProtocol || "";
    this.resumed = socket.isSessionReused();
  }

  get cipher(): string {
    this.#cipher ??= cipherOf(this.#socket);
    return this.#cipher ?? "";
  }

  get peerCertificate(): PeerCertificate | null {
    if (this.#certificate === undefined) this.#certificate = certificateOf(this.#socket);
    return this.#certificate;
  }
}

const cipherOf = (socket: TLSSocket): string | undefined => {
  // Node's types leave out that it is null for a socket that is gone.
  const cipher: { readonly name: string } | null = socket.getCipher();
  return cipher?.name;
};

const certificateOf = (socket: TLSSocket): PeerCertificate | null => {
  // Node gives null for a socket that is gone and {} for a peer without a certificate.
  const certificate: Partial<ReturnType<TLSSocket["getPeerCertificate"]>> | null = socket.getPeerCertificate();
  if (certificate?.fingerprint256 === undefined) return null;
  return {
    subject: [certificate.subject?.CN ?? []].flat().join(", "),
    names: certificate.subjectaltname ?? "",
    fingerprint: certificate.fingerprint256,
    validTo: certificate.valid_to ?? "",
  };
};
