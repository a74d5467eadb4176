import type { PmsiTunnel } from "../src/codec/attribute/22-pmsi-tunnel.js";
import type { Tunnel } from "../src/codec/attribute/23-tunnel-encapsulation.js";
import type { AigpTlv } from "../src/codec/attribute/26-aigp.js";
import type { BgpsecPath } from "../src/codec/attribute/33-bgpsec-path.js";
import type { PrefixSidTlv } from "../src/codec/attribute/40-prefix-sid.js";
import type { TunnelSubTlv } from "../src/codec/attribute/tunnel-sub-tlv.js";
import type { Tlv } from "../src/codec/bgp-ls.js";
import type { OrfFamily } from "../src/codec/capability/route-filtering.js";
import { Afi, afiOf, ErrorCode, family, OpenError, Safi, safiOf } from "../src/codec/iana.js";
import type { Notification } from "../src/codec/message/notification.js";
import type { Label } from "../src/codec/nlri/labels.js";
import type { Routes, Subject } from "./tshark-parts.js";

/** Something that tshark 4.0 says against messages that are as they should be. */
export interface TsharkException {
  readonly name: string;
  /** Whether this is what it is said of. */
  applies(subject: Subject): boolean;
  /** Matches what is said. */
  readonly pattern: RegExp;
  /** Where tshark errs. */
  readonly reason: string;
  /** It reads on in a wrong place: in a message with such a part, more may be said, and of anything behind it. */
  readonly derails?: true;
}

const MALFORMED = /^Malformed Packet/;
/** What becomes of a rule that is read from a wrong place on. */
const FLOWSPEC_MISREAD = /^Malformed Packet|IP filter length \d+ invalid|^Length is invalid \d+$/;
const { Ipv6 } = Afi;

const routes =
  (applies: (routes: Routes) => boolean): TsharkException["applies"] =>
  (subject) =>
    subject.kind === "routes" && applies(subject);

/** One route or the only one of a run. */
// biome-ignore lint/suspicious/noExplicitAny: routes of every family
const single = (of: Routes): any => (of.routes.length === 1 ? of.routes[0] : {});

const attribute =
  (code: number, applies: (value: never) => boolean): TsharkException["applies"] =>
  (subject) =>
    subject.kind === "attribute" && subject.code === code && applies(subject.value as never);

const capability =
  (codes: readonly number[], applies: (value: never) => boolean = () => true): TsharkException["applies"] =>
  (subject) =>
    subject.kind === "capability" &&
    codes.includes(subject.capability.code) &&
    applies(subject.capability.value as never);

const ofSafi = (of: Routes, ...safis: readonly number[]): boolean => safis.includes(safiOf(of.family));
const isFlowSpec = (of: Routes): boolean => ofSafi(of, Safi.FlowSpec, Safi.FlowSpecVpn);

/** Families of prefixes, where tshark guesses whether path identifiers stand in front of them. */
const isGuessed = (of: Routes): boolean => ofSafi(of, Safi.Unicast, Safi.Multicast, Safi.Labeled);

/**
 * Where routes with path identifiers and without can't be told apart, tshark 4.0 errs: it does not know what the OPENs
 * agreed on, and guesses before each route, from all octets from there on.
 */
const guesses = (of: Routes): boolean[] => {
  const most = ofSafi(of, Safi.Unicast, Safi.Multicast) ? (afiOf(of.family) === Afi.Ipv4 ? 32 : 128) : 255;
  const lead = of.addPath ? 4 : 0;
  // What is wrong however it is read has no part in this.
  if (!readsAsPrefixes(of.octets, most, lead)) return [];
  const guessed: boolean[] = [];
  for (let at = 0; at < of.octets.length; at += lead + 1 + Math.ceil((of.octets[at + lead] ?? 0) / 8)) {
    const rest = of.octets.subarray(at);
    const isPlain = readsAsPrefixes(rest, most, 0) && (rest.length === 1 || !hasDefault(rest));
    guessed.push(readsAsPrefixes(rest, most, 4) && !isPlain);
  }
  return guessed;
};

