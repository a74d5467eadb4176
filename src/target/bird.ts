import { parseProtocols } from "./bird-control.js";
import { birdProgram } from "./bird-program.js";
import { daemonTarget } from "./daemon-target.js";
import type { Place } from "./program.js";
import { NEXT_HOP6, type Target, type TargetPeer, type TargetSetup } from "./target.js";

/** BIRD 2. It has no TLS. */
export const bird: Target = daemonTarget({
  program: birdProgram,
  comparability: {
    mrai: "none: BIRD has no such timer",
    damping: "none; a peer may come back at once",
    threads: "1",
    policy: "import all, export all",
    fib: "off: no kernel protocol",
    notes: [],
  },
  config: (setup, place) => birdConfig(setup, place),
  counts: async (control) => parseProtocols(await control.command("show protocols all")),
});

/**
 * No kernel protocol: nothing goes to the FIB. `multihop` because BIRD takes no loopback address for a direct neighbour;
 * `strict bind` keeps its socket off the other interfaces.
 */
export const birdConfig = (setup: TargetSetup, { address, port }: Place): string => `
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
