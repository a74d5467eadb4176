// The process of `node-tls`: address, port, certificate, key, authority (files), and whether clients show a certificate.
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import { ALPN } from "../../src/transport/tls-context.js";

const [address, port, cert = "", key = "", ca = "", asks] = process.argv.slice(2);
const mutual = asks === "mutual";
const server = createServer(
  {
    cert: readFileSync(cert),
    key: readFileSync(key),
    ca: readFileSync(ca),
    requestCert: mutual,
    rejectUnauthorized: mutual,
    ALPNProtocols: [ALPN],
    noDelay: true,
  },
  (socket) => {
    socket.on("error", () => undefined);
    socket.resume();
  },
);
server.on("tlsClientError", () => undefined);
server.listen(Number(port), address);
