import { spawnSync } from "node:child_process";
import { findProgram } from "../../src/target/daemon.js";
import { type Target, TargetError } from "../../src/target/target.js";
import { ALPN } from "../../src/transport/tls-context.js";
import { type Place, startReference, tlsOnly } from "./reference.js";

/** `openssl s_server`: TLS handshakes in C and nothing behind them. */
export const opensslServer: Target = {
  name: "openssl-s_server",
  transports: ["tls"],
  comparability: tlsOnly("1; one connection after the other"),

  async available() {
    return findProgram("openssl") === null ? MISSING : null;
  },

  async start(setup) {
    const openssl = findProgram("openssl");
    if (openssl === null) throw new TargetError(`openssl-s_server: ${MISSING}`);
    const version = versionOf(openssl);
    const mutual = setup.tls?.mutual === true;
    return startReference({ name: "openssl-s_server", version }, setup, (place) => [
      "/bin/sh",
      ...["-c", SCRIPT, openssl],
      ...argumentsOf(place, mutual),
    ]);
  },
};

const MISSING = "openssl is not installed (apt-get install openssl)";

/** s_server sends on what it reads from standard input, and is kept busy by one that has ended: this one never says a word. */
const SCRIPT = 'mkfifo stdin && exec "$0" "$@" <>stdin';

/** Its defaults else, as a Node server has them: all groups, and two tickets for a full TLS 1.3 handshake. */
const argumentsOf = ({ address, port, cert, key, ca }: Place, mutual: boolean): string[] => [
  ...["s_server", "-quiet", "-accept", address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`],
  ...["-cert", cert, "-key", key, "-CAfile", ca, "-alpn", ALPN],
  ...(mutual ? ["-Verify", "1", "-verify_return_error", "-verify_quiet"] : []),
];

/** `OpenSSL 3.0.19`. */
const versionOf = (openssl: string): string =>
  /^\S+ \S+/.exec(spawnSync(openssl, ["version"], { encoding: "utf8" }).stdout ?? "")?.[0] ?? "OpenSSL";
