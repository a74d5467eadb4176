import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BirdControl, parseProtocols, parseVersion } from "./bird-control.js";
import { Daemon, findProgram, freePort } from "./daemon.js";
import {
  checkSetup,
  NEXT_HOP6,
  type RunningTarget,
  type Target,
  TargetError,
  type TargetPeer,
  type TargetSetup,
} from "./target.js";

const MISSING = "not installed; apt-get install bird2";

/** BIRD 2, as Debian's package `bird2` installs it. It has no TLS. */
export const bird: Target = {
  name: "bird",
  transports: ["tcp"],
  comparability: {
    mrai: "none",
    damping: "none",
    threads: "1",
    policy: "import all, export all",
    fib: "off: no kernel protocol",
    notes: [],
  },

  async available() {
    return findProgram("bird") === null ? MISSING : null;
  },

  async start(setup) {
    checkSetup(setup);
    const program = findProgram("bird");
    if (program === null) throw new TargetError(`bird: ${MISSING}`);
    if (setup.transport !== "tcp") throw new TargetError("bird: no TLS");
    const address = setup.address ?? "127.0.0.1";
    const port = setup.port ?? (await freePort(address));

    const daemon = new Daemon("bird");
    const file = (name: string): string => join(daemon.directory, name);
    try {
      writeFileSync(file("bird.conf"), birdConfig(setup, address, port));
      daemon.spawn(program, ["-f", "-c", file("bird.conf"), "-s", file("bird.ctl"), "-P", file("bird.pid")]);
      const control = await daemon.ready(() => BirdControl.open(file("bird.ctl")));
      const version = parseVersion(await control.ask("show status"));
      if (version === null) throw new TargetError("bird: it does not say which version it is");
      // It runs on without its socket and would try again and again.
      if ((await control.ask("show protocols all")).includes("No listening socket")) {
        throw new TargetError(`bird: it cannot listen at ${address} port ${port}: is the port in use?`);
      }
      return running(daemon, control, version, address, port);
    } catch (error) {
      await daemon.stop();
      throw error;
    }
  },
};

const running = (
  daemon: Daemon,
  control: BirdControl,
  version: string,
  address: string,
  port: number,
): RunningTarget => ({
  name: "bird",
  pid: daemon.pid,
  address,
  port,
  version,
  died: daemon.died,
  async counts() {
    return parseProtocols(await control.ask("show protocols all"));
  },
  usage() {
    return daemon.usage();
  },
  async stop() {
    control.close();
    await daemon.stop();
  },
});

/**
 * No kernel protocol: nothing goes to the FIB. `multihop` because BIRD takes no loopback address for a direct neighbour;
 * `strict bind` keeps its socket off the other interfaces.
 */
export const birdConfig = (setup: TargetSetup, address: string, port: number): string => `
router id ${setup.routerId};
log stderr { error, fatal, bug };
protocol device { }
${setup.peers.map((peer) => peerConfig(peer, setup.as, address, port)).join("")}`;

const peerConfig = (peer: TargetPeer, as: number, address: string, port: number): string => {
  const addPaths = peer.addPath === true ? "add paths on; " : "";
  const nextHop6 = address.includes(":") ? "next hop self" : `next hop address ${NEXT_HOP6}`;
  const channels = peer.families.map((family) => {
    const nextHop = family === "ipv4" ? "next hop self" : nextHop6;
    return `  ${family} { import all; export all; ${addPaths}${nextHop}; };\n`;
  });
  return `
protocol bgp ${peer.name} {
  local ${address} port ${port} as ${as};
  neighbor ${peer.address} ${peer.dial === undefined ? "" : `port ${peer.dial} `}as ${peer.as};
  ${peer.dial === undefined ? "passive" : "connect delay time 1; connect retry time 1"};
  strict bind yes;
  multihop;
  hold time 180; keepalive time 60;
  enable extended messages;
  enable route refresh;
  deterministic med;
${channels.join("")}}
`;
};
