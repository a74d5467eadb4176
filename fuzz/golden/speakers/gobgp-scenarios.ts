import * as feed from "../feeds.js";
import { command, FEEDER_ID, offer, refresh, stop } from "../offer.js";
import { DAEMON_AS, FEEDER, pairs, RECORDER, RECORDER_AS, type Scenario, type Step, WIDE_AS } from "../speaker.js";

const FAMILIES: readonly (readonly [name: string, afi: number, safi: number])[] = [
  ["ipv4-unicast", 1, 1],
  ["ipv6-unicast", 2, 1],
  ["ipv4-labelled-unicast", 1, 4],
  ["ipv6-labelled-unicast", 2, 4],
  ["l3vpn-ipv4-unicast", 1, 128],
  ["l3vpn-ipv6-unicast", 2, 128],
  ["l2vpn-evpn", 25, 70],
  ["l2vpn-vpls", 25, 65],
  ["rtc", 1, 132],
  ["ipv4-flowspec", 1, 133],
  ["ipv6-flowspec", 2, 133],
  ["l3vpn-ipv4-flowspec", 1, 134],
  ["l3vpn-ipv6-flowspec", 2, 134],
  ["l2vpn-flowspec", 25, 134],
  ["ipv4-srpolicy", 1, 73],
  ["ipv6-srpolicy", 2, 73],
  ["ipv4-mup", 1, 85],
  ["ipv6-mup", 2, 85],
  ["ls", 16388, 71],
];
const UNICAST = pairs([1, 1], [2, 1]);
const LABELED = pairs([1, 1], [1, 4], [2, 4], [1, 128], [2, 128]);
const EVPN = pairs([25, 70]);
const FLOWS = pairs([1, 133], [2, 133], [1, 134], [2, 134], [25, 134]);
const MUP = pairs([1, 85], [2, 85]);
const RELAYED = pairs([1, 1], [25, 65], [1, 73], [16388, 71]);
const RTC = pairs([1, 1], [1, 132]);

const head = (as: number): string => `[global.config]
as = ${as}
router-id = "192.0.2.1"
port = {port}
local-address-list = ["{address}"]
`;

const neighbor = (address: string, as: number, families: readonly string[], more = "", longLived = true): string => `
[[neighbors]]
[neighbors.config]
neighbor-address = "${address}"
peer-as = ${as}
[neighbors.transport.config]
passive-mode = true
[neighbors.ebgp-multihop.config]
enabled = true
multihop-ttl = 2
[neighbors.graceful-restart.config]
enabled = true
notification-enabled = true
long-lived-enabled = ${longLived}
restart-time = 120
${more}${families.map((name) => afiSafi(name, longLived)).join("")}`;

/** With more than some eight families and all of this its OPEN passes 255 octets of parameters, and it miscounts them. */
const afiSafi = (name: string, longLived: boolean): string => `[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "${name}"
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true
${longLived ? LONG_LIVED : ""}`;

const LONG_LIVED = `[neighbors.afi-safis.long-lived-graceful-restart.config]
enabled = true
restart-time = 3600
`;

const names = (of: readonly number[]): readonly string[] =>
  FAMILIES.filter(([, afi, safi]) => of.includes((afi << 8) | safi)).map(([name]) => name);

const REFLECTOR = `[neighbors.route-reflector.config]
route-reflector-client = true
route-reflector-cluster-id = "192.0.2.100"
`;

const ADD_PATHS = `[neighbors.add-paths.config]
send-max = 8
receive = true
`;

/** One command for each line. */
const adds = (lines: string): readonly Step[] => commands("add", lines);
const dels = (lines: string): readonly Step[] => commands("del", lines);
const commands = (verb: string, lines: string): readonly Step[] =>
  lines
    .trim()
    .split("\n")
    .map((line) => command(`global rib ${verb} -a ${line}`));

