import fc from "fast-check";
import type { AsPath } from "../codec/attribute/02-as-path.js";
import { type Attribute, Flag } from "../codec/attribute.js";
import { Ipv4Unicast, Ipv6Unicast } from "../codec/iana.js";
import { attributeSize, encodeAttribute } from "../codec/message/update.js";
import type { SessionContext } from "../codec/session-context.js";
import type { RibPeer } from "./peer-table.js";

/**
 * A RIB as one would write it on paper: lists and values, every rule spelled out, nothing shared with the real one.
 * The properties of rib.test.ts hold the two against each other.
 */
export const OWN_AS = 65000;
export const OWN_ID = 0x0a00_0001;

export interface ModelPeer extends RibPeer {
  readonly as: number;
}

const peer = (last: number, as: number, identifier: number, reflectorClient = false): ModelPeer => {
  const address = new Uint8Array(16);
  address.set([0xff, 0xff, 127, 0, 0, last], 10);
  return { external: as !== OWN_AS, as, identifier, address, reflectorClient };
};

/** Two of one neighbouring AS, one of another; two inside, one of them a client; two that differ in the address alone. */
export const PEERS: readonly ModelPeer[] = [
  peer(1, 65001, 0x0a00_0101),
  peer(2, 65001, 0x0a00_0102),
  peer(3, 65002, 0x0a00_0103),
  peer(4, OWN_AS, 0x0a00_0104),
  peer(5, OWN_AS, 0x0a00_0105, true),
  peer(7, 65003, 0x0a00_0106),
  peer(6, 65003, 0x0a00_0106),
];

/** What a route says, by value; null: the attribute is not there. */
export interface ModelRoute {
  readonly origin: number;
  readonly path: AsPath;
  readonly nextHop: number;
  readonly med: number | null;
  readonly localPref: number | null;
  readonly communities: readonly number[];
  readonly originator: number | null;
  readonly clusters: readonly number[];
  /** Value of an attribute of code 99, optional and transitive, that no one knows. */
  readonly unknown: number | null;
}

const NO_EXPORT = 0xffffff01;
const NO_ADVERTISE = 0xffffff02;

/** Few values each, so that ties are common; what only internal peers may say is left out for external ones. */
export const routeArb = (from: ModelPeer): fc.Arbitrary<ModelRoute> => {
  const inside = <T>(arb: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> =>
    from.external ? fc.constant(otherwise) : arb;
  return fc.record({
    origin: fc.nat(2),
    path: pathArb(from),
    nextHop: fc.constantFrom(1, 2),
    med: fc.constantFrom(null, 0, 10, 20),
    localPref: inside(fc.constantFrom(null, 100, 200), null),
    communities: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<number[][]>([], [0xfde80001]) },
      { weight: 1, arbitrary: fc.constantFrom([NO_EXPORT], [NO_ADVERTISE, 0xfde80001]) },
    ),
    originator: inside(fc.constantFrom(null, 0x0a00_0900), null),
    clusters: inside(fc.constantFrom<number[][]>([], [77]), []),
    unknown: fc.constantFrom(null, 5),
  });
};

const pathArb = ({ as, external }: ModelPeer): fc.Arbitrary<AsPath> => {
  const tail = fc.constantFrom<AsPath[]>(
    [],
    [{ type: 2, asns: [4200000000] }],
    [{ type: 2, asns: [3356, 1299] }],
    [{ type: 1, asns: [3356, 1299] }],
  );
  return tail.map((rest): AsPath => {
    if (!external) return rest;
    const [first, ...others] = rest;
    return first?.type === 2 ? [{ type: 2, asns: [as, ...first.asns] }, ...others] : [{ type: 2, asns: [as] }, ...rest];
  });
};

/** The attributes of a route in the store's canonical octets. `ipv4` false: the next hop as IPv6, in MP_REACH_NLRI. */
export const canonicalOctets = (route: ModelRoute, ipv4: boolean): Uint8Array =>
  octetsOf(attributesOf(route, ipv4), CANONICAL);

export const attributesOf = (route: ModelRoute, ipv4: boolean): Attribute[] => {
  const t = Flag.Transitive;
  const o = Flag.Optional;
  const all: (Attribute | null)[] = [
    ipv4 ? null : { code: 14, flags: o, value: { family: Ipv6Unicast, nextHop: nextHop6(route.nextHop), nlri: [] } },
    { code: 1, flags: t, value: route.origin },
    { code: 2, flags: t, value: route.path },
    ipv4 ? { code: 3, flags: t, value: Uint8Array.of(192, 0, 2, route.nextHop) } : null,
    route.med === null ? null : { code: 4, flags: o, value: route.med },
    route.localPref === null ? null : { code: 5, flags: t, value: route.localPref },
    route.communities.length === 0 ? null : { code: 8, flags: o | t, value: route.communities },
    route.originator === null ? null : { code: 9, flags: o, value: route.originator },
    route.clusters.length === 0 ? null : { code: 10, flags: o, value: route.clusters },
    route.unknown === null ? null : { code: 99, flags: o | t, value: Uint8Array.of(route.unknown) },
  ];
  return all.filter((one) => one !== null);
};

