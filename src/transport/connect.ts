import { connect as connectTcp, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { checkAddress, checkPort, checkSource, checkTimeout, describe } from "./endpoint.js";
import { explain, type Failure, failure } from "./failure.js";
import { Inlet } from "./inlet.js";
import { SocketStream } from "./socket-stream.js";
import type { ConnectHandlers, ConnectOptions, Endpoint, Pending, TlsOptions } from "./stream.js";
import { ALPN, acceptsAlpn, contextOf, expectServer } from "./tls-context.js";

/**
 * Opens a connection, with `tls` its handshake too: the stream that `connected` receives is ready for BGP.
 *
 * Throws RangeError for options that can never work; all that the network and the peer do comes to `failed`.
 */
export const connect = (options: ConnectOptions, handlers: ConnectHandlers): Pending => {
  checkAddress(options.address, "address");
  if (options.localAddress !== undefined) checkSource(options.localAddress, options.address);
  checkPort(options.port, 1);
  checkTimeout(options.timeoutMs);
  return new Attempt(options, handlers);
};

class Attempt implements Pending {
  readonly #handlers: ConnectHandlers;
  readonly #remote: Endpoint;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #connected = false;
  #settled = false;

  constructor(options: ConnectOptions, handlers: ConnectHandlers) {
    const { timeoutMs } = options;
    this.#handlers = handlers;
    this.#remote = { address: options.address, port: options.port };
    const inlet = new Inlet();
    this.#socket = options.transport === "tls" ? this.#overTls(options, inlet) : this.#overTcp(options, inlet);
    this.#socket.once("connect", () => {
      this.#connected = true;
      this.#socket.setNoDelay(true);
    });
    this.#socket.on("error", (error) => this.#fail(explain(error, this.#remote, "client")));
    this.#socket.once("close", () =>
      this.#fail(failure("closed", `${describe(this.#remote)} closed the connection before it was ready`)),
    );
    this.#timer = setTimeout(() => this.#fail(failure("timeout", this.#late(timeoutMs))), timeoutMs);
  }

  cancel(): void {
    if (this.#settled) return;
    this.#settle();
    this.#socket.destroy();
  }

  #overTcp(options: ConnectOptions, inlet: Inlet): Socket {
    const socket = connectTcp({ ...towards(options), onread: inlet.onread });
    // Nothing is read before someone listens.
    socket.pause();
    socket.once("connect", () => this.#succeed(inlet));
    return socket;
  }

  #overTls(options: ConnectOptions, inlet: Inlet): Socket {
    const tls: TlsOptions = options.tls ?? {};
    const how: ConnectionOptions & TcpNetConnectOpts = {
      ...towards(options),
      ...expectServer(tls, options.address),
      onread: inlet.onread,
      secureContext: contextOf(tls, "client"),
      // Seed, "Summary of operation": the initiator offers "botls" and nothing else.
      ALPNProtocols: [ALPN],
      ...(tls.session !== undefined && { session: Buffer.from(tls.session) }),
    };
    const socket = connectTls(how);
    const { onSession } = tls;
    if (onSession !== undefined) socket.on("session", (session) => onSession(session));
    socket.once("secureConnect", () => this.#secured(socket, inlet, tls));
    return socket;
  }

  /** RFC 7301 §3.2 lets a server ignore ALPN; a peer that does is not known to speak BGP. */
  #secured(socket: TLSSocket, inlet: Inlet, tls: TlsOptions): void {
    if (acceptsAlpn(tls, socket.alpnProtocol)) {
      this.#succeed(inlet);
      return;
    }
    const selected = socket.alpnProtocol ? `"${socket.alpnProtocol}"` : "no application protocol";
    this.#fail(failure("alpn", `the peer selected ${selected} where BGP over TLS needs "${ALPN}"`));
  }

  #succeed(inlet: Inlet): void {
    if (this.#settled) return;
    this.#settle();
    this.#handlers.connected(new SocketStream(this.#socket, inlet, this.#remote));
  }

  #fail({ reason, kind }: Failure): void {
    if (this.#settled) return;
    this.#settle();
    this.#socket.destroy();
    this.#handlers.failed(reason, kind);
  }

  #settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
  }

  #late(timeoutMs: number): string {
    const where = describe(this.#remote);
    return this.#connected
      ? `${where} did not finish the TLS handshake within ${timeoutMs} ms; a plain BGP speaker may listen there`
      : `no answer from ${where} within ${timeoutMs} ms`;
  }
}

const towards = ({
  address,
  port,
  localAddress,
}: ConnectOptions): { host: string; port: number; localAddress?: string } => ({
  host: address,
  port,
  ...(localAddress !== undefined && { localAddress }),
});
