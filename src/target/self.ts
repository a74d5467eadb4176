import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { askControl } from "../speaker/control.js";
import type { SpeakerStatus } from "../speaker/status.js";
import { Daemon } from "./daemon.js";
import { freePort } from "./listening.js";
import {
  checkSetup,
  NEXT_HOP6,
  type PeerCounts,
  type Target,
  TargetError,
  type TargetPeer,
  type TargetSetup,
} from "./target.js";

/** Our own speaker, in a process of its own: `kiln speaker --config FILE --control PATH`. */
export const self: Target = {
  name: "self",
  transports: ["tcp", "tls"],
  comparability: {
    mrai: "none",
    damping: "none; a peer may come back after 10 ms",
    threads: "1 for JavaScript, and those of V8",
    policy: "none",
    fib: "none",
    notes: [],
  },

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
      const argv = [setup.program ?? COMMAND, "speaker", "--config", file("speaker.json"), "--control", file("ctl")];
      if (setup.launch === undefined) daemon.spawn(process.execPath, argv);
      else daemon.launch(setup.launch(argv));
      const { version } = await daemon.ready(() => statusOf(file("ctl")).catch(() => null));
      return {
        name: "self",
        pid: daemon.pid,
        address,
        port,
        version: `Kiln ${version}`,
        died: daemon.died,
        halted() {
          return daemon.halted();
        },
        async counts() {
          const { peers } = await statusOf(file("ctl")).catch(() => {
            throw new TargetError(daemon.ended ?? "self: no answer on its control socket");
          });
          return new Map(peers.map((peer): [string, PeerCounts] => [peer.name, peer]));
        },
        usage() {
          return daemon.usage();
        },
        stop() {
          // A profiler must outlive the program, so it is the program that has to end.
          return daemon.stop(setup.launch === undefined ? undefined : () => askControl(file("ctl"), "stop"));
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

const statusOf = async (path: string): Promise<SpeakerStatus> => (await askControl(path, "status")) as SpeakerStatus;

/** What `kiln speaker` is told; certificates lie in `directory`. */
export const speakerConfig = (setup: TargetSetup, address: string, port: number, directory: string): unknown => ({
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
  ...(setup.address?.includes(":") === true ? {} : { nextHop6: NEXT_HOP6 }),
  // A peer that comes back is not damped: targets are set up alike, and BIRD does not damp after a Cease.
  idleHold: 0.01,
  idleHoldMax: 0.01,
  ...(peer.dial === undefined ? { passive: true } : { port: peer.dial, localAddress: setup.address ?? "127.0.0.1" }),
  ...(peer.addPath === true ? { addPath: Object.fromEntries(peer.families.map((family) => [family, "both"])) } : {}),
});