const UNICAST_ROUTES = `
ipv4 198.51.100.0/24 nexthop 192.0.2.1
ipv4 203.0.113.0/25 nexthop 192.0.2.1 origin egp aspath 64500,64501 med 50 community 64496:1,no-export,blackhole
ipv4 203.0.113.128/25 nexthop 192.0.2.1 origin incomplete aggregator 64499:192.0.2.9 large-community 64496:1:2,65536:3:4
ipv4 192.0.2.128/32 nexthop 192.0.2.1 aigp metric 200
ipv6 2001:db8:1::/48 nexthop 2001:db8::1
ipv6 2001:db8:2::/64 nexthop 2001:db8::1 origin egp med 7 community planned-shut,accept-own,llgr-stale,no-llgr large-community 64496:9:9
`;

const LABELED_ROUTES = `
ipv4 198.51.100.0/24 nexthop 192.0.2.1 local-pref 250 aigp metric 200
ipv4-mpls 198.51.100.0/24 100 nexthop 192.0.2.1
ipv6-mpls 2001:db8:1::/48 300 nexthop 2001:db8::1
vpnv4 198.51.100.0/24 label 10 rd 64496:1 rt 64496:100 nexthop 192.0.2.1
vpnv4 203.0.113.0/25 label 11 rd 192.0.2.1:2 rt 192.0.2.1:200 nexthop 192.0.2.1
vpnv4 203.0.113.128/25 label 12 rd 1.0:3 rt 1.0:300 nexthop 192.0.2.1
vpnv6 2001:db8:1::/48 label 20 rd 64496:1 rt 64496:100 nexthop 2001:db8::1
`;

const LABELED_GONE = `
ipv4-mpls 198.51.100.0/24 100
vpnv4 198.51.100.0/24 label 10 rd 64496:1
vpnv6 2001:db8:1::/48 label 20 rd 64496:1
`;

const EVPN_ROUTES = `
evpn a-d esi 0 etag 1 label 2 rd 64496:1 rt 64496:100 encap vxlan esi-label 100 nexthop 192.0.2.1
evpn a-d esi LACP 02:00:5e:10:00:01 100 etag 2 label 3 rd 64496:1 rt 64496:100 esi-label 200 nexthop 192.0.2.1
evpn macadv 02:00:5e:10:00:02 192.0.2.10 esi MSTP 02:00:5e:10:00:03 100 etag 1 label 1000 rd 64496:1 rt 64496:100 encap vxlan nexthop 192.0.2.1
evpn macadv 02:00:5e:10:00:02 2001:db8::10 etag 1 label 1000,2000 rd 64496:1 rt 64496:100 encap vxlan router-mac 02:00:5e:10:00:04 nexthop 192.0.2.1
evpn macadv 02:00:5e:10:00:05 0.0.0.0 esi ARBITRARY 11:22:33:44:55:66:77:88:99 etag 0 label 1 rd 192.0.2.1:1 rt 64496:100 nexthop 192.0.2.1
evpn multicast 192.0.2.11 etag 1 rd 64496:1 rt 64496:100 encap vxlan pmsi ingress-repl 1000 192.0.2.11 nexthop 192.0.2.1
evpn multicast 2001:db8::11 etag 1 rd 64496:1 rt 64496:100 pmsi ingress-repl leaf-info-required 1001 192.0.2.11 nexthop 192.0.2.1
evpn esi 192.0.2.12 esi ROUTERID 192.0.2.1 100 rd 192.0.2.1:0 rt 64496:100 nexthop 192.0.2.1
evpn esi 192.0.2.13 esi AS 65536 100 rd 192.0.2.1:0 rt 64496:100 nexthop 192.0.2.1
evpn prefix 198.51.100.0/24 gw 192.0.2.14 esi MAC 02:00:5e:10:00:06 100 etag 1 label 1000 rd 64496:1 rt 64496:100 encap vxlan router-mac 02:00:5e:10:00:04 nexthop 192.0.2.1
evpn prefix 2001:db8:1::/48 gw 2001:db8::14 etag 1 label 1000 rd 64496:1 rt 64496:100 nexthop 2001:db8::1
`;

