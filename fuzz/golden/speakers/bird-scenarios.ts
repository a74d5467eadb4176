import * as feed from "../feeds.js";
import { bareOffer, command, FEEDER_ID, offer, refresh, stop } from "../offer.js";
import { DAEMON_AS, FEEDER, pairs, RECORDER, RECORDER_AS, type Scenario, WIDE_AS } from "../speaker.js";

const ALL = pairs([1, 1], [2, 1], [1, 2], [2, 2], [1, 4], [2, 4], [1, 128], [2, 128], [1, 133], [2, 133]);
const UNICAST = pairs([1, 1], [2, 1]);

const HEAD = `
log stderr { error, fatal, bug };
router id 192.0.2.1;
protocol device { }
`;

/** Tables and static routes of each family BIRD has. */
const ROUTES = `
ipv4 table mc4; ipv6 table mc6;
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; route 203.0.113.128/25 unreachable; route 192.0.2.77/32 unreachable; }
protocol static first6 { ipv6; route 2001:db8:1::/48 unreachable; route 2001:db8:2:3::/64 unreachable; }
protocol static multicast4 { ipv4 { table mc4; }; route 198.51.100.0/25 unreachable; }
protocol static multicast6 { ipv6 { table mc6; }; route 2001:db8:3::/48 unreachable; }
`;

const session = (as: number, peerAs: number, body: string, channels: string): string => `
protocol bgp recorder {
  local {address} port {port} as ${as};
  neighbor ${RECORDER} as ${peerAs};
  passive; strict bind yes; multihop;
  ${body}
${channels}
}
`;

