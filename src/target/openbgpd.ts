import { daemonTarget } from "./daemon-target.js";
import { openbgpdProgram, parseNeighbors } from "./openbgpd-control.js";
import type { Place } from "./program.js";
import { byName, NEXT_HOP6, type Target, type TargetPeer, type TargetSetup } from "./target.js";

/** The portable OpenBGPD. It has no TLS. */
export const openbgpd: Target = daemonTarget({
  program: openbgpdProgram,
  comparability: {
    mrai: "none: OpenBGPD has no such timer",
    damping: "none; a peer may come back at once twice, then after 30 s, then twice that and so on: it cannot be set",
    threads: "4 processes: parent, route decision, sessions, RTR; routes pass two of them",
    policy: "two rules, allow from any and allow to any; two more set the IPv6 next hop on the way out",
    fib: "off (fib-update no)",
    notes: ["peak memory is the sum of its processes' peaks"],
  },
  config: (setup, place) => openbgpdConfig(setup, place),
  counts: async (control, { peers }) => byName(peers, parseNeighbors(await control.command("-j show neighbor"))),
});

/**
 * The `match` rules because a session over IPv4 has no IPv6 address of its own to take for a next hop; `no-modify` makes it
 * keep the one that the rule before has set.
 */
export const openbgpdConfig = ({ as, routerId, peers }: TargetSetup, { address, port }: Place): string => `AS ${as}
router-id ${routerId}
socket "{directory}/ctl"
listen on ${address} port ${port}
fib-update no
holdtime 180
connect-retry 1
${peers.map((peer) => neighbor(peer, address)).join("")}
allow from any
allow to any
${address.includes(":") ? "" : `match to any inet6 set nexthop ${NEXT_HOP6}\nmatch to any inet6 set nexthop no-modify\n`}`;

const neighbor = (peer: TargetPeer, address: string): string => `
neighbor ${peer.address} {
  remote-as ${peer.as}
  ${peer.dial === undefined ? "passive" : `port ${peer.dial}\n  local-address ${address}`}
  multihop 2
  announce IPv4 ${peer.families.includes("ipv4") ? "unicast" : "none"}
  announce IPv6 ${peer.families.includes("ipv6") ? "unicast" : "none"}
${peer.addPath === true ? "  announce add-path send all\n  announce add-path recv yes\n" : ""}}
`;