const FLOW_ROUTES = `
ipv4-flowspec match destination 198.51.100.0/24 source 192.0.2.0/25 then discard
ipv4-flowspec match protocol tcp &!=udp port >=80 <=90 ==443 destination-port >1024 &<2000 source-port !=25 then rate-limit 10000 as 64500
ipv4-flowspec match destination 192.0.2.1/32 icmp-type ==8 icmp-code ==0 tcp-flags =S &=SA &!F packet-length >40 &<1500 dscp ==46 fragment dont-fragment is-fragment+first-fragment then redirect 64496:100 mark 10 action sample-terminal
ipv4-flowspec match source 203.0.113.0/24 then redirect 192.0.2.1:100 action sample
ipv4-flowspec match source 203.0.113.0/25 then redirect 1.0:100 action terminal
ipv6-flowspec match destination 2001:db8:1::/48 0 source 2001:db8:2::/64 0 protocol tcp label ==100 then rate-limit 0
ipv6-flowspec match destination 2001:db8:3::/48 fragment is-fragment icmp-type ==128 then redirect 64496:200
ipv4-l3vpn-flowspec rd 64496:1 match destination 198.51.100.0/24 then discard rt 64496:100
ipv6-l3vpn-flowspec rd 64496:1 match destination 2001:db8:1::/48 then accept rt 64496:100
l2vpn-flowspec rd 64496:1 match destination-mac 02:00:5e:10:00:07 source-mac 02:00:5e:10:00:08 ether-type ipv4 arp vid >=100 &<=200 cos ==3 inner-vid ==7 inner-cos ==2 llc-dsap ==1 llc-ssap ==2 llc-control ==3 snap ==4 then discard rt 64496:100
`;

const MUP_ROUTES = `
ipv4-mup isd 198.51.100.0/24 rd 64496:100 prefix 2001:db8:1:1::/64 locator-node-length 24 function-length 16 behavior ENDM_GTP4E rt 64496:10 nexthop 2001:db8::2
ipv4-mup dsd 192.0.2.1 rd 64496:100 prefix 2001:db8:1:1::/64 locator-node-length 24 function-length 16 behavior END_DT4 rt 64496:10 mup 10:10 nexthop 2001:db8::2
ipv4-mup t1st 192.0.2.20/32 rd 64496:100 rt 64496:10 teid 12345 qfi 9 endpoint 192.0.2.21 nexthop 192.0.2.2
ipv4-mup t2st 192.0.2.21 rd 64496:100 rt 64496:10 teid 12345 mup 10:10 nexthop 192.0.2.2
ipv6-mup isd 2001:db8:2::/64 rd 64496:100 prefix 2001:db8:1:1::/64 locator-node-length 24 function-length 16 behavior ENDM_GTP6E rt 64496:10 nexthop 2001:db8::2
ipv6-mup dsd 2001:db8::1 rd 64496:100 prefix 2001:db8:2:2::/64 locator-node-length 24 function-length 16 behavior END_DT6 rt 64496:10 mup 10:10 nexthop 2001:db8::2
ipv6-mup t1st 2001:db8:1:1::1/128 rd 64496:100 rt 64496:10 teid 12345 qfi 9 endpoint 2001:db8::1 nexthop 2001:db8::2
ipv6-mup t2st 2001:db8::1 rd 64496:100 rt 64496:10 teid 12345 mup 10:10 nexthop 2001:db8::2
`;

