import { daemonTarget } from "./daemon-target.js";
import { gobgpProgram, parseNeighbors } from "./gobgp-control.js";
import type { Place } from "./program.js";
import { byName, type Target, type TargetPeer, type TargetSetup } from "./target.js";

/** GoBGP. It has no TLS for its sessions. */
export const gobgp: Target = daemonTarget({
  program: gobgpProgram,
  comparability: {
    mrai: "none: GoBGP has no such timer",
    damping: "none; a peer is held off for 5 s after its session has ended, which cannot be set",
    threads: "as many as the machine has cores (Go)",
    policy: "none: everything is accepted",
    fib: "off: no zebra",
    notes: [],
  },
  config: (setup, place) => gobgpConfig(setup, place),
  counts: async (control, { peers }) => byName(peers, parseNeighbors(await control.command("neighbor -j"))),
});

/** Of equal paths of two peers GoBGP would keep the one whose second of arrival is earlier (its ages are whole seconds). */
export const gobgpConfig = ({ as, routerId, peers }: TargetSetup, { address, port }: Place): string => `[global.config]
as = ${as}
router-id = "${routerId}"
port = ${port}
local-address-list = ["${address}"]
[global.route-selection-options.config]
external-compare-router-id = true
${peers.map((peer) => neighbor(peer, address)).join("")}`;

const neighbor = (peer: TargetPeer, address: string): string => `
[[neighbors]]
[neighbors.config]
neighbor-address = "${peer.address}"
peer-as = ${peer.as}
[neighbors.timers.config]
connect-retry = 1
hold-time = 180
keepalive-interval = 60
[neighbors.transport.config]
local-address = "${address}"
${peer.dial === undefined ? "passive-mode = true" : `remote-port = ${peer.dial}`}
[neighbors.ebgp-multihop.config]
enabled = true
multihop-ttl = 2
${peer.families.map((family) => afiSafi(family, peer.addPath === true)).join("")}`;

const afiSafi = (family: "ipv4" | "ipv6", addPath: boolean): string => `[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "${family}-unicast"
${addPath ? `[neighbors.afi-safis.add-paths.config]\nreceive = true\nsend-max = ${MOST_PATHS}\n` : ""}`;

/** An octet in GoBGP's configuration. */
const MOST_PATHS = 255;
