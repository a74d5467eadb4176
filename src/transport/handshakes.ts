import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { fatalAlert, NO_APPLICATION_PROTOCOL } from "./alert.js";
import { type FirstOctets, judgeFirstOctets } from "./client-hello.js";
import { describe, endpoint } from "./endpoint.js";
import { explain, type Failure, failure } from "./failure.js";
import { Inlet, readSecuredThrough } from "./inlet.js";
import { CLOSED_AFTER_HANDSHAKE, SocketStream, securityOf } from "./socket-stream.js";
import type { Endpoint, ListenHandlers, ListenOptions, TlsOptions } from "./stream.js";
import { ALPN, acceptsAlpn, contextOf, contextOptions } from "./tls-context.js";

const DEFAULT_MAX_PENDING = 64;
const DEFAULT_MAX_WAITING = 256;

/** Milliseconds that an alert has to leave before the connection is cut. */
const ALERT_MS = 1000;

/**
 * The server's side of TLS, from TCP accept to a stream.
 *
 * The first octets are read before OpenSSL sees them. That tells a plain BGP speaker for what it is, and lets a client
 * be refused that offers no ALPN at all: OpenSSL would finish that handshake, and only then we could hang up.
 *
 * After an outage all peers come at once. Those beyond the handshakes that we allow wait in the order they came, unread: each
 * costs a socket and no TLS. Refused, they would come back only when their ConnectRetryTimer says so, which RFC 4271 §10
 * suggests to be 120 seconds. Both numbers are bounded against those who connect and say nothing.
 */
export class Handshakes {
  readonly #handlers: ListenHandlers;
  readonly #tls: TlsOptions;
  readonly #timeoutMs: number;
  readonly #maxPending: number;
  readonly #maxWaiting: number;
  readonly #server: Server;
  readonly #pending: Map<Socket, Attempt> = new Map();
  /** The one that came first stands first. */
  readonly #waiting: Map<Socket, Waiting> = new Map();

  constructor(options: ListenOptions, handlers: ListenHandlers) {
    const { tls = {}, timeoutMs, maxPending = DEFAULT_MAX_PENDING, maxWaiting = DEFAULT_MAX_WAITING } = options;
    if (!Number.isInteger(maxPending) || maxPending < 1) {
      throw new RangeError(`maxPending must be a whole number from 1, not ${maxPending}`);
    }
    if (!Number.isInteger(maxWaiting) || maxWaiting < 0) {
      throw new RangeError(`maxWaiting must be a whole number, not ${maxWaiting}`);
    }
    this.#handlers = handlers;
    this.#tls = tls;
    this.#timeoutMs = timeoutMs;
    this.#maxPending = maxPending;
    this.#maxWaiting = maxWaiting;
    this.#server = serverOf(tls, timeoutMs);
    this.#server.on("secureConnection", (socket) => this.#secured(socket));
    this.#server.on("tlsClientError", (error, socket) => this.#broken(error, socket));
  }

  begin(raw: Socket): void {
    const remote = endpoint(raw.remoteAddress, raw.remotePort);
    if (this.#pending.size < this.#maxPending) this.#start(raw, remote);
    else if (this.#waiting.size < this.#maxWaiting) this.#wait(raw, remote);
    else this.#refuse(raw, remote, "are under way already");
  }

  close(): void {
    for (const { raw, timer } of [...this.#pending.values(), ...this.#waiting.values()]) {
      clearTimeout(timer);
      raw.destroy();
    }
    this.#pending.clear();
    this.#waiting.clear();
  }

  #wait(raw: Socket, remote: Endpoint): void {
    const late = (): void => {
      this.#waiting.delete(raw);
      this.#refuse(raw, remote, `were under way for ${this.#timeoutMs} ms`);
    };
    this.#waiting.set(raw, { raw, remote, timer: setTimeout(late, this.#timeoutMs) });
  }

  #startNext(): void {
    for (const { raw, remote, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      this.#waiting.delete(raw);
      this.#start(raw, remote);
      return;
    }
  }

  #refuse(raw: Socket, remote: Endpoint, why: string): void {
    raw.destroy();
    const reason = `${describe(remote)} refused: ${this.#maxPending} TLS handshakes ${why}`;
    this.#handlers.failed?.(reason, remote, "limit");
  }

  #start(raw: Socket, remote: Endpoint): void {
    const attempt: Attempt = {
      raw,
      remote,
      sniff: (chunk) => this.#sniff(attempt, chunk),
      left: () => this.#fail(attempt, closedEarly(attempt)),
      first: new Uint8Array(0),
      need: 1,
      timer: setTimeout(() => this.#fail(attempt, this.#late(attempt)), this.#timeoutMs),
    };
    this.#pending.set(raw, attempt);
    // OpenSSL's own account of the failure comes with the same turn, and says more.
    raw.once("close", () => {
      if (this.#pending.has(raw)) setImmediate(attempt.left);
    });
    raw.once("end", attempt.left);
    raw.on("data", attempt.sniff);
    raw.resume();
  }

  #sniff(attempt: Attempt, chunk: Uint8Array): void {
    attempt.first = attempt.first.length === 0 ? chunk : Buffer.concat([attempt.first, chunk]);
    if (attempt.first.length < attempt.need) return;
    const verdict = judgeFirstOctets(attempt.first);
    if (verdict.is === "more") {
      attempt.need = verdict.need;
      return;
    }
    const wrong = refusal(verdict, this.#tls);
    if (wrong === null) this.#handshake(attempt);
    else this.#fail(attempt, wrong, wrong.kind === "alpn" ? fatalAlert(NO_APPLICATION_PROTOCOL) : undefined);
  }

  #handshake(attempt: Attempt): void {
    const { raw, first } = attempt;
    raw.off("data", attempt.sniff);
    raw.off("end", attempt.left);
    raw.pause();
    raw.unshift(first);
    attempt.first = new Uint8Array(0);
    attempt.need = 0;
    // Node documents this: a TLS server that never listens takes connections that someone else accepted.
    this.#server.emit("connection", raw);
  }

  #secured(socket: TLSSocket): void {
    const attempt = this.#of(socket);
    socket.on("error", () => {});
    if (attempt === null) {
      socket.destroy();
      return;
    }
    if (!acceptsAlpn(this.#tls, socket.alpnProtocol)) {
      this.#fail(attempt, failure("alpn", `the handshake ended without the application protocol "${ALPN}"`));
      return;
    }
    const inlet = new Inlet();
    const through = readSecuredThrough(socket, inlet);
    const security = securityOf(socket);
    // OpenSSL is in the midst of a read here. What else came in it, up to the peer's goodbye, is known when it is back: who
    // has hung up without a word costs no session and is sent no OPEN.
    setImmediate(() => {
      if (socket.readableEnded && inlet.isEmpty) {
        this.#fail(attempt, failure("closed", CLOSED_AFTER_HANDSHAKE));
        socket.destroy();
      } else if (this.#settle(attempt)) {
        this.#handlers.accepted(new SocketStream(socket, through ? inlet : null, attempt.remote, security));
      }
    });
  }

  #broken(error: NodeJS.ErrnoException, socket: TLSSocket): void {
    const attempt = this.#of(socket);
    if (attempt === null) return;
    // Of a certificate that it refuses Node says only here what was wrong, and as a code (its types say Error).
    const refused: unknown = socket.authorizationError;
    const cause = refused ? Object.assign(new Error(String(refused)), { code: String(refused) }) : error;
    this.#fail(attempt, explain(cause, attempt.remote, "server"));
  }