export const gobgpScenarios: readonly Scenario[] = [
  {
    name: "ebgp-unicast",
    what: "External session: unicast with every attribute the control program can set, refreshes, withdrawals, shutdown.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, RECORDER_AS, names(UNICAST))}`,
    open: offer({ as: RECORDER_AS, peerAs: DAEMON_AS, families: UNICAST }),
    steps: [
      ...adds(UNICAST_ROUTES),
      refresh(0x0101),
      refresh(0x0201),
      ...dels("ipv4 198.51.100.0/24\nipv6 2001:db8:1::/48"),
      command(`neighbor ${RECORDER} shutdown "maintenance of the example"`),
    ],
  },
  {
    name: "ibgp-labels",
    what: "Internal session: labeled and VPN routes, LOCAL_PREF, AIGP.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(LABELED), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: LABELED }),
    steps: [...adds(LABELED_ROUTES), ...dels(LABELED_GONE), stop],
  },
  {
    name: "ibgp-label-stack",
    malformed: true,
    what: "Internal session: a route with two labels, which nobody agreed on (RFC 8277 §2.1).",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(LABELED), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: LABELED }),
    steps: [...adds("ipv4-mpls 203.0.113.0/24 100/200 nexthop 192.0.2.1"), stop],
  },
  {
    name: "ibgp-evpn",
    what: "Internal session: EVPN routes of types 1 to 5.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(EVPN), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: EVPN }),
    steps: [...adds(EVPN_ROUTES), refresh(0x1946), ...dels("evpn multicast 192.0.2.11 etag 1 rd 64496:1"), stop],
  },
  {
    name: "ibgp-flows",
    what: "Internal session: flow specifications with every component and action, for VPNs and for Ethernet as well.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(FLOWS), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: FLOWS }),
    steps: [
      ...adds(FLOW_ROUTES),
      ...dels("ipv4-flowspec match destination 198.51.100.0/24 source 192.0.2.0/25 then discard"),
      stop,
    ],
  },
  {
    name: "ibgp-flow-offset",
    malformed: true,
    what: "Internal session: IPv6 flow specifications with prefix offsets, which RFC 8956 counts off the pattern.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(FLOWS), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: FLOWS }),
    steps: [...adds("ipv6-flowspec match source 2001:db8:2::/64 16 protocol tcp then discard"), stop],
  },
  {
    name: "ibgp-mup",
    what: "Internal session: routes of the mobile user plane, types 1 to 4.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(MUP), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: MUP }),
    steps: [...adds(MUP_ROUTES), stop],
  },
  {
    name: "ibgp-route-targets",
    what: "Internal session: what a VRF wants to be told, as route target membership.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(RTC), "", false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: RTC }),
    steps: [command("vrf add example rd 64496:9 rt both 64496:900"), stop],
  },
  {
    name: "reflected",
    what: "What a route reflector passes on from one client to another: routes of families it cannot make by command, unknown attributes.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(RELAYED), REFLECTOR, false)}${neighbor(FEEDER, DAEMON_AS, names(RELAYED), REFLECTOR, false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: RELAYED }),
    feeder: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: RELAYED, identifier: FEEDER_ID }),
    steps: [feed.unicast, feed.linkStateNode, feed.srPolicy, feed.vpls, feed.withdrawal, ...feed.withdrawals],
  },
  {
    name: "reflected-prefix-sid",
    malformed: true,
    what: "A Prefix-SID with a TLV that GoBGP does not know: it passes on the attribute without it, empty.",
    config: `${head(DAEMON_AS)}${neighbor(RECORDER, DAEMON_AS, names(UNICAST), REFLECTOR, false)}${neighbor(FEEDER, DAEMON_AS, names(UNICAST), REFLECTOR, false)}`,
    open: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST }),
    feeder: offer({ as: DAEMON_AS, peerAs: DAEMON_AS, families: UNICAST, identifier: FEEDER_ID }),
    steps: [feed.prefixSid],
  },
  {
    name: "ebgp-add-path",
    what: "External session with path identifiers and an AS number of four octets.",
    config: `${head(WIDE_AS)}${neighbor(RECORDER, RECORDER_AS, names(UNICAST), ADD_PATHS)}`,
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: UNICAST, paths: UNICAST }),
    steps: [
      ...adds(`
ipv4 198.51.100.0/24 nexthop 192.0.2.1 identifier 10
ipv4 198.51.100.0/24 nexthop 192.0.2.2 identifier 20 med 5
ipv6 2001:db8:1::/48 nexthop 2001:db8::1 identifier 30
`),
      ...dels("ipv4 198.51.100.0/24 nexthop 192.0.2.2 identifier 20"),
      stop,
    ],
  },
  {
    name: "two-octet",
    what: "A peer without capability 65: AS_TRANS, AS4_PATH and AS4_AGGREGATOR.",
    config: `${head(WIDE_AS)}${neighbor(RECORDER, RECORDER_AS, names(UNICAST))}`,
    open: offer({ as: RECORDER_AS, peerAs: WIDE_AS, families: UNICAST, twoOctet: true }),
    steps: [
      ...adds(`
ipv4 198.51.100.0/24 nexthop 192.0.2.1 aspath 65537,64500 aggregator 65538:192.0.2.9
ipv4 203.0.113.0/24 nexthop 192.0.2.1
`),
      stop,
    ],
  },
];