/** Whether octets are prefixes of at most `most` bits with `lead` octets in front of each, and zeros behind their bits. */
const readsAsPrefixes = (octets: Uint8Array, most: number, lead: 0 | 4): boolean => {
  for (let at = lead; at < octets.length; at += lead) {
    const bits = octets[at] ?? 0;
    if (bits > most) return false;
    at += 1 + Math.ceil(bits / 8);
    if (at > octets.length) return false;
    if (bits % 8 > 0 && ((octets[at - 1] ?? 0) & (0xff >> (bits % 8))) !== 0) return false;
  }
  return true;
};

/** Whether one of these prefixes has no bits: with anything beside it, tshark takes it for part of a path identifier. */
const hasDefault = (octets: Uint8Array): boolean => {
  for (let at = 0; at < octets.length; at += 1 + Math.ceil((octets[at] ?? 0) / 8)) if (octets[at] === 0) return true;
  return false;
};

export const exceptions: readonly TsharkException[] = [
  {
    name: "family of private use",
    applies: routes((of) => of.family === family(1, 241)),
    pattern: /^Unknown SAFI \(241\) for AFI 1$|^Unknown Next Hop length \(\d+ bytes\)$/,
    reason: "SAFI 241 is for private use: nobody can know its routes or its next hops",
  },
  {
    name: "MUP",
    applies: routes((of) => ofSafi(of, Safi.Mup)),
    pattern: /^Unknown SAFI \(85\) for AFI [12]$|^Unknown Next Hop length \((4|16) bytes\)$/,
    reason: "SAFI 85 (draft-ietf-bess-mup-safi) came after tshark 4.0",
  },
  {
    name: "SR policy next hop",
    applies: routes((of) => ofSafi(of, Safi.SrPolicy) && !of.withdrawn),
    pattern: /^Unknown SAFI \(73\) for AFI [12]$|^Unknown Next Hop length \(\d+ bytes\)$/,
    reason: "tshark 4.0 reads the routes of SAFI 73 and not their next hop (RFC 9830 §2.1)",
  },
  {
    name: "IPv6 SR policy endpoint",
    applies: routes((of) => of.family === family(Ipv6, Safi.SrPolicy)),
    pattern: /^Trying to fetch an IPv6 address with length 4$|^Malformed Packet \(Exception occurred\)$/,
    reason: "tshark 4.0 takes the endpoint, 16 octets (RFC 9830 §2.1), for an IPv6 address of 4",
  },
  {
    name: "path identifiers in families tshark reads without",
    applies: routes((of) => of.addPath && !isGuessed(of)),
    pattern: /./,
    reason: "tshark 4.0 never looks for path identifiers there; the same routes are tried without",
    derails: true,
  },
  {
    name: "path identifiers not guessed",
    applies: routes((of) => of.addPath && isGuessed(of) && guesses(of).includes(false)),
    pattern: /./,
    reason: "the octets could be prefixes without path identifiers too, and then tshark 4.0 takes them for such",
    derails: true,
  },
  {
    name: "path identifiers guessed where there are none",
    applies: routes((of) => !of.addPath && isGuessed(of) && guesses(of).includes(true)),
    pattern: /^Malformed Packet|prefix length|length \d+ invalid/,
    reason: "the octets could have path identifiers, and a prefix of 0 bits before others makes tshark 4.0 sure of it",
    derails: true,
  },
  {
    name: "labels without a prefix",
    applies: routes((of) => ofSafi(of, Safi.Labeled) && single(of).length === 0),
    pattern: /Labeled IPv[46] prefix length \d+ invalid$/,
    reason: "tshark 4.0 wants a bit of prefix behind the labels; a default route (RFC 8277 §2.2) has none",
  },
  {
    name: "VPN routes without a prefix",
    applies: routes((of) => ofSafi(of, Safi.Vpn) && single(of).length === 0),
    pattern: /Labeled VPN IPv[46] prefix length \d+ invalid$/,
    reason: "the same behind the Route Distinguisher",
  },
  {
    name: "VPN multicast read with labels",
    applies: routes((of) => ofSafi(of, Safi.VpnMulticast)),
    pattern:
      /Labeled VPN IPv[46] prefix length \d+ invalid$|^Unknown labeled VPN IPv6 address format \d+$|^Malformed Packet/,
    reason: "RFC 6514 §10 has no labels in routes of SAFI 129; tshark 4.0 reads some, and so none of the family",
  },
  {
    name: "EVPN Leave Synch",
    applies: routes((of) => ofSafi(of, Safi.Evpn) && single(of).type === 8),
    pattern: /^Invalid EVPN Route Type \(\d+\)$|^Invalid length|^Malformed Packet/,
    reason: "tshark 4.0 has not the reserved octets and the response time of RFC 9251 §9.3, and reads them as routes",
    derails: true,
  },
  {
    name: "label 0 above others",
    applies: routes((of) => ofSafi(of, Safi.Labeled, Safi.Vpn) && hasEarlyEnd(single(of).labels ?? [])),
    pattern:
      /Labeled (VPN )?IPv[46] prefix length \d+ invalid$|^Unknown labeled VPN IPv6 address format \d+$|^Malformed Packet/,
    reason: "only the S bit ends a stack (RFC 8277 §2.3); to tshark 4.0 an entry of 0x000000 or 0x800000 does too",
    derails: true,
  },
  {
    name: "IPv4 next hop of IPv6 MCAST-VPN routes",
    applies: routes((of) => of.family === family(Ipv6, Safi.McastVpn) && of.nextHop?.length === 4),
    pattern: /^Unknown Next Hop length \(4 bytes\)$/,
    reason: "RFC 6515 §2 has next hops of either family there; tshark 4.0 takes 16 octets only",
  },
  {
    name: "IPv4 originator of IPv6 MCAST-VPN routes",
    applies: routes((of) => of.family === family(Ipv6, Safi.McastVpn) && single(of).originator?.length === 4),
    pattern: MALFORMED,
    reason: "RFC 6515 §2 has addresses of either family there; tshark 4.0 reads 16 octets",
  },
  {
    name: "VPLS label base without a bottom",
    applies: routes((of) => ofSafi(of, Safi.Vpls) && single(of).type === "label-block" && single(of).lowBits % 2 === 0),
    pattern: MALFORMED,
    reason: "RFC 4761 §3.2.2 has one label base; tshark 4.0 reads labels until one has the S bit",
  },
  {
    name: "part of a Route Target",
    applies: routes((of) => ofSafi(of, Safi.RouteTarget) && single(of).length >= 32 && single(of).length < 96),
    pattern: MALFORMED,
    reason: "RFC 4684 §4 has prefixes of any length from 32 on; tshark 4.0 reads 8 octets of Route Target",
  },
  {
    name: "wide FlowSpec values",
    applies: routes((of) => isFlowSpec(of) && hasWideValue(single(of).components ?? [])),
    pattern: FLOWSPEC_MISREAD,
    derails: true,
    reason: "RFC 8955 §4.2.1.1 has values of 1, 2, 4 and 8 octets in each list; tshark 4.0 reads past those of 4",
  },
  {
    name: "FlowSpec TCP flags of two octets",
    applies: routes((of) => isFlowSpec(of) && hasWideFlags(single(of).components ?? [])),
    pattern: FLOWSPEC_MISREAD,
    derails: true,
    reason:
      "RFC 8955 §4.2.2.9 has one octet or two in each pair; tshark 4.0 miscounts those of two, and reads what follows from a wrong place",
  },
  {
    name: "IPv6 FlowSpec prefix with an offset",
    applies: routes((of) => isFlowSpec(of) && hasOffset(single(of).components ?? [])),
    pattern: /^Length is invalid \d+$|^Malformed Packet/,
    reason: "RFC 8956 §3.1 leaves the bits in front of the offset out; tshark 4.0 reads octets for them too",
  },
  {
    name: "BGP-LS VPN",
    applies: routes((of) => ofSafi(of, Safi.LinkStateVpn)),
    pattern:
      /^Expected\/actual tlv mismatch|^Unknown (Link-State NLRI type|(Link|Prefix) Descriptor TLV Code)|^Malformed Packet|^Link State NLRI length is lower|^Unexpected|^Reserved/,
    reason: "tshark 4.0 reads routes of SAFI 72 as if no Route Distinguisher stood in front (RFC 9552 §5.2)",
  },
  {
    name: "BGP-LS VPN next hop",
    applies: routes((of) => ofSafi(of, Safi.LinkStateVpn) && of.nextHop?.length === 40),
    pattern: /^Unknown Next Hop length \(40 bytes\)$/,
    reason: "RFC 9552 §5.5 puts one Route Distinguisher in front of two addresses; tshark 4.0 does not know the length",
  },
  {
    name: "BGP-LS route type",
    applies: routes(
      (of) => ofSafi(of, Safi.LinkState) && ![1, 2, 3, 4].includes(single(of).type) && of.routes.length === 1,
    ),
    pattern: /^Unknown Link-State NLRI type \(16388\)$/,
    reason: "RFC 9552 §5.2 has unknown types passed on; tshark 4.0 objects to them, and calls them by their AFI",
  },
  {
    name: "BGP-LS descriptor types",
    applies: routes((of) => ofSafi(of, Safi.LinkState) && hasUnusual(single(of))),
    pattern: /^Unknown (Link|Prefix) Descriptor TLV Code \(\d+\)!$/,
    reason:
      "RFC 9552 §8.2.2 has descriptors passed on that are unknown, or of other routes; tshark 4.0 objects to them",
  },
  {
    name: "BGP-LS routes without a node",
    applies: routes((of) => ofSafi(of, Safi.LinkState) && lacksNode(single(of))),
    pattern: /^Expected\/actual tlv mismatch|^Link State NLRI length is lower|^Malformed Packet/,
    reason: "RFC 9552 §8.2.2 has even these passed on; tshark 4.0 looks for the descriptors of each node",
  },
  {
    name: "BGP-LS node flags R and V",
    applies: attribute(29, (tlvs: readonly Tlv[]) =>
      tlvs.some(({ type, value }) => type === 1024 && ((value[0] ?? 0) & 0x0c) !== 0),
    ),
    pattern: /^Reserved flag bits are not set to zero \((4|8|12)\)\.$/,
    reason: "RFC 9552 §5.3.1.1 has six flags; to tshark 4.0 the last two of them are reserved",
  },
  {
    name: "PMSI tunnel type",
    applies: attribute(22, ({ tunnelType }: PmsiTunnel) => tunnelType > 7),
    pattern: /^Tunnel type \d+ wrong$/,
    reason:
      "types after 7 (RFC 7524, RFC 8556, RFC 9574) and those nobody knows are passed on; tshark 4.0 objects to them",
  },
  {
    name: "PMSI tunnel of mLDP with an IPv6 root",
    applies: attribute(
      22,
      ({ tunnelType, identifier }: PmsiTunnel) => [2, 7].includes(tunnelType) && identifier[2] === 2,
    ),
    pattern: /^Trying to fetch an IPv6 address with length 4$|^Malformed Packet \(Exception occurred\)$/,
    reason: "tshark 4.0 takes the root of an mLDP FEC (RFC 6388 §2.2), 16 octets, for an IPv6 address of 4",
  },
  {
    name: "AIGP TLV type",
    applies: attribute(26, (tlvs: readonly AigpTlv[]) => tlvs.some(({ type }) => type !== 1)),
    pattern: /^AIGP type \d+ unknown$|^Malformed Packet$/,
    reason: "RFC 7311 §3 has unknown types passed on; tshark 4.0 calls them malformed",
  },
  {
    name: "BGPsec with two blocks of signatures",
    applies: attribute(33, ({ signatureBlocks }: BgpsecPath) => signatureBlocks.length > 1),
    pattern: MALFORMED,
    reason: "RFC 8205 §3 has one or two, the second while algorithms change; tshark 4.0 reads one",
  },
  {
    name: "color of a tunnel",
    applies: attribute(23, (tunnels: readonly Tunnel[]) => someSubTlv(tunnels, ({ type }) => type === "color")),
    pattern: MALFORMED,
    reason: "RFC 9012 §3.4.2 has a whole extended community, 8 octets; tshark 4.0 reads 4, and goes on behind them",
  },
  {
    name: "sub-TLVs of a tunnel that are not as laid out",
    applies: attribute(23, (tunnels: readonly Tunnel[]) =>
      someSubTlv(tunnels, (one) => one.type === "opaque" && [2, 4, 5, 128].includes(one.code)),
    ),
    pattern: MALFORMED,
    reason: "RFC 9012 §13 has them passed on as if they were unknown; tshark 4.0 reads past their length",
  },
  {
    name: "empty sub-TLV in a list of segments",
    applies: attribute(23, (tunnels: readonly Tunnel[]) =>
      someSubTlv(
        tunnels,
        (one) =>
          one.type === "segment-list" &&
          one.subTlvs.some((inside) => inside.type === "opaque" && inside.octets.length === 0),
      ),
    ),
    pattern: MALFORMED,
    reason: "RFC 9012 §13 has unknown ones passed on; tshark 4.0 reads past one of no octets",
  },
  {
    name: "short Prefix-SID TLV",
    applies: attribute(40, ([first]: readonly PrefixSidTlv[]) => first?.type === "opaque" && first.octets.length < 2),
    pattern: MALFORMED,
    reason: "RFC 8669 §6 has unknown TLVs passed on; tshark 4.0 reads past one of less than 2 octets",
  },
  {
    name: "several Prefix-SID TLVs",
    applies: attribute(40, (tlvs: readonly PrefixSidTlv[]) => tlvs.length > 1),
    pattern: /^Malformed Packet|^Invalid BGP Prefix-SID/,
    reason: "tshark 4.0 does not find the second one: it miscounts the first",
    derails: true,
  },
  {
    name: "attribute without a specification",
    applies: (subject) => subject.kind === "attribute" && [19, 99].includes(subject.code),
    pattern: /^Invalid Length of \d+$|^Malformed Packet/,
    reason:
      "19 and 99 were used for drafts, SAFI-specific tunnels and BGP-LS, which tshark reads; our octets are random",
    derails: true,
  },
  {
    name: "AS numbers in a set of attributes",
    applies: (subject) => subject.kind === "attribute" && subject.code === 2 && subject.isInSet,
    pattern: MALFORMED,
    reason: "they have four octets there (RFC 6368 §5); tshark 4.0 reads as many as the session's have",
  },
  {
    name: "extended parameters of an OPEN",
    applies: (subject) => (subject.kind === "open" || subject.kind === "capability") && subject.isExtended,
    pattern: /^Malformed Packet|^Capability length/,
    reason: "RFC 9072 came after tshark 4.0: it reads on in the lengths; the capabilities are tried one by one",
    derails: true,
  },
  {
    name: "entries of Outbound Route Filtering",
    applies: capability(
      [3, 130],
      (entries: readonly OrfFamily[]) => entries.length !== 1 || entries[0]?.types.length === 0,
    ),
    pattern: /^Capability length|^Malformed Packet/,
    reason:
      "RFC 5291 §5 has entries, each with any number of types; tshark 4.0 reads one, with a type, and takes more for capabilities",
    derails: true,
  },
  {
    name: "Multisession of several octets",
    applies: capability([131], (codes: readonly number[]) => codes.length > 0),
    pattern: /^Capability length|^Malformed Packet/,
    reason: "draft-ietf-idr-bgp-multisession §4 lists codes behind the flags; tshark 4.0 takes them for capabilities",
    derails: true,
  },
  {
    name: "capability 0",
    applies: capability([0]),
    pattern: /^Capability length \d+ wrong, must be = 0$/,
    reason: "RFC 5492 §6 reserves the code, and says nothing of its value",
  },
  {
    name: "capabilities in a NOTIFICATION",
    applies: (subject) =>
      subject.kind === "notification" && carriesCapability(subject.notification, [0, 3, 72, 130, 131]),
    pattern: /^Capability length|^Malformed Packet/,
    reason: "they are those of RFC 5492 §5, of which tshark 4.0 misreads the same as in an OPEN",
  },
  {
    name: "data of a Bad Peer AS",
    applies: (subject) =>
      subject.kind === "notification" &&
      subject.notification.code === ErrorCode.Open &&
      subject.notification.subcode === OpenError.BadPeerAs,
    pattern: /^Malformed Packet$|^Trying to fetch an unsigned integer with length \d+$/,
    reason: "RFC 4271 §6.2 says nothing of data there, and ours are random; tshark 4.0 wants an AS number",
  },
  {
    name: "Routing Policy Distribution",
    applies: capability([72]),
    pattern: /^Capability length \d+ wrong, must be = 0$/,
    reason: "tshark 4.0 has CP-ORF (RFC 7543) under code 72",
  },
  {
    name: "ORF type",
    applies: (subject) => subject.kind === "orf",
    pattern: /^ORFEntry-Unknown \(type \d+\)$/,
    reason: "RFC 5291 §4 leaves types open; tshark 4.0 knows a router vendor's numbers of them only, not 64 (RFC 5292)",
  },
  {
    name: "ORF of type 128",
    applies: (subject) => subject.kind === "orf" && subject.orf.type === 128,
    pattern: /^Malformed Packet|^ORF length \d+ invalid/,
    reason: "the type was never standardised; tshark reads a vendor's prefixes in it, and our octets are random",
    derails: true,
  },
  {
    name: "several ORFs",
    applies: (subject) => subject.kind === "route-refresh" && subject.orfs.length > 1,
    pattern: /^ORFEntry-Unknown \(type \d+\)$|^Malformed Packet/,
    reason: "RFC 5291 §4 says once when to refresh; tshark 4.0 reads that octet in front of each ORF",
  },
];

