import { createServer, type Server, type Socket } from "node:net";
import { checkAddress, checkPort, checkTimeout, describe, endpoint } from "./endpoint.js";
import { explain } from "./failure.js";
import { Handshakes } from "./handshakes.js";
import { Inlet, readThrough } from "./inlet.js";
import { SocketStream } from "./socket-stream.js";
import type { Listener, ListenHandlers, ListenOptions } from "./stream.js";

/**
 * Listens; with `tls`, a stream is handed over when its handshake has finished.
 *
 * Rejects with a RangeError for options that can never work, and with an Error that names the address (its `code` is
 * the system's, such as EADDRINUSE) when the system does not let us listen there.
 */
export const listen = async (options: ListenOptions, handlers: ListenHandlers): Promise<Listener> => {
  checkAddress(options.address, "address");
  checkPort(options.port, 0);
  checkTimeout(options.timeoutMs);
  const handshakes = options.transport === "tls" ? new Handshakes(options, handlers) : null;
  const server = createServer({ pauseOnConnect: true, noDelay: true });
  server.on("connection", (socket) => {
    // Until someone takes it over, and after everyone has left it.
    socket.on("error", () => {});
    if (handshakes === null) acceptPlain(socket, handlers);
    else handshakes.begin(socket);
  });
  await bind(server, options);
  server.on("error", (error) =>
    handlers.failed?.(`cannot accept a connection: ${error.message}`, endpoint("", 0), "local"),
  );
  return {
    address: boundTo(server),
    close: async () => {
      handshakes?.close();
      // The callback would wait for every connection that was handed over to end.
      server.close();
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
};

const acceptPlain = (accepted: Socket, handlers: ListenHandlers): void => {
  const remote = endpoint(accepted.remoteAddress, accepted.remotePort);
  if (remote.address === "") {
    accepted.destroy();
    const { reason, kind } = explain(gone, remote, "server");
    handlers.failed?.(reason, remote, kind);
    return;
  }
  const inlet = new Inlet();
  const socket = readThrough(accepted, inlet);
  handlers.accepted(
    socket === null ? new SocketStream(accepted, null, remote) : new SocketStream(socket, inlet, remote),
  );
};

/** The peer had left when we looked: Node no longer knows its address. */
const gone: NodeJS.ErrnoException = Object.assign(new Error("connection reset"), { code: "ECONNRESET" });

const bind = (server: Server, { address, port }: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => reject(explainBind(error, describe({ address, port })));
    server.once("error", refused);
    server.listen({ host: address, port }, () => {
      server.off("error", refused);
      resolve();
    });
  });

const explainBind = (error: NodeJS.ErrnoException, where: string): Error => {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program listens there",
    EADDRNOTAVAIL: "this machine does not have the address",
    EACCES: "ports below 1024 need privileges; choose another port",
  };
  const code = error.code ?? "";
  const text = `cannot listen on ${where}: ${why[code] ?? error.message} (${code})`;
  return Object.assign(new Error(text, { cause: error }), { code });
};

const boundTo = (server: Server): Listener["address"] => {
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the listener has no address");
  return { address: bound.address, port: bound.port };
};
