import { outboundRouteFiltering } from "../../../src/codec/capability/03-outbound-route-filtering.js";
import { capability } from "../../../src/codec/capability/list.js";
import { Ipv4Unicast } from "../../../src/codec/iana.js";
import * as feed from "../feeds.js";
import { bareOffer, command, FEEDER_ID, offer, refresh, stop } from "../offer.js";
import { DAEMON_AS, FEEDER, pairs, RECORDER, RECORDER_AS, type Scenario, WIDE_AS } from "../speaker.js";

const UNICAST = pairs([1, 1], [2, 1]);
const REFLECTED = pairs([1, 1], [25, 70], [1, 133]);
const ALL = pairs([1, 1], [2, 1], [1, 2], [2, 2], [1, 4], [2, 4], [1, 128], [2, 128], [25, 70], [1, 133], [2, 133]);

/** Route maps stand first: what refers to one that is not there yet waits for it. */
const head = (as: number, body: string, before = ""): string => `hostname router
log stdout errors
bgp route-map delay-timer 0
${before.trim()}
router bgp ${as}
 bgp router-id 192.0.2.1
 no bgp ebgp-requires-policy
 no bgp network import-check
 no bgp default ipv4-unicast
 bgp graceful-restart
 bgp long-lived-graceful-restart stale-time 3600
 ${body.trim().replaceAll("\n", "\n ")}
`;

const neighbor = (as: number, more = ""): string => `neighbor ${RECORDER} remote-as ${as}
neighbor ${RECORDER} passive
neighbor ${RECORDER} disable-connected-check
${more}`;

const MAPS = `
ip prefix-list wanted seq 5 permit 192.0.2.0/24 ge 25 le 32
ip prefix-list wanted seq 10 deny 198.51.100.0/24
route-map rich permit 10
 set origin egp
 set as-path prepend 64500 64501
 set metric 77
 set community 64496:1 graceful-shutdown blackhole
 set extcommunity rt 64496:100 65536:9 192.0.2.1:7
 set extcommunity soo 64496:3
 set large-community 64496:1:2 65536:3:4
 set aggregator as 64499 192.0.2.9
 set atomic-aggregate
route-map other permit 10
 set as-path prepend 64502
 set extcommunity bandwidth 100
route-map rich6 permit 10
 set community 64496:2 additive
 set large-community 64496:1:2
 set origin incomplete
route-map leave permit 10
 set ip next-hop 192.0.2.1
route-map leave6 permit 10
 set ipv6 next-hop global 2001:db8::1
`;

/** RFC 5291 §5 and RFC 5292 §5: we take prefix filters, type 64, and send none. */
const FILTERS = capability(outboundRouteFiltering, [{ family: Ipv4Unicast, types: [{ type: 64, mode: 1 }] }]);

