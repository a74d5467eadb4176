import { command, offer, stop } from "../offer.js";
import { DAEMON_AS, pairs, RECORDER, RECORDER_AS, type Scenario, WIDE_AS } from "../speaker.js";

const UNICAST = pairs([1, 1], [2, 1]);
const LABELED = pairs([1, 1], [1, 4], [2, 4], [1, 128], [2, 128], [25, 65]);
const FLOWS = pairs([1, 133], [2, 133], [1, 134], [2, 134]);

const capabilities = (paths: string, more = ""): string =>
  `capability { graceful-restart 120; route-refresh enable; extended-message enable; asn4 enable; add-path ${paths}; operational enable; aigp enable; ${more}}`;

const neighbor = (as: number, peerAs: number, body: string): string => `process commands {
  run /usr/bin/tail -n +1 -f {directory}/commands;
  encoder text;
}
neighbor ${RECORDER} {
  router-id 192.0.2.1;
  local-address {address};
  local-as ${as};
  peer-as ${peerAs};
  passive true;
  group-updates false;
  host-name router;
  domain-name example.net;
  api { processes [ commands ]; }
  ${body.trim().replaceAll("\n", "\n  ")}
}
`;

export const exabgpScenarios: readonly Scenario[] = [
  {
    name: "ebgp-unicast",
    what: "External session: unicast with every attribute of its configuration and raw ones, a refresh, withdrawals.",
    config: neighbor(
      DAEMON_AS,
      RECORDER_AS,
      `${capabilities("disable")}
family { ipv4 unicast; ipv6 unicast; }
static {
  route 198.51.100.0/24 next-hop 192.0.2.1;
  route 203.0.113.0/25 next-hop 192.0.2.1 origin egp as-path [ 64496 64500 ] med 77 community [ 64496:1 no-export ] extended-community [ target:64496:100 origin:192.0.2.1:7 target4:65536:9 0x0306000000000008 ] large-community [ 64496:1:2 65536:3:4 ] atomic-aggregate aggregator ( 64499:192.0.2.9 );
  route 203.0.113.128/25 next-hop 192.0.2.1 aigp 200;
  route 192.0.2.128/32 next-hop 192.0.2.1 attribute [ 0x99 0xe0 0x0102030405 ];
  route 192.0.2.129/32 next-hop 192.0.2.1 as-path [ 64496 ( 64500 64501 ) ];
  route 192.0.2.130/32 next-hop 192.0.2.1 attribute [ 0x17 0xc0 0x0008000a0408030b000000000064 ] attribute [ 0x23 0xc0 0x0000fbf1 ];
  route 2001:db8:1::/48 next-hop 2001:db8::1 med 5;
}`,
    ),
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST }),
    steps: [
      command("announce route-refresh ipv4 unicast"),
      command("withdraw route 198.51.100.0/24 next-hop 192.0.2.1"),
      command("withdraw route 2001:db8:1::/48 next-hop 2001:db8::1"),
      command("announce eor ipv6 unicast"),
      stop,
    ],
  },
  {
    name: "ibgp-labels",
    what: "Internal session: labeled and VPN routes, prefix SIDs of MPLS and SRv6, VPLS, the attributes of reflection.",
    config: neighbor(
      DAEMON_AS,
      DAEMON_AS,
      `${capabilities("disable", "nexthop enable; ")}
family { ipv4 unicast; ipv4 nlri-mpls; ipv6 nlri-mpls; ipv4 mpls-vpn; ipv6 mpls-vpn; l2vpn vpls; }
nexthop { ipv4 unicast ipv6; ipv4 mpls-vpn ipv6; }
static {
  route 198.51.100.0/24 next-hop 192.0.2.1 local-preference 250 aigp 200 originator-id 192.0.2.7 cluster-list [ 192.0.2.8 192.0.2.9 ];
  route 192.0.2.128/32 next-hop 2001:db8::1;
  route 198.51.100.0/25 next-hop 192.0.2.1 label [ 800001 ] bgp-prefix-sid [ 777 ];
  route 198.51.100.128/25 next-hop 192.0.2.1 label [ 800002 ] bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ];
  route 2001:db8:1::/48 next-hop 2001:db8::1 label [ 300 ];
  route 203.0.113.0/25 rd 64496:1 next-hop 192.0.2.1 extended-community [ target:64496:100 ] label 500;
  route 203.0.113.128/25 rd 192.0.2.1:2 next-hop 192.0.2.1 extended-community [ target:64496:100 ] label 501;
  route 192.0.2.0/25 rd 64496:1 next-hop 2001:db8::1 extended-community [ target:64496:100 ] label 3;
  route 2001:db8:2::/48 rd 64496:1 next-hop 2001:db8::1 extended-community [ target:64496:100 ] label 502;
}
l2vpn {
  vpls site {
    endpoint 5; base 10732; offset 1; size 8; next-hop 192.0.2.1; origin igp; local-preference 1; med 2000;
    rd 192.0.2.1:124; extended-community [ target:64496:6 l2info:19:0:1500:111 ];
  }
}`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: LABELED }),
    steps: [command("withdraw route 203.0.113.0/25 rd 64496:1 next-hop 192.0.2.1 label 500"), stop],
  },
  {
    name: "ibgp-early-drafts",
    malformed: true,
    what: "Internal session: what later documents forbid. A route with two labels that nobody agreed on, an SRv6 service as an early draft had it, a pattern of flow specification with its offset, capability 5 without a family.",
    config: neighbor(
      DAEMON_AS,
      DAEMON_AS,
      `${capabilities("disable", "nexthop enable; ")}
family { ipv4 nlri-mpls; ipv4 mpls-vpn; ipv6 flow; }
flow {
  route offset { match { destination 2001:db8::12:0/112/64; } then { discard; } }
}
static {
  route 203.0.113.0/24 next-hop 192.0.2.1 label [ 100 200 ];
  route 192.0.2.0/25 rd 64496:1 next-hop 192.0.2.1 extended-community [ target:64496:100 ] label 3 bgp-prefix-sid-srv6 ( l3vpn 2001:db8:5::10 );
}`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: pairs([1, 4], [1, 128], [2, 133]) }),
    steps: [stop],
  },
  {
    name: "ibgp-flows",
    what: "Internal session: flow specifications with every component and action, for VPNs as well.",
    config: neighbor(
      DAEMON_AS,
      DAEMON_AS,
      `${capabilities("disable")}
family { ipv4 flow; ipv6 flow; ipv4 flow-vpn; ipv6 flow-vpn; }
flow {
  route discarding { match { source 192.0.2.0/25; destination 198.51.100.0/24; } then { discard; } }
  route ports { match { destination 203.0.113.1/32; port [ =80 =8080 ]; destination-port [ >8080&<8088 =3128 ]; source-port >1024; protocol [ udp tcp ]; } then { redirect 64496:12345; community [ 64496:1 ]; } }
  route fields { match { packet-length [ >200&<300 >400&<500 ]; fragment [ first-fragment last-fragment ]; icmp-type [ unreachable echo-request ]; icmp-code [ host-unreachable ]; tcp-flags [ SYN RST&FIN&!=push ]; dscp [ 10 20 ]; } then { mark 10; } }
  route limited { match { destination 203.0.113.2/32; port [ !=0 ]; } then { rate-limit 9600; } }
  route acted { match { fragment [ dont-fragment ]; } then { action sample-terminal; } }
  route hop { match { source 203.0.113.3/32; } then { redirect 192.0.2.4; } }
  route copied { match { source 203.0.113.4/32; } then { copy 192.0.2.4; } }
  route ietf4 { match { source 203.0.113.5/32; } then { redirect-to-nexthop-ietf 192.0.2.5; } }
  route ietf6 { match { source 203.0.113.6/32; } then { redirect-to-nexthop-ietf 2001:db8::5; } }
  route virtual { rd 65536:1; match { source 192.0.2.1/32; } then { discard; } }
  route six { match { source 2001:db8:1::/48/0; destination 2001:db8::12:0/112/0; next-header udp; traffic-class 101; flow-label 2013; } then { discard; } }
}`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: FLOWS }),
    steps: [command("withdraw flow route { match { source 203.0.113.4/32; } then { copy 192.0.2.4; } }"), stop],
  },
  {
    name: "ibgp-add-path",
    what: "Internal session with path identifiers and an AS number of four octets.",
    config: neighbor(
      WIDE_AS,
      WIDE_AS,
      `${capabilities("send/receive")}
family { ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn; }
add-path { ipv4 unicast; ipv6 unicast; ipv4 mpls-vpn; }
static {
  route 198.51.100.0/24 path-information 192.0.2.4 next-hop 192.0.2.1;
  route 198.51.100.0/24 path-information 192.0.2.5 next-hop 192.0.2.2 med 5;
  route 2001:db8:1::/48 path-information 7 next-hop 2001:db8::1;
  route 203.0.113.0/24 path-information 10 rd 64496:1 next-hop 192.0.2.1 label 20012 extended-community [ target:64496:1 ];
}`,
    ),
    open: offer({
      as: WIDE_AS,
      peerAs: WIDE_AS,
      families: pairs([1, 1], [2, 1], [1, 128]),
      paths: pairs([1, 1], [2, 1], [1, 128]),
    }),
    steps: [command("withdraw route 198.51.100.0/24 path-information 192.0.2.5 next-hop 192.0.2.2"), stop],
  },
  {
    name: "two-octet",
    what: "A peer without capability 65: AS_TRANS, AS4_PATH and AS4_AGGREGATOR, and a NOTIFICATION: after graceful restart was agreed on it sends none.",
    config: neighbor(
      WIDE_AS,
      RECORDER_AS,
      `family { ipv4 unicast; }
static {
  route 198.51.100.0/24 next-hop 192.0.2.1 as-path [ 65536 65537 64500 ] aggregator ( 65538:192.0.2.9 );
}`,
    ),
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: pairs([1, 1]), twoOctet: true }),
    steps: [command(`neighbor ${RECORDER} teardown 4`), stop],
  },
];
