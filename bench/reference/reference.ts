import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Daemon } from "../../src/target/daemon.js";
import { freePort } from "../../src/target/listening.js";
import { type Comparability, checkSetup, type RunningTarget, type TargetSetup } from "../../src/target/target.js";

/** What is no BGP speaker: it finishes TLS handshakes, and waits for the client to hang up. */
export const tlsOnly = (threads: string): Comparability => ({
  mrai: "no BGP",
  damping: "no BGP",
  threads,
  policy: "no BGP",
  fib: "no BGP",
  notes: ["a yardstick for TLS handshakes, no BGP speaker"],
});

/** Where a reference listens, and its files: certificate, key and authority. */
export interface Place {
  readonly directory: string;
  readonly address: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Starts a reference: `command` gives the program and its arguments. For the rest see `Target.start`. */
export const startReference = async (
  { name, version }: { readonly name: string; readonly version: string },
  setup: TargetSetup,
  command: (place: Place) => readonly [program: string, ...args: string[]],
): Promise<RunningTarget> => {
  checkSetup(setup);
  const address = setup.address ?? "127.0.0.1";
  const port = setup.port ?? (await freePort(address));
  const daemon = new Daemon(name);
  try {
    const { directory } = daemon;
    const [program, ...args] = command({ directory, address, port, ...certificateFiles(directory, setup) });
    daemon.spawn(program, args);
    await daemon.ready(() => takesConnections(address, port));
    return {
      name,
      pid: daemon.pid,
      address,
      port,
      version,
      died: daemon.died,
      halted: () => daemon.halted(),
      counts: async () => new Map(),
      usage: () => daemon.usage(),
      stop: () => daemon.stop(),
    };
  } catch (error) {
    await daemon.stop();
    throw error;
  }
};

/** Throws RangeError without TLS. */
const certificateFiles = (directory: string, { tls }: TargetSetup): Pick<Place, "cert" | "key" | "ca"> => {
  if (tls === undefined) throw new RangeError("TLS needs a certificate");
  const write = (name: "cert" | "key" | "ca"): string => {
    const path = join(directory, `${name}.pem`);
    writeFileSync(path, tls[name]);
    return path;
  };
  return { cert: write("cert"), key: write("key"), ca: write("ca") };
};

/** True when something listens there, null as long as nothing does. */
const takesConnections = (host: string, port: number): Promise<true | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(null));
  });