export const birdScenarios: readonly Scenario[] = [
  {
    name: "ebgp-unicast",
    what: "External session: unicast and multicast with every attribute a filter of BIRD can set, refreshes, withdrawals, shutdown with a message.",
    config: `${HEAD}${ROUTES}
filter rich {
  bgp_origin = ORIGIN_EGP;
  bgp_path.prepend(64500); bgp_path.prepend(64501);
  bgp_med = 77;
  bgp_community.add((64496, 1)); bgp_community.add((65535, 65281));
  bgp_ext_community.add((rt, 64496, 100)); bgp_ext_community.add((ro, 192.0.2.1, 7)); bgp_ext_community.add((rt, 65536, 9));
  bgp_ext_community.add((generic, 0x43000000, 0x1));
  bgp_large_community.add((64496, 1, 2)); bgp_large_community.add((65536, 3, 4));
  accept;
}
${session(
  DAEMON_AS,
  RECORDER_AS,
  "enable extended messages; advertise hostname on; local role provider; enforce first as off;",
  `  ipv4 { import all; export filter rich; next hop address 192.0.2.1; };
  ipv6 { import all; export filter rich; next hop address 2001:db8::1; };
  ipv4 multicast { table mc4; import all; export all; next hop address 192.0.2.1; };
  ipv6 multicast { table mc6; import all; export all; next hop address 2001:db8::1; };`,
)}`,
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: ALL, role: 3 }),
    steps: [
      ...pairs([1, 1], [2, 2]).map(refresh),
      command("reload in recorder"),
      command("disable first4"),
      command("disable first6"),
      command('disable recorder "maintenance of the example"'),
    ],
  },
  {
    name: "ibgp-add-path",
    what: "Internal session with path identifiers and long AS numbers: several ways to a prefix, LOCAL_PREF.",
    config: `${HEAD}
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; route 203.0.113.0/25 unreachable; }
protocol static second4 { ipv4; route 198.51.100.0/24 blackhole; }
protocol static first6 { ipv6; route 2001:db8:1::/48 unreachable; }
protocol static second6 { ipv6; route 2001:db8:1::/48 blackhole; }
${session(
  WIDE_AS,
  WIDE_AS,
  "enable extended messages;",
  `  ipv4 { import all; export filter { bgp_local_pref = 250; accept; }; add paths tx; next hop address 192.0.2.1; };
  ipv6 { import all; export all; add paths tx; next hop address 2001:db8::1; };`,
)}`,
    open: offer({ as: WIDE_AS, peerAs: WIDE_AS, families: UNICAST, paths: UNICAST }),
    steps: [command("disable second4"), command("disable second6"), stop],
  },
  {
    name: "ibgp-labels-and-flows",
    what: "Internal session: labeled and VPN routes with the labels of their gateways, flow specifications with every component.",
    config: `${HEAD}
vpn4 table vpn4t; vpn6 table vpn6t;
flow4 table flow4t; flow6 table flow6t;
protocol static labeled4 { ipv4; route 198.51.100.0/24 via 127.0.0.9 onlink mpls 100; route 203.0.113.0/24 via "lo" mpls 200/300; }
protocol static labeled6 { ipv6; route 2001:db8:1::/48 via "lo" mpls 400; }
protocol static virtual4 { vpn4; route 64496:1 198.51.100.0/24 via "lo" mpls 500; route 192.0.2.1:2 203.0.113.0/25 via "lo" mpls 501; route 65536:3 192.0.2.0/24 via "lo" mpls 502; }
protocol static virtual6 { vpn6; route 64496:1 2001:db8:1::/48 via "lo" mpls 600; }
protocol static flows4 {
  flow4;
  route flow4 { dst 198.51.100.0/24; };
  route flow4 { dst 203.0.113.0/25; src 192.0.2.0/24; proto = 6; port = 80 || = 443; dport > 1024 && < 2048; sport != 25; };
  route flow4 { icmp type = 8; icmp code = 0; };
  route flow4 { dst 192.0.2.1/32; tcp flags 0x2/0x12; length 40..1500; dscp = 46; fragment is_fragment && !first_fragment; };
  route flow4 { src 192.0.2.0/28; proto = 17 || = 6; port 1000..2000 || = 7000; fragment dont_fragment || last_fragment; };
}
protocol static flows6 {
  flow6;
  route flow6 { dst 2001:db8:1::/48; };
  route flow6 { dst 2001:db8::12:0/112 offset 64; src 2001:db8:2::/48; next header = 17; dport = 53; };
  route flow6 { icmp type = 128; icmp code 0..3; label = 10; fragment is_fragment; };
  route flow6 { dst 2001:db8:5::1/128; tcp flags 0x3/0x3; length > 100; dscp = 10 || = 12; };
}
filter actions {
  bgp_ext_community.add((generic, 0x80060000, 0x0));
  bgp_ext_community.add((generic, 0x80070000, 0x1));
  accept;
}
${session(
  DAEMON_AS,
  DAEMON_AS,
  "enable extended messages;",
  `  ipv4 mpls { table master4; import all; export all; };
  ipv6 mpls { table master6; import all; export all; next hop address 2001:db8::1; };
  vpn4 mpls { table vpn4t; import all; export filter { bgp_ext_community.add((rt, 64496, 1)); accept; }; next hop address 192.0.2.1; };
  vpn6 mpls { table vpn6t; import all; export all; next hop address 2001:db8::1; };
  flow4 { table flow4t; import all; export filter actions; };
  flow6 { table flow6t; import all; export all; };`,
)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: ALL }),
    steps: [
      command("disable labeled4"),
      command("disable labeled6"),
      command("disable virtual4"),
      command("disable virtual6"),
      command("disable flows4"),
      command("disable flows6"),
    ],
  },
  {
    name: "extended-next-hop",
    what: "IPv4 routes with IPv6 next hops (RFC 8950), long-lived stale routes, an AS path with an AS_SET.",
    config: `${HEAD}${ROUTES}
filter rich {
  bgp_community.add((65535, 6));
  bgp_path.prepend(64500);
  bgp_next_hop = 2001:db8::7;
  accept;
}
${session(
  DAEMON_AS,
  RECORDER_AS,
  "enable extended messages; long lived graceful restart on; graceful restart on;",
  `  ipv4 { import all; export filter rich; extended next hop on; };
  ipv6 { import all; export filter rich; };`,
)}`,
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST }),
    steps: [stop],
  },
  {
    name: "two-octet",
    what: "A peer without capability 65: AS_TRANS and AS4_PATH.",
    config: `${HEAD}
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; route 203.0.113.0/25 unreachable; }
${session(
  WIDE_AS,
  RECORDER_AS,
  "",
  "  ipv4 { import all; export filter { bgp_path.prepend(64500); bgp_path.prepend(65537); accept; }; next hop address 192.0.2.1; };",
)}`,
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: UNICAST, twoOctet: true }),
    steps: [stop],
  },
  {
    name: "no-capabilities",
    what: "A peer that sends no capability at all.",
    config: `${HEAD}
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; }
${session(DAEMON_AS, RECORDER_AS, "capabilities off;", "  ipv4 { import all; export all; next hop address 192.0.2.1; };")}`,
    open: bareOffer(RECORDER_AS),
    steps: [stop],
  },
  {
    name: "confederation",
    what: "A peer in another member of a confederation: AS_CONFED_SEQUENCE.",
    config: `${HEAD}
protocol static first4 { ipv4; route 198.51.100.0/24 unreachable; }
${session(
  DAEMON_AS,
  RECORDER_AS,
  "confederation 64510; confederation member on;",
  "  ipv4 { import all; export all; next hop address 192.0.2.1; };",
)}`,
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST }),
    steps: [stop],
  },
  {
    name: "reflected",
    what: "What a route reflector passes on from one client to another: ORIGINATOR_ID, CLUSTER_LIST, AIGP, unknown attributes.",
    config: `${HEAD}
template bgp reflected {
  local {address} port {port} as ${DAEMON_AS};
  passive; strict bind yes; multihop;
  rr client; rr cluster id 192.0.2.100;
  ipv4 { import all; export all; gateway recursive; aigp on; next hop keep; };
}
protocol static reach4 { ipv4; route 192.0.2.0/24 via "lo"; }
protocol bgp recorder from reflected { neighbor ${RECORDER} as ${DAEMON_AS}; }
protocol bgp feeder from reflected { neighbor ${FEEDER} as ${DAEMON_AS}; }
`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST }),
    feeder: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST, identifier: FEEDER_ID }),
    steps: [feed.unicast, feed.prefixSid, feed.withdrawal, stop],
  },
];