export const nextHop6 = (last: number): Uint8Array => {
  const octets = new Uint8Array(16);
  octets.set([0x20, 0x01, 0x0d, 0xb8]);
  octets[15] = last;
  return octets;
};

/** A path as the model holds it. */
export interface ModelPath {
  readonly peer: number;
  readonly pathId: number;
  readonly route: ModelRoute;
}

/** The best of the paths of one prefix, RFC 4271 §9.1.2.2, one step after the other. */
export const bestOf = (paths: readonly ModelPath[]): ModelPath | null => {
  const localPref = ({ route }: ModelPath): number => route.localPref ?? 100;
  let left = most(paths, localPref);
  left = least(left, ({ route }) => hops(route.path));
  left = least(left, ({ route }) => route.origin);
  left = left.filter(
    (one) =>
      !left.some((other) => neighbour(other) === neighbour(one) && (other.route.med ?? 0) < (one.route.med ?? 0)),
  );
  left = most(left, ({ peer: from }) => Number(peerAt(from).external));
  left = least(left, ({ peer: from, route }) => route.originator ?? peerAt(from).identifier);
  left = least(left, ({ route }) => route.clusters.length);
  left = least(left, ({ peer: from }) => peerAt(from).address[15] ?? 0);
  left = least(left, ({ pathId }) => pathId);
  return left[0] ?? null;
};

/** Whether a path may be told to a peer: RFC 4271 §9.2.1, RFC 1997, RFC 4456 §6. */
export const mayTell = ({ peer: source, route }: ModelPath, to: number): boolean => {
  if (source === to || route.communities.includes(NO_ADVERTISE)) return false;
  if (peerAt(to).external) return !route.communities.includes(NO_EXPORT);
  return peerAt(source).external || peerAt(source).reflectorClient || peerAt(to).reflectorClient;
};

/** The attributes that a peer is to see of it, by code, AS numbers in four octets. */
export const toldAttributes = ({ peer: source, route }: ModelPath, to: number, ipv4: boolean): Attribute[] => {
  const toldOf = peerAt(to).external ? toldOutside(route) : toldInside(route, source);
  // Who passes on an attribute that he does not know says so (RFC 4271 §5).
  return attributesOf(toldOf, ipv4)
    .map((one) => (one.code === 99 ? { ...one, flags: one.flags | Flag.Partial } : one))
    .filter(({ code }) => code !== 14);
};

/** The last octet of our own next hop. */
export const SELF = 254;

const toldOutside = (route: ModelRoute): ModelRoute => {
  const [first, ...rest] = route.path;
  return {
    ...route,
    path:
      first?.type === 2
        ? [{ type: 2, asns: [OWN_AS, ...first.asns] }, ...rest]
        : [{ type: 2, asns: [OWN_AS] }, ...route.path],
    nextHop: SELF,
    med: null,
    localPref: null,
    originator: null,
    clusters: [],
  };
};

const toldInside = (route: ModelRoute, source: number): ModelRoute => {
  const reflected = !peerAt(source).external;
  return {
    ...route,
    localPref: route.localPref ?? 100,
    originator: reflected ? (route.originator ?? peerAt(source).identifier) : route.originator,
    clusters: reflected ? [OWN_ID, ...route.clusters] : route.clusters,
  };
};

export const peerAt = (index: number): ModelPeer => {
  const found = PEERS[index];
  if (found === undefined) throw new RangeError(`the model has no peer ${index}`);
  return found;
};

export const sessionOf = (index: number, addPath: boolean, asnSize: 2 | 4 = 4): SessionContext => ({
  ...CANONICAL,
  asnSize,
  localAs: OWN_AS,
  peerAs: peerAt(index).as,
  external: peerAt(index).external,
  addPath: new Set(addPath ? [Ipv4Unicast, Ipv6Unicast] : []),
});

const CANONICAL: SessionContext = {
  asnSize: 4,
  localAs: OWN_AS,
  peerAs: OWN_AS,
  external: false,
  families: new Set([Ipv4Unicast, Ipv6Unicast]),
  addPath: new Set(),
  maxMessage: 4096,
  extendedNextHop: new Set(),
  multipleLabels: new Set(),
};

export const octetsOf = (attributes: readonly Attribute[], session: SessionContext): Uint8Array => {
  const out = new Uint8Array(attributes.reduce((sum, one) => sum + attributeSize(one, session), 0));
  let at = 0;
  for (const one of attributes) at = encodeAttribute(one, out, at, session);
  return out;
};

const hops = (path: AsPath): number =>
  path.reduce((sum, { type, asns }) => sum + (type === 2 ? asns.length : type === 1 ? 1 : 0), 0);

const neighbour = ({ route }: ModelPath): number => (route.path[0]?.type === 2 ? (route.path[0].asns[0] ?? 0) : 0);

const least = <T>(all: readonly T[], key: (one: T) => number): readonly T[] => {
  const lowest = Math.min(...all.map(key));
  return all.filter((one) => key(one) === lowest);
};

const most = <T>(all: readonly T[], key: (one: T) => number): readonly T[] => least(all, (one) => -key(one));
