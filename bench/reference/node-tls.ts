import { fileURLToPath } from "node:url";
import type { Target } from "../../src/target/target.js";
import { startReference, tlsOnly } from "./reference.js";

/** Node's own `tls.createServer` with nothing of ours behind it: what lies between it and `self` is Kiln. */
export const nodeTls: Target = {
  name: "node-tls",
  transports: ["tls"],
  comparability: tlsOnly("1 for JavaScript, and those of V8"),

  async available() {
    return null;
  },

  start(setup) {
    const version = `Node ${process.versions.node}`;
    const asks = setup.tls?.mutual === true ? "mutual" : "server";
    return startReference({ name: "node-tls", version }, setup, ({ address, port, cert, key, ca }) => [
      process.execPath,
      ...[PROGRAM, address, String(port), cert, key, ca, asks],
    ]);
  },
};

const PROGRAM = fileURLToPath(new URL("./node-tls-server.js", import.meta.url));
