import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ControlSocket } from "./control-socket.js";
import { daemonTarget } from "./daemon-target.js";
import { exabgpProgram } from "./exabgp-control.js";
import type { RelayOptions } from "./exabgp-relay.js";
import type { Place, Program } from "./program.js";
import { byName, NEXT_HOP6, type PeerCounts, type Target, type TargetPeer, type TargetSetup } from "./target.js";

/**
 * ExaBGP, and a program of ours behind its API that passes routes on: see `Relay`. `relay` is the file that Node runs.
 */
export const exabgpWith = (relay: string): Target =>
  daemonTarget({
    program: relayed(relay),
    isBinary: false,
    comparability: {
      mrai: "none: ExaBGP has no such timer",
      damping: "none; a peer may come back at once",
      threads: "2 processes: ExaBGP (Python, 1 thread) and the program behind its API (Node)",
      policy: "none",
      fib: "none: ExaBGP has no routes of its own",
      notes: [
        "no decision process: a program of Kiln behind its API passes each route on to all other peers, with its AS in front",
        "a prefix that two peers announce ends the run: nobody could choose",
        "CPU and memory are those of ExaBGP and of that program together; its counters are that program's",
      ],
    },
    refuses({ peers, as }) {
      if (peers.some((peer) => peer.addPath === true)) return "no ADD-PATH: nobody gives the paths their identifiers";
      if (peers.some((peer) => peer.as === as)) return "no internal sessions: every route is passed on to every peer";
      return null;
    },
    config: (setup, place) => exabgpConfig(setup, place),
    files: (setup, place) => ({ [OPTIONS]: JSON.stringify(relayOptions(setup, place)) }),
    counts: async (control, { peers }) => {
      const counts = JSON.parse(await control.command("")) as Record<string, PeerCounts>;
      return byName(peers, new Map(Object.entries(counts)));
    },
  });

/** ExaBGP with the relay behind its API. The only command there is asks the relay for its counters. */
const relayed = (relay: string): Program => ({
  ...exabgpProgram,
  async start(daemon, file, config, place) {
    const socket = join(daemon.directory, "relay.ctl");
    const argv = [process.execPath, relay, join(daemon.directory, OPTIONS), socket];
    daemon.write(SCRIPT, `exec ${argv.map(quoted).join(" ")}\n`);
    const control = await exabgpProgram.start(daemon, file, config, place);
    const counters = await daemon.ready(() => ControlSocket.open("exabgp", socket, lineEnd));
    return { version: control.version, command: () => counters.ask("\n"), close: () => counters.close() };
  },
});

const OPTIONS = "relay.json";
/** ExaBGP cuts a command at its spaces, and a path of ours may have some. */
const SCRIPT = "relay.sh";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const lineEnd = (text: string): number => text.indexOf("\n") + 1 || -1;

const relayOptions = ({ as, routerId, peers }: TargetSetup, { address }: Place): RelayOptions => ({
  as,
  nextHop4: address.includes(":") ? routerId : address,
  nextHop6: address.includes(":") ? address : NEXT_HOP6,
  peers: peers.map((peer) => peer.address),
});

/** `adj-rib-out`: what was announced before a peer came, or came back, is sent to it then. */
export const exabgpConfig = ({ as, routerId, peers }: TargetSetup, { address }: Place): string => `process relay {
  run /bin/sh {directory}/${SCRIPT};
  encoder text;
  respawn false;
}
${peers.map((peer) => neighbor(peer, as, routerId, address)).join("")}`;

const neighbor = (peer: TargetPeer, as: number, routerId: string, address: string): string => `
neighbor ${peer.address} {
  router-id ${routerId};
  local-address ${address};
  local-as ${as};
  peer-as ${peer.as};
  hold-time 180;
  ${peer.dial === undefined ? "passive true" : `passive false;\n  connect ${peer.dial}`};
  group-updates true;
  adj-rib-in false;
  adj-rib-out true;
  capability {
    asn4 enable;
    route-refresh enable;
    extended-message enable;
    graceful-restart 0;
    add-path disable;
    multi-session disable;
    operational disable;
    aigp disable;
    nexthop disable;
  }
  family {
${peer.families.map((family) => `    ${family} unicast;\n`).join("")}  }
  api {
    processes [ relay ];
    neighbor-changes;
    receive { parsed; update; }
  }
}
`;

/** From `dist/src/target` as from anywhere below it: only compiled files can be started. */
export const exabgp: Target = exabgpWith(fileURLToPath(new URL("./exabgp-relay-run.js", import.meta.url)));