export const frrScenarios: readonly Scenario[] = [
  {
    name: "ebgp-unicast",
    what: "External session: unicast and multicast with what route maps set, an aggregate with an AS_SET, prefix filters for us, refreshes, withdrawals, shutdown with a message.",
    config: head(
      DAEMON_AS,
      `${neighbor(RECORDER_AS, `neighbor ${RECORDER} local-role provider\nneighbor ${RECORDER} capability extended-nexthop`)}
address-family ipv4 unicast
 network 198.51.100.0/24 route-map rich
 network 203.0.113.0/25
 network 203.0.113.128/25 route-map other
 aggregate-address 203.0.113.0/24 as-set
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} send-community all
 neighbor ${RECORDER} capability orf prefix-list both
 neighbor ${RECORDER} prefix-list wanted in
 neighbor ${RECORDER} route-map leave out
exit-address-family
address-family ipv6 unicast
 network 2001:db8:1::/48 route-map rich6
 network 2001:db8:2::/48
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} route-map leave6 out
exit-address-family
address-family ipv4 multicast
 network 198.51.100.0/25
 neighbor ${RECORDER} activate
exit-address-family
address-family ipv6 multicast
 network 2001:db8:3::/48
 neighbor ${RECORDER} activate
exit-address-family`,
      MAPS,
    ),
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: ALL, role: 3, otherCapabilities: [FILTERS] }),
    steps: [
      refresh(0x0101),
      refresh(0x0201),
      command(`clear bgp ipv4 unicast ${RECORDER} soft in`),
      command(`clear bgp ipv6 unicast ${RECORDER} soft in`),
      command("configure terminal; router bgp; address-family ipv4 unicast; no network 198.51.100.0/24"),
      command("configure terminal; router bgp; address-family ipv6 unicast; no network 2001:db8:1::/48"),
      command(`configure terminal; router bgp; neighbor ${RECORDER} shutdown message maintenance of the example`),
    ],
  },
  {
    name: "ibgp-add-path",
    what: "Internal session with path identifiers.",
    config: head(
      DAEMON_AS,
      `${neighbor(DAEMON_AS)}
address-family ipv4 unicast
 network 198.51.100.0/24
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} addpath-tx-all-paths
exit-address-family
address-family ipv6 unicast
 network 2001:db8:1::/48
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} addpath-tx-all-paths
exit-address-family`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST, paths: UNICAST }),
    steps: [stop],
  },
  {
    name: "ibgp-vpn",
    what: "Internal session: VPN routes, unicast ones with no-export.",
    config: head(
      DAEMON_AS,
      `${neighbor(DAEMON_AS)}
address-family ipv4 unicast
 network 192.0.2.0/25 route-map inside
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} send-community all
exit-address-family
address-family ipv4 vpn
 network 198.51.100.0/24 rd 64496:1 label 100 route-map inside
 network 203.0.113.0/25 rd 192.0.2.1:2 label 200
 neighbor ${RECORDER} activate
exit-address-family
address-family ipv6 vpn
 network 2001:db8:1::/48 rd 64496:1 label 300
 neighbor ${RECORDER} activate
exit-address-family
address-family l2vpn evpn
 neighbor ${RECORDER} activate
exit-address-family`,
      `
route-map inside permit 10
 set local-preference 250
 set community no-export 64496:5
 set extcommunity rt 64496:100
 set originator-id 192.0.2.7
`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: ALL }),
    steps: [
      command(
        "configure terminal; router bgp; address-family ipv4 vpn; no network 198.51.100.0/24 rd 64496:1 label 100",
      ),
      stop,
    ],
  },
  {
    name: "ibgp-labeled",
    what: "Internal session: labeled routes, with an index into the segment routing block.",
    config: head(
      DAEMON_AS,
      `${neighbor(DAEMON_AS)}
address-family ipv4 labeled-unicast
 network 203.0.113.128/25
 neighbor ${RECORDER} activate
exit-address-family
address-family ipv6 labeled-unicast
 network 2001:db8:1::/48
 neighbor ${RECORDER} activate
exit-address-family
address-family ipv4 unicast
 network 198.51.100.0/24 label-index 9
exit-address-family`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: ALL }),
    steps: [stop],
  },
  {
    name: "two-octet",
    what: "A peer without capability 65: AS_TRANS, AS4_PATH and AS4_AGGREGATOR.",
    config: head(
      WIDE_AS,
      `${neighbor(RECORDER_AS)}
address-family ipv4 unicast
 network 198.51.100.0/24 route-map wide
 network 203.0.113.0/25
 network 203.0.113.128/25 route-map wide
 aggregate-address 203.0.113.0/24 as-set
 neighbor ${RECORDER} activate
exit-address-family`,
      `
route-map wide permit 10
 set as-path prepend 65537 64500
 set aggregator as 65538 192.0.2.9
`,
    ),
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: UNICAST, twoOctet: true }),
    steps: [stop],
  },
  {
    name: "no-capabilities",
    what: "A peer that sends no capability at all.",
    config: head(
      DAEMON_AS,
      `${neighbor(RECORDER_AS)}
address-family ipv4 unicast
 network 198.51.100.0/24
 neighbor ${RECORDER} activate
exit-address-family`,
    ),
    open: bareOffer(RECORDER_AS),
    steps: [stop],
  },
  {
    name: "confederation",
    what: "A peer in another member of a confederation: AS_CONFED_SEQUENCE.",
    config: head(
      DAEMON_AS,
      `bgp confederation identifier 64510
bgp confederation peers ${RECORDER_AS}
${neighbor(RECORDER_AS)}
address-family ipv4 unicast
 network 198.51.100.0/24
 neighbor ${RECORDER} activate
exit-address-family`,
    ),
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST }),
    steps: [stop],
  },
  {
    name: "reflected",
    what: "What a route reflector passes on from one client to another: ORIGINATOR_ID, CLUSTER_LIST, unknown attributes.",
    config: head(
      DAEMON_AS,
      `bgp cluster-id 192.0.2.100
${neighbor(DAEMON_AS)}
${neighbor(DAEMON_AS).replaceAll(RECORDER, FEEDER)}
address-family ipv4 unicast
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} route-reflector-client
 neighbor ${FEEDER} activate
 neighbor ${FEEDER} route-reflector-client
exit-address-family
address-family l2vpn evpn
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} route-reflector-client
 neighbor ${FEEDER} activate
 neighbor ${FEEDER} route-reflector-client
exit-address-family
address-family ipv4 flowspec
 neighbor ${RECORDER} activate
 neighbor ${RECORDER} route-reflector-client
 neighbor ${FEEDER} activate
 neighbor ${FEEDER} route-reflector-client
exit-address-family`,
    ),
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: REFLECTED }),
    feeder: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: REFLECTED, identifier: FEEDER_ID }),
    steps: [feed.unicast, feed.prefixSid, feed.evpn, feed.flow, feed.withdrawal, stop],
  },
];
