import * as feed from "../feeds.js";
import { bareOffer, command, FEEDER_ID, offer, refresh, stop } from "../offer.js";
import { DAEMON_AS, FEEDER, pairs, RECORDER, RECORDER_AS, type Scenario, WIDE_AS } from "../speaker.js";

const UNICAST = pairs([1, 1], [2, 1]);

const head = (as: number): string => `AS ${as}
router-id 192.0.2.1
listen on {address} port {port}
fib-update no
`;

export const openbgpdScenarios: readonly Scenario[] = [
  {
    name: "ebgp-unicast",
    what: "External session: unicast with every attribute that can be set, refreshes, withdrawals, shutdown with a message.",
    config: `${head(DAEMON_AS)}
network 198.51.100.0/24 set { origin egp med 77 community 64496:1 community NO_EXPORT community BLACKHOLE large-community 64496:1:2 large-community 65536:3:4 prepend-self 2 }
network 203.0.113.0/25 set { ext-community rt 64496:100 ext-community rt 65536:9 ext-community soo 192.0.2.1:7 ext-community ovs valid origin incomplete }
network 203.0.113.128/25
network 2001:db8:1::/48 set { med 5 large-community 64496:9:9 }
network 2001:db8:2::/48
neighbor ${RECORDER} {
  remote-as ${RECORDER_AS}
  passive
  multihop 2
  announce IPv4 unicast
  announce IPv6 unicast
  announce enhanced refresh yes
  announce policy provider
}
allow from any
allow to any
match to any set nexthop no-modify
`,
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST, role: 3 }),
    steps: [
      refresh(0x0101),
      refresh(0x0201),
      command(`neighbor ${RECORDER} refresh`),
      command("network delete 203.0.113.128/25"),
      command("network delete 2001:db8:2::/48"),
      command(`neighbor ${RECORDER} down "maintenance of the example"`),
    ],
  },
  {
    name: "ibgp-add-path",
    what: "Internal session with path identifiers.",
    config: `${head(DAEMON_AS)}
network 198.51.100.0/24 set localpref 250
network 2001:db8:1::/48
neighbor ${RECORDER} {
  remote-as ${DAEMON_AS}
  passive
  announce IPv4 unicast
  announce IPv6 unicast
  announce add-path send all
  announce add-path recv yes
}
allow from any
allow to any
`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST, paths: UNICAST }),
    steps: [stop],
  },
  {
    name: "two-octet",
    what: "A peer without capability 65: AS_TRANS and AS4_PATH.",
    config: `${head(WIDE_AS)}
network 198.51.100.0/24 set prepend-self 2
neighbor ${RECORDER} {
  remote-as ${RECORDER_AS}
  passive
  multihop 2
}
allow from any
allow to any
`,
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: UNICAST, twoOctet: true }),
    steps: [stop],
  },
  {
    name: "no-capabilities",
    what: "A peer that sends no capability at all.",
    config: `${head(DAEMON_AS)}
network 198.51.100.0/24
neighbor ${RECORDER} {
  remote-as ${RECORDER_AS}
  passive
  multihop 2
  announce capabilities no
}
allow from any
allow to any
`,
    open: bareOffer(RECORDER_AS),
    steps: [stop],
  },
  {
    name: "reflected",
    what: "What a route reflector passes on from one client to another: ORIGINATOR_ID, CLUSTER_LIST, unknown attributes.",
    config: `${head(DAEMON_AS)}
neighbor ${RECORDER} {
  remote-as ${DAEMON_AS}
  passive
  route-reflector 192.0.2.100
  announce IPv4 unicast
  announce IPv4 vpn
  announce IPv6 vpn
}
neighbor ${FEEDER} {
  remote-as ${DAEMON_AS}
  passive
  route-reflector 192.0.2.100
}
allow from any
allow to any
`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST }),
    feeder: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST, identifier: FEEDER_ID }),
    steps: [feed.unicast, feed.prefixSid, feed.withdrawal, stop],
  },
];