  /** The attempt that a TLS socket belongs to. A socket that is gone has no address left, but knows what it wrapped. */
  #of(socket: TLSSocket): Attempt | null {
    const wrapped = (socket as unknown as { _parent?: Socket })._parent;
    const attempt = wrapped === undefined ? undefined : this.#pending.get(wrapped);
    if (attempt !== undefined) return attempt;
    const { address, port } = endpoint(socket.remoteAddress, socket.remotePort);
    for (const one of this.#pending.values()) {
      if (one.remote.port === port && one.remote.address === address) return one;
    }
    return null;
  }

  #fail(attempt: Attempt, { reason, kind }: Failure, lastWords?: Uint8Array): void {
    const { raw, remote } = attempt;
    if (!this.#settle(attempt)) return;
    if (lastWords === undefined) raw.destroy();
    else {
      raw.end(lastWords);
      setTimeout(() => raw.destroy(), ALERT_MS).unref();
    }
    this.#handlers.failed?.(reason, remote, kind);
  }

  /** Its place is free for the next one. False when the attempt had come to its end before. */
  #settle({ raw, timer }: Attempt): boolean {
    clearTimeout(timer);
    const isFirst = this.#pending.delete(raw);
    if (isFirst) this.#startNext();
    return isFirst;
  }

  #late({ need, first }: Attempt): Failure {
    const what = need > 0 && first.length === 0 ? "the peer sent nothing" : "the peer did not finish the TLS handshake";
    return failure("timeout", `${what} within ${this.#timeoutMs} ms`);
  }
}

/** A connection that nobody has read from. */
interface Waiting {
  readonly raw: Socket;
  readonly remote: Endpoint;
  readonly timer: NodeJS.Timeout;
}

/** A connection whose handshake is under way. */
interface Attempt extends Waiting {
  readonly sniff: (chunk: Uint8Array) => void;
  readonly left: () => void;
  /** What was read before OpenSSL took over. */
  first: Uint8Array;
  /** Octets that `first` needs before it is judged again; 0 when OpenSSL has taken over. */
  need: number;
}

const serverOf = (tls: TlsOptions, timeoutMs: number): Server => {
  // Throws for what OpenSSL does not accept, in our words.
  contextOf(tls, "server");
  const mutual = tls.mutual === true || tls.profile === "draft-05";
  return createServer({
    ...contextOptions(tls, "server"),
    ALPNProtocols: [ALPN],
    requestCert: mutual,
    rejectUnauthorized: mutual,
    // Ours runs from the accept on and is earlier.
    handshakeTimeout: timeoutMs + 1000,
  });
};

const refusal = (verdict: Exclude<FirstOctets, { is: "more" }>, tls: TlsOptions): Failure | null => {
  switch (verdict.is) {
    case "plain-bgp":
      return failure("plain-bgp", "the peer speaks plain BGP; this port expects TLS");
    case "garbage":
      return failure("garbage", "the peer speaks neither TLS nor BGP; this port expects TLS");
    case "unreadable":
      return null;
    case "hello": {
      const { alpn } = verdict;
      if (alpn === null ? acceptsAlpn(tls, false) : alpn.includes(ALPN)) return null;
      const offer = alpn === null ? "no application protocol" : alpn.map((name) => JSON.stringify(name)).join(", ");
      return failure("alpn", `the peer offers ${offer} where BGP over TLS needs "${ALPN}"`);
    }
  }
};

const closedEarly = ({ need, remote }: Attempt): Failure =>
  failure(
    "closed",
    `${describe(remote)} closed the connection ${need > 0 ? "before its ClientHello" : "during the TLS handshake"}`,
  );