type Components = readonly {
  readonly type: number;
  readonly offset?: number;
  readonly conditions?: readonly { readonly operator: number }[];
}[];

/** A value of 4 octets. */
const hasWideValue = (components: Components): boolean =>
  components.some(({ conditions = [] }) => conditions.some(({ operator }) => (operator & 0x30) === 0x20));

const hasWideFlags = (components: Components): boolean =>
  components.some(
    ({ type, conditions = [] }) => type === 9 && conditions.some(({ operator }) => (operator & 0x10) !== 0),
  );

/** A route of BGP-LS as far as its descriptors matter here. */
interface Described {
  readonly type?: number;
  readonly descriptors?: readonly { readonly type: number }[];
}

/** Link descriptors (RFC 9552 §5.2.2) and prefix descriptors (§5.2.3) are 258 to 263 and 263 to 265. */
const hasUnusual = ({ type, descriptors = [] }: Described): boolean =>
  descriptors.some(
    (one) => (type === 2 ? one.type > 263 : one.type > 256 && one.type < 263) || one.type > 265 || one.type < 256,
  );

/** Local node descriptors stand first, and in a link's route the remote ones behind them. */
const lacksNode = ({ type, descriptors }: Described): boolean =>
  descriptors !== undefined && (descriptors[0]?.type !== 256 || (type === 2 && descriptors[1]?.type !== 257));

const hasOffset = (components: Components): boolean => components.some(({ offset = 0 }) => offset > 0);

/** Whether one of these codes is among the capabilities that a NOTIFICATION says are not supported. */
const carriesCapability = ({ code, subcode, data }: Notification, codes: readonly number[]): boolean => {
  if (code !== ErrorCode.Open || subcode !== OpenError.UnsupportedCapability) return false;
  for (let at = 0; at < data.length; at += 2 + (data[at + 1] ?? 0)) if (codes.includes(data[at] ?? -1)) return true;
  return false;
};

/** Whether an entry but the last has no label, or the one of a withdrawal (RFC 3107 §3), and nothing else. */
const hasEarlyEnd = (labels: readonly Label[]): boolean =>
  labels.slice(0, -1).some(({ label, rsrv }) => rsrv === 0 && (label === 0 || label === 0x80000));

const someSubTlv = (tunnels: readonly Tunnel[], is: (one: TunnelSubTlv) => boolean): boolean =>
  tunnels.some(({ subTlvs }) => subTlvs.some(is));
