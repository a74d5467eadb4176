import { daemonTarget } from "./daemon-target.js";
import { frrProgram, parseSummary } from "./frr-control.js";
import type { Place } from "./program.js";
import { byName, NEXT_HOP6, type Target, type TargetPeer, type TargetSetup } from "./target.js";

/** The bgpd of FRRouting. It has no TLS. */
export const frr: Target = daemonTarget({
  program: frrProgram,
  comparability: {
    mrai: "0 s (advertisement-interval 0); coalesce-time 0 in place of 1000 ms; update-delay off, as it is by default",
    damping: "none; a peer may come back at once",
    threads: "1 for routes, 1 for reading and writing, 1 for keepalives",
    policy: "none for IPv4 (no bgp ebgp-requires-policy); a route map sets the IPv6 next hop on the way out",
    fib: "off: no zebra (--no_zebra), next hops are not tracked",
    notes: [
      "of equal paths the lowest router id wins (bestpath compare-routerid), not the oldest path",
      "routes are also sent back to the peer that they came from, so it sends more than the others",
    ],
  },
  config: (setup, place) => frrConfig(setup, place),
  counts: async (control, { peers }) => byName(peers, parseSummary(await control.command("show bgp summary json"))),
});

/**
 * `disable-connected-check`: FRR knows of no interfaces without zebra. The route map because it has no IPv6 address of its
 * own to take for a next hop.
 */
export const frrConfig = ({ as, routerId, peers }: TargetSetup, { address }: Place): string => `
hostname kiln
bgp route-map delay-timer 0
route-map ipv6-next-hop permit 10
 set ipv6 next-hop global ${NEXT_HOP6}
router bgp ${as}
 bgp router-id ${routerId}
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp network import-check
 bgp deterministic-med
 bgp bestpath compare-routerid
 coalesce-time 0
 timers bgp 60 180
${peers.map((peer) => neighbor(peer, address)).join("")}${addressFamily("ipv4", peers)}${addressFamily("ipv6", peers)}`;

const neighbor = (peer: TargetPeer, address: string): string =>
  [
    `remote-as ${peer.as}`,
    ...(peer.dial === undefined ? ["passive"] : [`port ${peer.dial}`, `update-source ${address}`]),
    "disable-connected-check",
    "timers connect 1",
    "advertisement-interval 0",
  ]
    .map((line) => ` neighbor ${peer.address} ${line}\n`)
    .join("");

const addressFamily = (family: "ipv4" | "ipv6", peers: readonly TargetPeer[]): string =>
  [
    ` address-family ${family} unicast\n`,
    ...peers.filter(({ families }) => families.includes(family)).map((peer) => activated(peer, family)),
    " exit-address-family\n",
  ].join("");

const activated = (peer: TargetPeer, family: "ipv4" | "ipv6"): string =>
  [
    "activate",
    ...(peer.addPath === true ? ["addpath-tx-all-paths"] : []),
    ...(family === "ipv6" ? ["route-map ipv6-next-hop out"] : []),
  ]
    .map((line) => `  neighbor ${peer.address} ${line}\n`)
    .join("");
