import { writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Daemon, freePort } from "./daemon.js";
import { checkSetup, type PeerCounts, type Target, TargetError, type TargetPeer, type TargetSetup } from "./target.js";

/** Our own speaker, in a process of its own: `kiln speaker --config FILE --control PATH`. */
export const self: Target = {
  name: "self",
  transports: ["tcp", "tls"],

  async available() {
    return null;
  },

  async start(setup) {
    checkSetup(setup);
    const address = setup.address ?? "127.0.0.1";
    const port = setup.port ?? (await freePort(address));
    const daemon = new Daemon("self");
    const file = (name: string): string => join(daemon.directory, name);
    try {
      writeFileSync(file("speaker.json"), JSON.stringify(speakerConfig(setup, address, port, daemon.directory)));
      if (setup.tls !== undefined) {
        for (const name of ["cert", "key", "ca"] as const) writeFileSync(file(`${name}.pem`), setup.tls[name]);
      }
      daemon.spawn(process.execPath, [COMMAND, "speaker", "--config", file("speaker.json"), "--control", file("ctl")]);
      const { version } = await daemon.ready(() => askStatus(file("ctl")));
      return {
        name: "self",
        pid: daemon.pid,
        address,
        port,
        version,
        died: daemon.died,
        async counts() {
          const status = await askStatus(file("ctl"));
          if (status === null) throw new TargetError(daemon.ended ?? "self: no answer on its control socket");
          return new Map(status.peers.map((peer): [string, PeerCounts] => [peer.name, peer]));
        },
        usage() {
          return daemon.usage();
        },
        stop() {
          return daemon.stop();
        },
      };
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  },
};

/** From `dist/src/target` as from anywhere below it: only the compiled command can be started. */
const COMMAND = fileURLToPath(new URL("../cli/main.js", import.meta.url));

interface Status {
  readonly version: string;
  readonly peers: readonly ({ readonly name: string } & PeerCounts)[];
}

/** Null while nobody listens at `path`. */
const askStatus = (path: string): Promise<Status | null> =>
  new Promise((resolve, reject) => {
    let text = "";
    const socket = createConnection(path, () => socket.write("status\n"));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.once("error", () => resolve(null));
    socket.once("end", () => {
      try {
        resolve(JSON.parse(text) as Status);
      } catch {
        reject(new TargetError(`self: its status is not JSON: ${text.slice(0, 80)}`));
      }
    });
  });

const speakerConfig = (setup: TargetSetup, address: string, port: number, directory: string): unknown => ({
  localAs: setup.as,
  routerId: setup.routerId,
  holdTime: 180,
  listen: [{ address, port, transport: setup.transport }],
  ...(setup.tls === undefined
    ? {}
    : {
        tls: {
          cert: join(directory, "cert.pem"),
          key: join(directory, "key.pem"),
          ca: join(directory, "ca.pem"),
          mutual: setup.tls.mutual,
        },
      }),
  peers: setup.peers.map((peer) => peerConfig(peer, setup)),
});

const peerConfig = (peer: TargetPeer, setup: TargetSetup): unknown => ({
  name: peer.name,
  address: peer.address,
  as: peer.as,
  transport: setup.transport,
  families: peer.families,
  ...(peer.dial === undefined ? { passive: true } : { port: peer.dial, localAddress: setup.address ?? "127.0.0.1" }),
  ...(peer.addPath === true ? { addPath: Object.fromEntries(peer.families.map((family) => [family, "both"])) } : {}),
});
